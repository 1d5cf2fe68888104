"""Vocabulary of campaigns and the arrows between their states."""

from enum import StrEnum


class Language(StrEnum):
    """A language that a version is written in."""

    ES = "es"
    EN = "en"


class Rendition(StrEnum):
    """What a person can receive: one language, or both, one under the other."""

    ES = "es"
    EN = "en"
    BOTH = "both"


class BlockType(StrEnum):
    """The pieces a message is made of."""

    HEADING = "heading"
    TEXT = "text"
    IMAGE = "image"
    BUTTON = "button"
    EVENT = "event"
    NEWS = "news"
    QUOTE = "quote"
    DIVIDER = "divider"
    FILE = "file"


class CampaignState(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    HELD = "held"
    FINISHED = "finished"
    CANCELLED = "cancelled"


_ARROWS = {
    CampaignState.DRAFT: {CampaignState.IN_REVIEW, CampaignState.APPROVED, CampaignState.CANCELLED},
    CampaignState.IN_REVIEW: {CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.CANCELLED},
    CampaignState.APPROVED: {CampaignState.DRAFT, CampaignState.SCHEDULED, CampaignState.CANCELLED},
    CampaignState.SCHEDULED: {
        CampaignState.DRAFT,
        CampaignState.APPROVED,
        CampaignState.SENDING,
        CampaignState.HELD,
        CampaignState.CANCELLED,
    },
    CampaignState.HELD: {
        CampaignState.DRAFT,
        CampaignState.SCHEDULED,
        CampaignState.CANCELLED,
    },
    CampaignState.SENDING: {CampaignState.PAUSED, CampaignState.FINISHED, CampaignState.CANCELLED},
    CampaignState.PAUSED: {CampaignState.SENDING, CampaignState.CANCELLED},
    CampaignState.FINISHED: set(),
    CampaignState.CANCELLED: set(),
}

# While a campaign is in one of these, its content may still change; every change takes it back to draft.
EDITABLE = frozenset(
    {
        CampaignState.DRAFT,
        CampaignState.IN_REVIEW,
        CampaignState.APPROVED,
        CampaignState.SCHEDULED,
        CampaignState.HELD,
    }
)


def can_move(origin: CampaignState, target: CampaignState) -> bool:
    """Tell whether a campaign may go from `origin` to `target`."""
    return target in _ARROWS[origin]


def choose_rendition(reads: str | None, written: frozenset[Language], *, both_to_all: bool) -> Rendition:
    """Choose what a person gets from the languages a campaign is written in (design §4).

    The person's language if the campaign has it; both when it is unknown; Spanish when there is only Spanish.
    """
    if len(written) == 1:
        return Rendition(next(iter(written)))
    if both_to_all or reads not in set(Language):
        return Rendition.BOTH
    return Rendition(reads)
