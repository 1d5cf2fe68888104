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


# What a message may say of its reader, by the name a placeholder uses; any other name is an attribute of the contact.
PERSONAL_FIELDS = {
    "nombre": "name",
    "institucion": "institution",
    "cargo": "position",
    "tratamiento": "title",
    "pais": "country",
}
