"""The first page: what waits for whoever signed in, what leaves next, and what the quarter holds."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, may, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.labels import LANGUAGE_LABELS, STATE_LABELS, STATE_TONES
from outreach.campaigns.planning.rules import LEVEL_TONES
from outreach.campaigns.progress import LANGUAGE_STATE_LABELS
from outreach.campaigns.series.labels import EDITION_LABELS, EDITION_TONES
from outreach.campaigns.series.queries import list_unfinished
from outreach.campaigns.times import describe
from outreach.config import current_config
from outreach.db import db
from outreach.reports import agenda, overview
from outreach.reports.dates import write_month
from outreach.reports.goals.labels import STANDING_LABELS, STANDING_TONES
from outreach.reports.goals.queries import GoalProgress, list_goals, measure_goals
from outreach.reports.periods import quarter_of
from outreach.translation import current_language

_EDITIONS_AHEAD = timedelta(days=45)

blueprint = Blueprint("home", __name__, template_folder="templates")


@blueprint.get("/")
@requires()
def index() -> str:
    """Show what comes next for the person who is signed in."""
    zone = current_config().timezone
    today = clock.day_in(zone, clock.now())
    activity = overview.read_activity(today)
    goals = measure_goals(list_goals(quarter_of(today))[: overview.SHOWN], today)
    return render_template(
        "reports/home.html",
        tasks=_list_tasks(today),
        month=agenda.read_month(agenda.find_month(request.args.get("mes", ""), today), today, zone),
        scheduled=overview.list_scheduled(),
        activity=activity,
        audiences=_pair_goals(activity, goals),
        steps=overview.read_first_steps(),
        has_dismissed_steps=overview.has_dismissed_steps(get_current_user()),
        goals=goals,
        standing_labels=STANDING_LABELS,
        standing_tones=STANDING_TONES,
        shown=overview.SHOWN,
        state_labels=STATE_LABELS,
        state_tones=STATE_TONES,
        describe=describe,
        write_month=write_month,
        language=current_language(),
        edition_labels=EDITION_LABELS,
        edition_tones=EDITION_TONES,
        language_labels=LANGUAGE_LABELS,
        language_state_labels=LANGUAGE_STATE_LABELS,
        level_tones=LEVEL_TONES,
    )


@blueprint.post("/primeros-pasos/ocultar")
@requires()
def dismiss_steps() -> Response:
    """Show the person the first steps no more."""
    return _turn_steps(is_wanted=False)


@blueprint.post("/primeros-pasos/mostrar")
@requires()
def show_steps() -> Response:
    """Show the person the first steps again."""
    return _turn_steps(is_wanted=True)


def _turn_steps(*, is_wanted: bool) -> Response:
    overview.dismiss_steps(get_current_user(), is_wanted=is_wanted)
    db.session.commit()
    return redirect(url_for("home.index"), 303)


def _pair_goals(
    activity: overview.Activity, goals: Sequence[GoalProgress]
) -> list[tuple[overview.AudienceTally, list[GoalProgress]]]:
    """Return the quarter's audiences with the goals that ask for them, also those that got nothing yet."""
    rows: dict[str, tuple[overview.AudienceTally, list[GoalProgress]]] = {
        tally.name_es: (tally, []) for tally in activity.audiences[: overview.SHOWN]
    }
    for entry in goals:
        audience = entry.goal.audience
        if audience:
            nothing = overview.AudienceTally(audience.name_es, audience.name_en, 0)
            rows.setdefault(audience.name_es, (nothing, []))[1].append(entry)
    return list(rows.values())


def _list_tasks(today: date) -> dict[str, overview.Shortlist[Any]]:
    """Return what waits for the person's decision, only what their role may decide, and only lists with entries."""
    user = get_current_user()
    tasks: dict[str, overview.Shortlist[Any]] = {}
    if may(Permission.APPROVE):
        tasks["approvable"] = overview.list_approvable(user)
    if may(Permission.WRITE):
        tasks["returned"] = overview.list_returned(user)
        tasks["lacking"] = overview.list_lacking(user)
    tasks["editions"] = overview.shorten(list_unfinished(user, today + _EDITIONS_AHEAD))
    if may(Permission.SCHEDULE):
        tasks["stopped"] = overview.list_stopped()
        tasks["doubts"] = overview.list_doubts()
    return {name: found for name, found in tasks.items() if found.entries}
