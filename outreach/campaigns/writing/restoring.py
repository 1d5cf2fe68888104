"""Going back to a state of the history, as one more edit: nothing of the present one is lost."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import User
from outreach.campaigns.content import Content as Texts
from outreach.campaigns.content import place_blocks, write_content
from outreach.campaigns.editing import open_edit
from outreach.campaigns.models import Block, Campaign
from outreach.campaigns.rules import BlockType, Language
from outreach.campaigns.wording import VersionWords
from outreach.campaigns.writing.history import describe, keep, unpack
from outreach.campaigns.writing.models import Snapshot
from outreach.db import db


def restore(campaign: Campaign, snapshot: Snapshot, user: User) -> bool:
    """Let `campaign` say again what it said at `snapshot`, and tell whether that changed anything.

    Blocks that were removed since come back, later ones are set aside; a language that the campaign no longer has stays
    away. Raises NotEditableError once the campaign is on its way.
    """
    content = unpack(snapshot)
    if describe(campaign) == content:
        return False
    open_edit(campaign, None)
    blocks = [_find_or_make(campaign, kept) for kept in content["blocks"]]
    place_blocks(campaign, blocks)
    words = {Language(language): VersionWords(**kept) for language, kept in content["words"].items()}
    fields = {block.id: _complete(block, kept) for block, kept in zip(blocks, content["blocks"], strict=True)}
    write_content(campaign, Texts(words, fields))
    keep(campaign, user, restored=snapshot.number)
    return True


def _find_or_make(campaign: Campaign, kept: Mapping[str, Any]) -> Block:
    statement = select(Block).where(Block.campaign_id == campaign.id, Block.id == kept["id"])
    block = db.session.scalars(statement).first()
    if block is None:
        now = clock.now()
        block = Block(type=BlockType(kept["type"]), fields={}, changed_es_at=now, changed_en_at=now)
    return block


def _complete(block: Block, kept: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the texts of a block as they were; what was written since becomes empty."""
    empty = {name: dict.fromkeys(texts, "") for name, texts in block.fields.items()}
    return {name: {**empty.get(name, {}), **kept["fields"].get(name, {})} for name in {**empty, **kept["fields"]}}
