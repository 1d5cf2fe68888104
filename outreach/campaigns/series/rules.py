"""Vocabulary of series and editions, and the pure decisions about them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from outreach.campaigns.rules import CampaignState
from outreach.campaigns.series.recurrence import PlannedDate


class SeriesState(StrEnum):
    """Whether editions open by themselves; IDLE has never been started."""

    IDLE = "idle"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class EditionState(StrEnum):
    """How far an edition has come."""

    PLANNED = "planned"
    OPEN = "open"
    IN_WORK = "in_work"
    APPROVED = "approved"
    SENT = "sent"
    SKIPPED = "skipped"
    LATE = "late"


class Occasion(StrEnum):
    """What a reminder is about."""

    OPENED = "opened"
    SOON = "soon"
    TODAY = "today"


class ReminderState(StrEnum):
    """What became of a reminder; UNCERTAIN is also one that is just being handed over, and is never sent again."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


# An edition in one of these still asks for somebody's work.
UNFINISHED = frozenset({EditionState.OPEN, EditionState.IN_WORK, EditionState.LATE})


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """What an edition's state is judged by; `campaign` is None while nothing has opened."""

    campaign: CampaignState | None = None
    is_skipped: bool = False
    is_edited: bool = False
    is_released: bool = False


def judge(facts: EditionFacts, due_at: datetime, now: datetime) -> EditionState:
    """Tell how far an edition has come that is due at `due_at`; one with a time of its own is late by that only."""
    campaign = facts.campaign
    if facts.is_released:
        return EditionState.SENT
    if facts.is_skipped or campaign is CampaignState.CANCELLED:
        return EditionState.SKIPPED
    is_late = campaign is CampaignState.HELD or now > due_at
    if campaign is CampaignState.SCHEDULED or (campaign is CampaignState.APPROVED and not is_late):
        return EditionState.APPROVED
    if is_late:
        return EditionState.LATE
    if campaign is None:
        return EditionState.PLANNED
    return EditionState.IN_WORK if facts.is_edited or campaign is not CampaignState.DRAFT else EditionState.OPEN


def choose_openings(
    due: Iterable[PlannedDate], known: Collection[date], today: date
) -> tuple[list[PlannedDate], list[PlannedDate]]:
    """Return the dates whose drafts open now, and those that went by unnoticed (T-21: many missed become one).

    `due` are the dates whose opening day has come, `known` the due days that have an edition, skipped or not. Of the
    dates that have passed only the last one opens, and only when no later one does.
    """
    missing = [date for date in due if date.due_on not in known]
    coming = [date for date in missing if date.sends_on >= today]
    past = [date for date in missing if date.sends_on < today]
    if coming or not past:
        return coming, past
    return past[-1:], past[:-1]


def choose_occasion(sends_on: date, reminder_days: int, state: EditionState, today: date) -> Occasion | None:
    """Tell which reminder an edition that is already open asks for on `today`, if any; a finished one asks for none."""
    if state not in UNFINISHED or (state is EditionState.LATE and today > sends_on):
        return None
    if today == sends_on:
        return Occasion.TODAY
    return Occasion.SOON if 0 < (sends_on - today).days <= reminder_days else None
