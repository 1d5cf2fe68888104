"""Vocabulary of the ledger and the engine's pure decisions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from outreach.mail.transport import Kind, Verdict


class Outcome(StrEnum):
    """What became of one delivery.

    QUEUED waits for a worker, WAITING tries again at `next_attempt_at`: these two are pending. SENT was accepted
    (SMTP 250), FAILED was refused for good, UNCERTAIN lost its answer after the final dot, SKIPPED was left out for the
    reason its row names. CLAIMED is what people are told of a pending one in a worker's hands; no row says it itself.
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"


PENDING = frozenset({Outcome.QUEUED, Outcome.WAITING})


class SkipReason(StrEnum):
    """Why somebody in the campaign's audiences was left out."""

    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class FailReason(StrEnum):
    """Why a delivery failed."""

    RECIPIENT = "recipient"
    MESSAGE = "message"
    EXPIRED = "expired"
    RESOLVED = "resolved"


class Channel(StrEnum):
    """How a dispatch reached its audience."""

    EMAIL = "email"
    WHATSAPP = "whatsapp"
    MICROSITE = "micrositio"
    TELEPHONE = "telefono"
    OTHER = "otro"


class Origin(StrEnum):
    """Where a line of the log comes from."""

    SYSTEM = "system"
    BY_HAND = "by_hand"
    IMPORTED = "imported"


# Waits between tries of a 4xx (S-11), each made longer by up to a fifth: a crowd does not come back at once, and the
# first wait is never shorter than the five minutes of the usual greylisting (S-12).
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (6, 15, 30, 60, 120, 240, 480))
_JITTER = 0.2
LONGEST_TRIAL = timedelta(hours=72)
# A worker on another machine that has not been seen for this long is taken for dead. It is longer than the ten minutes
# that a mail server may take to answer the final dot (S-22).
LEASE = timedelta(minutes=15)


def choose_next_attempt(now: datetime, attempts: int, luck: float) -> datetime:
    """Return when to try again after `attempts` postponed tries; `luck` in [0, 1) spreads the crowd."""
    wait = _WAITS[min(attempts, len(_WAITS)) - 1]
    return now + wait * (1 + _JITTER * luck)


def is_given_up(next_attempt_at: datetime, released_at: datetime, not_after: datetime | None) -> bool:
    """Tell whether another try would come too late: after the campaign's end, or three days after its release."""
    return next_attempt_at > min(not_after or released_at + LONGEST_TRIAL, released_at + LONGEST_TRIAL)


def is_late(scheduled_at: datetime, grace_minutes: int, now: datetime) -> bool:
    """Tell whether a start is so late that a person must be asked first (T-21)."""
    return now > scheduled_at + timedelta(minutes=grace_minutes)


class Trial(NamedTuple):
    """What a verdict is judged against: tries before this one, and the time the campaign has."""

    attempts: int
    released_at: datetime
    not_after: datetime | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a delivery becomes; `counts_attempt` is False where nobody can be blamed for the failure."""

    outcome: Outcome
    reason: str = ""
    next_attempt_at: datetime | None = None
    counts_attempt: bool = True


ACCEPTED = Settlement(Outcome.SENT)


def settle(verdict: Verdict, trial: Trial, now: datetime, luck: float) -> Settlement:
    """Decide what a delivery becomes from the mail server's verdict (S-01 to S-04)."""
    match verdict.kind:
        case Kind.ACCEPTED:
            return ACCEPTED
        case Kind.UNCERTAIN:
            return Settlement(Outcome.UNCERTAIN)
        case Kind.REFUSED:
            return Settlement(Outcome.FAILED, FailReason(verdict.scope))
        case Kind.RETURNED:
            waited = Outcome.WAITING if trial.attempts else Outcome.QUEUED
            return Settlement(waited, next_attempt_at=now, counts_attempt=False)
        case Kind.POSTPONED:
            later = choose_next_attempt(now, trial.attempts + 1, luck)
            if is_given_up(later, trial.released_at, trial.not_after):
                return Settlement(Outcome.FAILED, FailReason.EXPIRED)
            return Settlement(Outcome.WAITING, next_attempt_at=later)
