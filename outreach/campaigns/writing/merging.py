"""Saving texts one by one: what nobody else changed is saved; where two people wrote in one place, both texts stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from outreach.accounts.models import User
from outreach.campaigns.content import Content, write_content
from outreach.campaigns.editing import open_edit
from outreach.campaigns.errors import CampaignError, ContentError
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import BlockType, Language
from outreach.campaigns.wording import VersionWords, clean_fields, clean_words
from outreach.campaigns.writing.history import keep
from outreach.campaigns.writing.spots import WORDS, Spot, find_spot, list_texts, mark_text


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page sends: its texts by name, the marks of what the person saw there, and the edit it was shown at."""

    texts: Mapping[str, str]
    marks: Mapping[str, str]
    edit_count: int | None = None


@dataclass(slots=True)
class Outcome:
    """What became of the texts that were typed, by name; what is in none of the parts stands as it was.

    `saved` holds them as kept; `conflicts` what another person saved in their place meanwhile; `refusals` a sentence
    for each text that cannot be taken; `orphans` those of blocks that are gone.
    """

    saved: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    orphans: dict[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left for the person to decide."""
        return not (self.conflicts or self.refusals or self.orphans)

    @property
    def is_late(self) -> bool:
        """Tell whether another person was quicker somewhere."""
        return bool(self.conflicts or self.orphans)


def save_texts(campaign: Campaign, typed: Typed, user: User) -> Outcome:
    """Save every typed text that can be saved, as one edit; raise NotEditableError once the campaign is on its way.

    Whatever cannot be saved is named in the outcome, and hinders nothing else.
    """
    outcome = _merge(campaign, typed, campaign.edit_count)
    if not outcome.saved:
        return outcome
    # The row is locked from here on, so what another person saves at the same moment is seen before or comes after.
    open_edit(campaign, None)
    outcome = _merge(campaign, typed, campaign.edit_count - 1)
    write_content(campaign, _gather(campaign, outcome.saved))
    keep(campaign, user)
    return outcome


def _merge(campaign: Campaign, typed: Typed, edit_count: int) -> Outcome:
    """Say what would become of the texts, the campaign being at `edit_count`."""
    present = {spot.name: (spot, text) for spot, text in list_texts(campaign)}
    numbers = {block.id: (number, BlockType(block.type)) for number, block in enumerate(campaign.blocks, start=1)}
    is_current = typed.edit_count is None or typed.edit_count == edit_count
    outcome = Outcome()
    for name, text in typed.texts.items():
        if name not in present:
            _note_orphan(outcome, name, text, typed, numbers)
            continue
        spot, current = present[name]
        try:
            clean = _clean(spot, text, numbers)
        except CampaignError as refusal:
            outcome.refusals[name] = str(refusal)
            continue
        seen = typed.marks.get(name, mark_text(current) if is_current else "")
        if clean == current or mark_text(clean) == seen:
            continue
        if seen == mark_text(current):
            outcome.saved[name] = clean
        else:
            outcome.conflicts[name] = current
    return outcome


def _note_orphan(
    outcome: Outcome, name: str, text: str, typed: Typed, numbers: Mapping[int, tuple[int, BlockType]]
) -> None:
    spot = find_spot(name)
    is_gone = spot is not None and spot.block_id is not None and spot.block_id not in numbers
    if is_gone and text.strip() and typed.marks.get(name) != mark_text(text.replace("\r\n", "\n").strip()):
        outcome.orphans[name] = text


def _clean(spot: Spot, text: str, numbers: Mapping[int, tuple[int, BlockType]]) -> str:
    if spot.block_id is None:
        words: str = getattr(clean_words(VersionWords(**{spot.field: text})), spot.field)
        return words
    number, block_type = numbers[spot.block_id]
    return clean_fields(block_type, {spot.field: {spot.language: text}}, number)[spot.field][spot.language]


def _gather(campaign: Campaign, saved: Mapping[str, str]) -> Content:
    words = {
        Language(version.language): VersionWords(
            **{name: saved.get(f"words-{version.language}-{name}", getattr(version, name)) for name in WORDS}
        )
        for version in campaign.versions
    }
    fields: dict[int, dict[str, dict[str, str]]] = {}
    for name, text in saved.items():
        spot = find_spot(name)
        if spot is None:
            raise ContentError(name)
        if spot.block_id is not None:
            fields.setdefault(spot.block_id, {}).setdefault(spot.field, {})[spot.language] = text
    return Content(words, fields)
