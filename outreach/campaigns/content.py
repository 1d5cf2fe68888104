"""Writes of what a campaign says: the words of its versions and its list of blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from outreach import clock
from outreach.campaigns.blocks import Fields, share_fields
from outreach.campaigns.editing import open_edit
from outreach.campaigns.errors import ContentError
from outreach.campaigns.models import Block, Campaign, Version
from outreach.campaigns.queries import get_removed_block
from outreach.campaigns.rules import BlockType, Language
from outreach.campaigns.wording import VersionWords, clean_fields, clean_words
from outreach.db import db
from outreach.translation import gettext as _

MOST_BLOCKS = 100
_ASIDE = -1_000_000_000


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a page of the editor holds: words by language, and fields by the block's id."""

    words: Mapping[Language, VersionWords] = field(default_factory=dict)
    fields: Mapping[int, Fields] = field(default_factory=dict)


def edit_content(campaign: Campaign, content: Content, seen: int | None = None) -> bool:
    """Save what differs in one edit and tell whether anything did; raise before anything is written if a text is bad.

    A block that another person removed meanwhile makes the edit stale.
    """
    cleaned = Content(
        {language: clean_words(words) for language, words in content.words.items()},
        {
            block.id: clean_fields(BlockType(block.type), content.fields[block.id], number)
            for number, block in enumerate(campaign.blocks, start=1)
            if block.id in content.fields
        },
    )
    if not _differs(campaign, cleaned) and cleaned.fields.keys() == content.fields.keys():
        return False
    open_edit(campaign, seen)
    write_content(campaign, cleaned)
    return True


def write_content(campaign: Campaign, content: Content) -> None:
    """Put clean texts into a campaign whose edit is open, and note which language changed."""
    now = clock.now()
    for version in campaign.versions:
        if version.language in content.words:
            _put_words(version, content.words[Language(version.language)], now)
    for block in campaign.blocks:
        _put_fields(block, content.fields.get(block.id, {}), now)
    db.session.flush()


def edit_version(campaign: Campaign, language: Language, words: VersionWords, seen: int | None = None) -> bool:
    """Save the subject, preheader and information in one language, and tell whether anything changed."""
    return edit_content(campaign, Content(words={language: words}), seen)


def edit_block(campaign: Campaign, block: Block, fields: Fields, seen: int | None = None) -> bool:
    """Save the texts of one block, and tell whether anything changed."""
    return edit_content(campaign, Content(fields={block.id: fields}), seen)


def add_block(
    campaign: Campaign, block_type: BlockType, fields: Fields | None = None, seen: int | None = None
) -> Block:
    """Put a block at the end of the campaign."""
    return add_blocks(campaign, [(block_type, fields or {})], seen)[0]


def add_blocks(campaign: Campaign, blocks: Sequence[tuple[BlockType, Fields]], seen: int | None = None) -> list[Block]:
    """Put blocks at the end of the campaign, in their order, as one edit."""
    return insert_blocks(campaign, blocks, len(campaign.blocks), seen)


def insert_blocks(
    campaign: Campaign, blocks: Sequence[tuple[BlockType, Fields]], place: int, seen: int | None = None
) -> list[Block]:
    """Put blocks before the one that stands at `place` (from 0), in their order, as one edit."""
    taken = len(campaign.blocks)
    _refuse_too_many(taken + len(blocks))
    cleaned = [
        (block_type, clean_fields(block_type, fields, number))
        for number, (block_type, fields) in enumerate(blocks, start=taken + 1)
    ]
    open_edit(campaign, seen)
    now = clock.now()
    added = [
        Block(type=block_type, fields=fields, changed_es_at=now, changed_en_at=now) for block_type, fields in cleaned
    ]
    present = list(campaign.blocks)
    place_blocks(campaign, [*present[:place], *added, *present[place:]])
    return added


def copy_block(campaign: Campaign, block: Block) -> Block:
    """Put a copy of `block`, with its texts, after it; a text that was behind stays behind."""
    (copy,) = insert_blocks(campaign, [(BlockType(block.type), block.fields)], campaign.blocks.index(block) + 1)
    copy.changed_es_at, copy.changed_en_at = block.changed_es_at, block.changed_en_at
    db.session.flush()
    return copy


def move_block(campaign: Campaign, block: Block, step: int, seen: int | None = None) -> bool:
    """Move a block up (`step` -1) or down (1), and tell whether there was anywhere to go."""
    return move_block_to(campaign, block, campaign.blocks.index(block) + step, seen)


def move_block_to(campaign: Campaign, block: Block, place: int, seen: int | None = None) -> bool:
    """Let a block stand at `place` (from 0), and tell whether that changed anything; no such place changes nothing."""
    if not 0 <= place < len(campaign.blocks) or campaign.blocks.index(block) == place:
        return False
    open_edit(campaign, seen)
    others = [other for other in campaign.blocks if other.id != block.id]
    place_blocks(campaign, [*others[:place], block, *others[place:]])
    return True


def remove_block(campaign: Campaign, block: Block, seen: int | None = None) -> None:
    """Take a block out of the campaign; it is set aside with its texts, and can be brought back."""
    open_edit(campaign, seen)
    place_blocks(campaign, [other for other in campaign.blocks if other.id != block.id])


def bring_back(campaign: Campaign, block_id: int) -> Block:
    """Put a block that was removed where it stood; raise NotFoundError if there is none of that number."""
    block = get_removed_block(campaign, block_id)
    _refuse_too_many(len(campaign.blocks) + 1)
    open_edit(campaign, None)
    present = list(campaign.blocks)
    place = min(block.removed_from or 0, len(present))
    place_blocks(campaign, [*present[:place], block, *present[place:]])
    return block


def place_blocks(campaign: Campaign, blocks: Sequence[Block]) -> None:
    """Let `blocks`, in this order, be all that the campaign has, its edit being open; others are set aside."""
    kept = {id(block) for block in blocks}
    for place, block in enumerate(list(campaign.blocks)):
        if id(block) not in kept:
            block.removed_at, block.removed_from, block.position = clock.now(), place, -block.id
    # Positions are unique: whatever moves steps aside first.
    for place, block in enumerate(blocks):
        block.campaign_id = campaign.id
        if block.position != place or block.removed_at is not None:
            block.position = _ASIDE - place
        block.removed_at = None
        db.session.add(block)
    db.session.flush()
    for place, block in enumerate(blocks):
        block.position = place
    db.session.flush()
    db.session.expire(campaign, ["blocks"])


def _refuse_too_many(count: int) -> None:
    if count > MOST_BLOCKS:
        raise ContentError(
            _("En una campaña caben %(most)s bloques: quite alguno antes de agregar otro.", most=MOST_BLOCKS)
        )


def confirm_translation(campaign: Campaign, seen: int | None = None, only: int | None = None) -> bool:
    """Record that the English still says what the changed Spanish says, and tell whether any of it was in doubt.

    `only` is the id of the one block that is meant, 0 for the words around the blocks.
    """
    behind = [
        block for block in campaign.blocks if only in {None, block.id} and block.changed_en_at < block.changed_es_at
    ]
    times = {version.language: version for version in campaign.versions}
    english, spanish = times.get(Language.EN), times.get(Language.ES)
    is_version_behind = (
        only in {None, 0} and english is not None and spanish is not None and english.changed_at < spanish.changed_at
    )
    if not behind and not is_version_behind:
        return False
    open_edit(campaign, seen)
    now = clock.now()
    for block in behind:
        block.changed_en_at = now
    if english is not None and is_version_behind:
        english.changed_at = now
    db.session.flush()
    return True


def _differs(campaign: Campaign, content: Content) -> bool:
    return any(
        version.language in content.words and read_words(version) != content.words[version.language]
        for version in campaign.versions
    ) or any(_list_changed(block, content.fields.get(block.id, {})) for block in campaign.blocks)


def read_words(version: Version) -> VersionWords:
    """Return what a version says outside its blocks."""
    return VersionWords(version.subject, version.preheader, version.information)


def _put_words(version: Version, words: VersionWords, now: datetime) -> None:
    if read_words(version) != words:
        version.subject, version.preheader, version.information = words.subject, words.preheader, words.information
        version.changed_at = now


def _put_fields(block: Block, fields: Fields, now: datetime) -> None:
    fields = share_fields(BlockType(block.type), fields)
    changed = _list_changed(block, fields)
    if not changed:
        return
    # A new mapping, because the database does not notice a change inside the old one.
    block.fields = {
        name: {**block.fields.get(name, {}), **fields.get(name, {})} for name in block.fields.keys() | fields.keys()
    }
    block.change_count += 1
    if Language.ES in changed:
        block.changed_es_at = now
    if Language.EN in changed:
        block.changed_en_at = now


def _list_changed(block: Block, fields: Fields) -> set[str]:
    """Return the languages whose texts differ from the block's; an empty text is the same as none."""
    return {
        language
        for name, texts in fields.items()
        for language, text in texts.items()
        if text != block.fields.get(name, {}).get(language, "")
    }
