"""What the next edition takes over from the last one: its blocks, with the texts that stand."""

from collections.abc import Sequence
from copy import deepcopy

from sqlalchemy import select

from outreach import clock
from outreach.campaigns.models import Block, Campaign
from outreach.campaigns.rules import BlockType
from outreach.campaigns.series.models import StandingMark
from outreach.db import db

# What says the same in every number; the rest is news, and opens empty.
STANDING_TYPES = frozenset({BlockType.HEADING, BlockType.IMAGE, BlockType.BUTTON, BlockType.DIVIDER})
# What a series opens with before it has an edition to follow.
FIRST_BLOCKS = (BlockType.TEXT, BlockType.HEADING, BlockType.NEWS, BlockType.HEADING, BlockType.EVENT, BlockType.BUTTON)


def read_marks(campaign: Campaign) -> dict[int, bool]:
    """Tell, by the ids of the campaign's blocks, which of them keep their texts in the next edition."""
    ids = [block.id for block in campaign.blocks]
    rows = db.session.execute(
        select(StandingMark.block_id, StandingMark.is_standing).where(StandingMark.block_id.in_(ids))
    )
    said = {block_id: is_standing for block_id, is_standing in rows}  # noqa: C416 - rows are no pairs to mypy
    return {block.id: said.get(block.id, block.type in STANDING_TYPES) for block in campaign.blocks}


def mark_blocks(campaign: Campaign, standing: Sequence[int]) -> bool:
    """Let exactly the blocks with these ids keep their texts, and tell whether that changed anything."""
    marks = read_marks(campaign)
    wanted = {block_id: block_id in standing for block_id in marks}
    changed = {block_id for block_id in marks if marks[block_id] != wanted[block_id]}
    for block_id in changed:
        db.session.merge(StandingMark(block_id=block_id, is_standing=wanted[block_id]))
    db.session.flush()
    return bool(changed)


def copy_structure(origin: Campaign | None, target: Campaign) -> None:
    """Give `target`, which has no blocks, those of `origin` with their marks; without one, an outline to begin with.

    The rows are written as they are: nothing is read anew that was accepted before, whatever rules came since.
    """
    marks = read_marks(origin) if origin else {}
    now = clock.now()
    for position, block in enumerate(origin.blocks if origin else []):
        fields = deepcopy(dict(block.fields)) if marks[block.id] else {}
        copied = Block(position=position, type=block.type, fields=fields, changed_es_at=now, changed_en_at=now)
        target.blocks.append(copied)
        db.session.flush()
        if marks[block.id] != (block.type in STANDING_TYPES):
            db.session.add(StandingMark(block_id=copied.id, is_standing=marks[block.id]))
    for position, kind in enumerate(FIRST_BLOCKS if origin is None else ()):
        target.blocks.append(Block(position=position, type=kind, fields={}, changed_es_at=now, changed_en_at=now))
    db.session.flush()
