"""Vocabulary of contacts, subscriptions and suppressions."""

from enum import StrEnum


class ConsentAction(StrEnum):
    """What a consent record says happened."""

    GRANT = "grant"
    WITHDRAW = "withdraw"
    # The import that had recorded a grant was undone; the person did not say anything.
    ANNUL = "annul"


class ImportState(StrEnum):
    """Where a file of people stands.

    MAPPING waits for what its columns hold, CHECKING is looked through, CHECKED waits for a yes, ENTERING is written,
    DONE is in. UNDOING is taken back, UNDONE was. FAILED could not be read to its end.
    """

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    ENTERING = "entering"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"


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
