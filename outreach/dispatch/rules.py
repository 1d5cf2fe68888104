"""Vocabulary of the ledger and the engine's pure decisions."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of one delivery.

    QUEUED waits for a worker, CLAIMED is in a worker's hands, WAITING tries again at `next_attempt_at`: these three are
    pending. SENT was accepted (SMTP 250), FAILED was refused for good, UNCERTAIN lost its answer after the final dot,
    SKIPPED was left out for the reason its row names.
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"


PENDING = frozenset({Outcome.QUEUED, Outcome.CLAIMED, Outcome.WAITING})


class SkipReason(StrEnum):
    """Why somebody in the campaign's audiences was left out."""

    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
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
