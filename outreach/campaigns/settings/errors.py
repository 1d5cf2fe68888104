"""What these settings refuse."""

from outreach.errors import NotFoundError, OutreachError


class SettingsError(OutreachError):
    """A sender, a kind or the institution's identity cannot be as asked."""


class UnknownSettingError(NotFoundError):
    """There is no such sender or kind."""
