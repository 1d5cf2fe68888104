"""What series refuse."""

from outreach.errors import OutreachError


class SeriesError(OutreachError):
    """Something about a series or one of its editions was refused."""
