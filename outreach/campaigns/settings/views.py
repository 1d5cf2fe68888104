"""The pages of this package, gathered for the application."""

from outreach.campaigns.settings import institution, kinds, senders
from outreach.campaigns.settings.blueprint import blueprint

__all__ = ["blueprint", "institution", "kinds", "senders"]
