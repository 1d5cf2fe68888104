"""Pages of series: all of them, one with the calendar of its editions, a new one, a change, start and pause."""

from collections.abc import Callable
from datetime import date, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.models import User
from outreach.accounts.rules import Permission
from outreach.campaigns.planning.calendar import list_days_off
from outreach.campaigns.series import editions
from outreach.campaigns.series.blueprint import blueprint
from outreach.campaigns.series.forms import RuleForm, SeriesForm, list_values
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.planning import EARLIEST, LATEST, preview
from outreach.campaigns.series.queries import find_last_campaign, get_series, list_editions, list_next, list_series
from outreach.campaigns.series.recurrence import PlannedDate, Shift, read_rule
from outreach.campaigns.series.service import create_series, edit_series, end_series, pause_series, start_series
from outreach.config import current_config
from outreach.db import db
from outreach.errors import OutreachError
from outreach.translation import gettext as _

__all__ = ["blueprint", "editions"]

_USUAL_HOUR = time(9)


@blueprint.get("")
@requires()
def index() -> str:
    """Show every series with its next edition."""
    return render_template(
        "series/index.html",
        entries=[(series, list_next(series, _find_today(series.zone))) for series in list_series()],
    )


@blueprint.get("/<int:series_id>")
@requires()
def show(series_id: int) -> str:
    """Show a series: its rule, and the editions of a year as a calendar and as a list."""
    series = get_series(series_id)
    today = _find_today(series.zone)
    year = request.args.get("ano", today.year, type=int)
    year = min(max(year, EARLIEST), LATEST)
    found = list_editions(date(year, 1, 1), date(year, 12, 31), series)
    return render_template(
        "series/show.html",
        series=series,
        year=year,
        today=today,
        months=[
            (date(year, month, 1), [view for view in found if view.planned.sends_on.month == month])
            for month in range(1, 13)
        ],
        editions=found,
        upcoming=_preview(series, today),
        has_structure=find_last_campaign(series, date.max) is not None,
        **_describe_days_off(_preview(series, today)),
    )


@blueprint.get("/nueva")
@requires(Permission.WRITE)
def create() -> str:
    """Ask for a new series."""
    return _render_form(_make_form(hour=_USUAL_HOUR, zone=current_config().timezone, next_number=1), None)


@blueprint.post("/nueva")
@requires(Permission.WRITE)
def add() -> Response | str | tuple[str, int]:
    """Add a series, which waits to be started."""
    return _keep(None)


@blueprint.get("/<int:series_id>/editar")
@requires(Permission.WRITE)
def edit(series_id: int) -> str:
    """Show a series to be changed."""
    series = get_series(series_id)
    return _render_form(_make_form(**list_values(series)), series)


@blueprint.post("/<int:series_id>/editar")
@requires(Permission.WRITE)
def update(series_id: int) -> Response | str | tuple[str, int]:
    """Keep the series as it is now written."""
    return _keep(get_series(series_id))


@blueprint.get("/fechas")
@requires(Permission.WRITE)
def sample() -> str:
    """Show the next dates of a rule as it stands in the form."""
    form = RuleForm(formdata=request.args)
    form.offer()
    return render_template("series/_dates.html", **_sample(form))


@blueprint.post("/<int:series_id>/empezar")
@requires(Permission.WRITE)
def start(series_id: int) -> Response:
    """Let editions open by themselves from now on."""
    return _turn(series_id, start_series, _("La serie está activa: los borradores se abren solos."))


@blueprint.post("/<int:series_id>/pausar")
@requires(Permission.WRITE)
def pause(series_id: int) -> Response:
    """Let nothing open until somebody starts the series again."""
    return _turn(series_id, pause_series, _("La serie está en pausa: no se abren borradores."))


@blueprint.post("/<int:series_id>/terminar")
@requires(Permission.WRITE)
def end(series_id: int) -> Response:
    """Let nothing open any more."""
    return _turn(series_id, end_series, _("La serie terminó: lo que ya está abierto sigue su camino."))


def _turn(series_id: int, change: Callable[[Series, User], None], said: str) -> Response:
    series = get_series(series_id)
    try:
        change(series, get_current_user())
    except OutreachError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
    else:
        db.session.commit()
        flash(said, "success")
    return redirect(url_for("series.show", series_id=series_id), 303)


def _keep(series: Series | None) -> Response | str | tuple[str, int]:
    form = _make_form()
    if request.form.get("only") == "dates":
        return _render_form(form, series)
    if not form.validate_on_submit():
        return _render_form(form, series), 422
    try:
        if series:
            edit_series(series, form.read(), get_current_user())
        else:
            series = create_series(form.read(), get_current_user())
    except OutreachError as refusal:
        db.session.rollback()
        form.form_errors.append(str(refusal))
        return _render_form(form, series), 422
    db.session.commit()
    flash(_("La serie se guardó."), "success")
    return redirect(url_for("series.show", series_id=series.id), 303)


def _make_form(**values: object) -> SeriesForm:
    form = SeriesForm(data=values or None)
    form.offer()
    return form


def _render_form(form: SeriesForm, series: Series | None) -> str:
    return render_template("series/edit.html", form=form, series=series, **_sample(form))


def _sample(form: RuleForm) -> dict[str, object]:
    """Return the next dates of the rule in the form, and its words; none while it cannot be read."""
    rule = form.read_rule() if form.is_rule_sound() else None
    today = _find_today(current_config().timezone)
    dates = preview(rule, Shift(form.shift.data), today, form.ends_on.data) if rule else []
    return {"rule": rule, "upcoming": dates, **_describe_days_off(dates)}


def _preview(series: Series, today: date) -> list[PlannedDate]:
    return preview(read_rule(series.recurrence), Shift(series.shift), today, series.ends_on)


def _describe_days_off(dates: list[PlannedDate]) -> dict[str, object]:
    """Return the names of the days off that dates moved off."""
    moved = [each.due_on for each in dates if each.is_moved]
    return {"days_off": list_days_off(min(moved), max(moved) + timedelta(days=1)) if moved else {}}


def _find_today(zone: str) -> date:
    return clock.day_in(zone, clock.now())
