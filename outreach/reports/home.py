"""The first page: what waits for whoever signed in, what leaves next, and what the quarter holds."""

from typing import Any

from flask import Blueprint, render_template

from outreach import clock
from outreach.accounts.access import get_current_user, may, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.labels import STATE_LABELS, STATE_TONES
from outreach.campaigns.times import describe
from outreach.config import current_config
from outreach.reports import overview
from outreach.reports.dates import write_month
from outreach.reports.goals.labels import STANDING_LABELS, STANDING_TONES
from outreach.reports.goals.queries import list_goals, measure_goals
from outreach.reports.periods import quarter_of
from outreach.translation import current_language

blueprint = Blueprint("home", __name__, template_folder="templates")


@blueprint.get("/")
@requires()
def index() -> str:
    """Show what comes next for the person who is signed in."""
    today = clock.day_in(current_config().timezone, clock.now())
    return render_template(
        "reports/home.html",
        tasks=_list_tasks(),
        scheduled=overview.list_scheduled(),
        activity=overview.read_activity(today),
        steps=overview.read_first_steps(),
        goals=measure_goals(list_goals(quarter_of(today))[: overview.SHOWN], today),
        standing_labels=STANDING_LABELS,
        standing_tones=STANDING_TONES,
        shown=overview.SHOWN,
        state_labels=STATE_LABELS,
        state_tones=STATE_TONES,
        describe=describe,
        write_month=write_month,
        language=current_language(),
    )


def _list_tasks() -> dict[str, overview.Shortlist[Any]]:
    """Return what waits for the person's decision, only what their role may decide, and only lists with entries."""
    user = get_current_user()
    tasks: dict[str, overview.Shortlist[Any]] = {}
    if may(Permission.APPROVE):
        tasks["approvable"] = overview.list_approvable(user)
    if may(Permission.WRITE):
        tasks["returned"] = overview.list_returned(user)
    if may(Permission.SCHEDULE):
        tasks["stopped"] = overview.list_stopped()
        tasks["doubts"] = overview.list_doubts()
    return {name: found for name, found in tasks.items() if found.entries}
