"""Refusals about goals."""

from outreach.errors import OutreachError


class GoalError(OutreachError):
    """A goal cannot be kept as it was written."""
