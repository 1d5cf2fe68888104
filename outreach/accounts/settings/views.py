"""The index of Ajustes; the other pages of this package hang themselves up on import."""

from flask import render_template

from outreach.accounts.access import requires
from outreach.accounts.rules import Permission
from outreach.accounts.settings import people, security, trail
from outreach.accounts.settings.blueprint import blueprint
from outreach.web.settings import list_settings

__all__ = ["blueprint", "people", "security", "trail"]


@blueprint.get("")
@requires(Permission.CONFIGURE)
def index() -> str:
    """Show everything that can be set, by groups."""
    return render_template("settings/index.html", groups=list_settings())
