"""The page of the state of the system."""

from flask import render_template

from outreach import clock
from outreach.accounts.access import requires
from outreach.accounts.rules import Permission
from outreach.campaigns.labels import STATE_LABELS, STATE_TONES
from outreach.config import current_config
from outreach.dispatch.system.blueprint import blueprint
from outreach.dispatch.system.standing import read_standing


@blueprint.get("/estado")
@requires(Permission.CONFIGURE)
def show_state() -> str:
    """Show version, database, disk, clock, the processes that send, and what waits."""
    config = current_config()
    return render_template(
        "system/state.html",
        standing=read_standing(config, clock.now()),
        zone=config.timezone,
        labels=STATE_LABELS,
        tones=STATE_TONES,
    )
