"""The pages of Ajustes for when mail may leave: non-working days and restricted periods."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.planning import calendar, service
from outreach.campaigns.planning.blueprint import blueprint
from outreach.campaigns.planning.forms import DaysForm, PeriodForm
from outreach.campaigns.planning.models import DayOff, RestrictedPeriod
from outreach.campaigns.planning.rules import LEVEL_LABELS, LEVEL_TONES
from outreach.campaigns.planning.wording import describe_span, make_scope_words
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _

__all__ = ["blueprint"]

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@blueprint.get("/dias-inhabiles")
@requires(Permission.CONFIGURE)
def list_days() -> str:
    """List a year's non-working days, the law's and the Institute's own."""
    return _render_days(DaysForm(formdata=None))


@blueprint.post("/dias-inhabiles")
@requires(Permission.CONFIGURE)
def add_days() -> Response | tuple[str, int]:
    """Put days into the calendar."""
    form = DaysForm()
    if not form.validate_on_submit():
        return _render_days(form), 422
    row = DayOff(
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data or form.starts_on.data,
        name=form.name.data,
        is_working=form.is_working.data,
    )
    try:
        calendar.add_days(row, get_current_user())
    except CampaignError as refusal:
        db.session.rollback()
        form.form_errors.append(str(refusal))
        return _render_days(form), 422
    db.session.commit()
    flash(_("Guardado."), "success")
    return redirect(url_for("planning.list_days", anio=row.starts_on.year), 303)


@blueprint.post("/dias-inhabiles/<int:row_id>/quitar")
@requires(Permission.CONFIGURE)
def remove_days(row_id: int) -> Response:
    """Take one of the Institute's own rows out of the calendar."""
    row = calendar.get_row(row_id)
    year = row.starts_on.year
    calendar.remove_days(row, get_current_user())
    db.session.commit()
    flash(_("El renglón salió del calendario."), "success")
    return redirect(url_for("planning.list_days", anio=year), 303)


def _render_days(form: DaysForm) -> str:
    today = clock.day_in(current_config().timezone, clock.now())
    year = request.args.get("anio", today.year, type=int)
    year = year if _FIRST_YEAR <= year <= _LAST_YEAR else today.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    own = calendar.list_rows(first, last)
    return render_template(
        "planning/list_days.html",
        form=form,
        year=year,
        statutory=calendar.list_statutory(year),
        off=calendar.list_days_off(first, last),
        own=sorted(own, key=lambda row: row.starts_on),
    )


@blueprint.get("/periodos-restringidos")
@requires(Permission.CONFIGURE)
def list_periods() -> str:
    """List the restricted periods, the latest first."""
    return render_template(
        "planning/list_periods.html",
        periods=service.list_periods(),
        level_labels=LEVEL_LABELS,
        level_tones=LEVEL_TONES,
        now=clock.now(),
        describe_span=describe_span,
        describe_scope=make_scope_words(),
    )


@blueprint.route("/periodos-restringidos/nuevo", methods=["GET", "POST"])
@requires(Permission.CONFIGURE)
def create_period() -> Response | str | tuple[str, int]:
    """Write down a new period."""
    return _edit(RestrictedPeriod())


@blueprint.route("/periodos-restringidos/<int:period_id>", methods=["GET", "POST"])
@requires(Permission.CONFIGURE)
def edit_period(period_id: int) -> Response | str | tuple[str, int]:
    """Change a period, or take it out of force."""
    return _edit(service.get_period(period_id))


def _edit(period: RestrictedPeriod) -> Response | str | tuple[str, int]:
    zone, is_new = current_config().timezone, period.id is None
    form = PeriodForm()
    form.offer()
    if not form.is_submitted():
        if not is_new:
            form.fill(period, zone)
        return render_template("planning/edit_period.html", form=form, period=period, is_new=is_new)
    if form.validate():
        form.read(period, zone)
        try:
            service.save_period(period, get_current_user())
        except CampaignError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("Guardado."), "success")
            return redirect(url_for("planning.list_periods"), 303)
    return render_template("planning/edit_period.html", form=form, period=period, is_new=is_new), 422
