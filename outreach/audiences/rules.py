"""Vocabulary of contacts, subscriptions and suppressions."""

from enum import StrEnum


class ConsentAction(StrEnum):
    """What a consent record says happened."""

    GRANT = "grant"
    WITHDRAW = "withdraw"


class SuppressionReason(StrEnum):
    """Why an address gets nothing."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    OPPOSITION = "opposition"
    MANUAL = "manual"
