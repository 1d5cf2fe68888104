"""What is refused of a file; every refusal is one sentence that says what to bring instead."""

from outreach.errors import OutreachError


class UploadError(OutreachError):
    """A file cannot be taken as it is."""
