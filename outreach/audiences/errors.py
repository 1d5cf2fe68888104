"""What may be refused about audiences and the people in them."""

from outreach.errors import OutreachError


class AudienceError(OutreachError):
    """An audience cannot be made or changed as asked."""


class UnreadableFileError(OutreachError):
    """A file of people is refused as a whole; nothing of it was taken."""


class RowError(OutreachError):
    """One row of a file is refused; the others are taken."""


class PersonError(OutreachError):
    """What is known of somebody cannot be changed as asked."""


class ImportRefusedError(OutreachError):
    """An import is in a state in which what was asked for cannot be done."""


class ChoiceError(OutreachError):
    """A choice of people cannot be understood, or contradicts itself."""
