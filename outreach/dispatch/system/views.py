"""The pages of this package, gathered for the application."""

from outreach.dispatch.system import mailserver, state
from outreach.dispatch.system.blueprint import blueprint

__all__ = ["blueprint", "mailserver", "state"]
