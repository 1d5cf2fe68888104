"""Refusals about closed periods."""

from outreach.errors import OutreachError


class ClosingError(OutreachError):
    """A period cannot be closed or reopened as it stands."""
