"""Pages of the annual programme's goals: how they stand, a new one, a change."""

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.audiences.models import Audience
from outreach.campaigns.queries import list_kinds
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.rules import Channel
from outreach.errors import OutreachError
from outreach.reports.dates import write_month
from outreach.reports.goals.forms import GoalForm
from outreach.reports.goals.labels import MEASURE_LABELS, STANDING_LABELS, STANDING_TONES
from outreach.reports.goals.queries import get_goal, list_goals, measure_goals
from outreach.reports.goals.service import add_goal, edit_goal, retire_goal
from outreach.reports.models import Goal
from outreach.reports.periods import Period, parse_period
from outreach.translation import current_language
from outreach.translation import gettext as _

blueprint = Blueprint("goals", __name__, template_folder="../templates")


@blueprint.get("/metas")
@requires()
def index() -> str:
    """Show every goal, what was performed of it and what is missing."""
    today = clock.day_in(current_config().timezone, clock.now())
    return render_template(
        "goals/index.html",
        measured=measure_goals(list_goals(), today),
        standing_labels=STANDING_LABELS,
        standing_tones=STANDING_TONES,
        measure_labels=MEASURE_LABELS,
        write_month=write_month,
        language=current_language(),
    )


@blueprint.get("/metas/nueva")
@requires(Permission.WRITE)
def create() -> str:
    """Ask for a new goal; most are of e-mails."""
    return _render(_make_form(channel=Channel.EMAIL.value), None)


@blueprint.post("/metas/nueva")
@requires(Permission.WRITE)
def add() -> Response | tuple[str, int]:
    """Add a goal."""
    return _keep(None)


@blueprint.get("/metas/<int:goal_id>")
@requires(Permission.WRITE)
def edit(goal_id: int) -> str:
    """Show a goal to be changed."""
    goal = get_goal(goal_id)
    form = _make_form(
        text_es=goal.text_es,
        text_en=goal.text_en,
        programme_key=goal.programme_key,
        number=goal.number,
        measure=goal.measure,
        period=_write_period(goal),
        audience=str(goal.audience_id or ""),
        kind=str(goal.kind_id or ""),
        channel=goal.channel or "",
    )
    return _render(form, goal)


@blueprint.post("/metas/<int:goal_id>")
@requires(Permission.WRITE)
def update(goal_id: int) -> Response | tuple[str, int]:
    """Keep the goal as it is now written."""
    return _keep(get_goal(goal_id))


@blueprint.post("/metas/<int:goal_id>/retirar")
@requires(Permission.WRITE)
def retire(goal_id: int) -> Response:
    """Ask for the goal no more."""
    retire_goal(get_goal(goal_id), get_current_user())
    db.session.commit()
    flash(_("La meta se retiró."), "success")
    return redirect(url_for("goals.index"), 303)


def _keep(goal: Goal | None) -> Response | tuple[str, int]:
    form = _make_form()
    if not form.validate_on_submit():
        return _render(form, goal), 422
    try:
        period = parse_period(form.period.data)
        if goal:
            edit_goal(goal, form.read_words(), period, get_current_user())
        else:
            add_goal(form.read_words(), period, get_current_user())
    except OutreachError as refusal:
        form.period.errors = [str(refusal)]
        return _render(form, goal), 422
    db.session.commit()
    flash(_("La meta se guardó."), "success")
    return redirect(url_for("goals.index"), 303)


def _make_form(**values: object) -> GoalForm:
    form = GoalForm(data=values or None)
    audiences = db.session.scalars(select(Audience).order_by(Audience.id)).all()
    form.offer(list(audiences), list(list_kinds()), current_language())
    return form


def _render(form: GoalForm, goal: Goal | None) -> str:
    return render_template("goals/edit.html", form=form, goal=goal)


def _write_period(goal: Goal) -> str:
    period = Period(goal.first_on, goal.last_on)
    if period.quarter:
        return f"{period.first_on.year}-T{period.quarter}"
    if period.is_year:
        return str(period.first_on.year)
    return f"{period.first_on}/{period.last_on}"
