"""What the buttons of the editor do besides saving: `add:text:12`, `up:12`, `take:block-12-en-text` and the others."""

from collections.abc import Callable
from dataclasses import dataclass

from outreach.accounts.models import User
from outreach.campaigns.content import (
    bring_back,
    confirm_translation,
    copy_block,
    insert_blocks,
    move_block_to,
    remove_block,
)
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import get_block
from outreach.campaigns.rules import BlockType, Language
from outreach.campaigns.writing.copying import copy_text, fill_empty
from outreach.campaigns.writing.history import keep


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a person is after a button: the place on the page, and the block that it removed."""

    anchor: str = ""
    removed_id: int | None = None


def act(campaign: Campaign, then: str, user: User) -> Landing:
    """Do what the button called `then` says, and keep the result as the work of `user`; unknown words do nothing."""
    verb, _colon, target = then.partition(":")
    action = _ACTIONS.get(verb)
    landing = action(campaign, target) if action else Landing()
    if action:
        keep(campaign, user)
    return landing


def _add(campaign: Campaign, target: str) -> Landing:
    """Read `text`, for the end, or `text:12`, for after block 12; 0 is the beginning."""
    word, _colon, after = target.partition(":")
    if word not in set(BlockType):
        return Landing()
    place = _find_place(campaign, after) if after.isdecimal() else len(campaign.blocks)
    (added,) = insert_blocks(campaign, [(BlockType(word), {})], place)
    return Landing(f"bloque-{added.id}")


def _move(campaign: Campaign, target: str) -> Landing:
    """Read `12:7`: block 12 goes after block 7, or to the beginning after 0."""
    number, _colon, after = target.partition(":")
    if not number.isdecimal() or not after.isdecimal() or number == after:
        return Landing()
    block = get_block(campaign, int(number))
    others = [other for other in campaign.blocks if other.id != block.id]
    places = {other.id: place for place, other in enumerate(others, start=1)}
    move_block_to(campaign, block, places.get(int(after), 0 if after == "0" else len(others)))
    return Landing(f"bloque-{number}")


def _step(campaign: Campaign, target: str, step: int) -> Landing:
    if not target.isdecimal():
        return Landing()
    block = get_block(campaign, int(target))
    move_block_to(campaign, block, campaign.blocks.index(block) + step)
    return Landing(f"bloque-{target}")


def _copy(campaign: Campaign, target: str) -> Landing:
    if not target.isdecimal():
        return Landing()
    return Landing(f"bloque-{copy_block(campaign, get_block(campaign, int(target))).id}")


def _remove(campaign: Campaign, target: str) -> Landing:
    if not target.isdecimal():
        return Landing()
    remove_block(campaign, get_block(campaign, int(target)))
    return Landing("bloques", int(target))


def _bring_back(campaign: Campaign, target: str) -> Landing:
    if not target.isdecimal():
        return Landing()
    return Landing(f"bloque-{bring_back(campaign, int(target)).id}")


def _confirm(campaign: Campaign, target: str) -> Landing:
    """Read nothing, for everything, or the id of a block, 0 for the words around the blocks."""
    only = int(target) if target.isdecimal() else None
    confirm_translation(campaign, only=only)
    return Landing(f"bloque-{only}" if only else "")


def _take(campaign: Campaign, target: str) -> Landing:
    copy_text(campaign, target)
    return Landing(target)


def _fill(campaign: Campaign, target: str) -> Landing:
    if target in set(Language):
        fill_empty(campaign, Language(target))
    return Landing()


def _find_place(campaign: Campaign, after: str) -> int:
    places = {block.id: place for place, block in enumerate(campaign.blocks, start=1)}
    return places.get(int(after), 0 if after == "0" else len(campaign.blocks))


_ACTIONS: dict[str, Callable[[Campaign, str], Landing]] = {
    "add": _add,
    "move": _move,
    "up": lambda campaign, target: _step(campaign, target, -1),
    "down": lambda campaign, target: _step(campaign, target, 1),
    "copy": _copy,
    "remove": _remove,
    "undo": _bring_back,
    "confirm": _confirm,
    "take": _take,
    "fill": _fill,
}
