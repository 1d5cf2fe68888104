"""The page of one edition, and what is decided there: open it now, leave it out; and what the next one takes over."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns.labels import BLOCK_LABELS, STATE_LABELS
from outreach.campaigns.models import Campaign
from outreach.campaigns.series.blueprint import blueprint
from outreach.campaigns.series.forms import SkipForm
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.planning import EARLIEST, LATEST
from outreach.campaigns.series.queries import EditionView, find_last_campaign, get_edition, get_series
from outreach.campaigns.series.rules import EditionState
from outreach.campaigns.series.service import open_now, skip_edition
from outreach.campaigns.series.structure import mark_blocks, read_marks
from outreach.db import db
from outreach.errors import NotFoundError, OutreachError
from outreach.translation import gettext as _


@blueprint.get("/<int:series_id>/<due_on>")
@requires()
def edition(series_id: int, due_on: str) -> str:
    """Show one edition: where it stands, and which reminders left."""
    return _render(_get_view(series_id, due_on), SkipForm())


@blueprint.post("/<int:series_id>/<due_on>/abrir")
@requires(Permission.WRITE)
def open_(series_id: int, due_on: str) -> Response:
    """Open the draft before its day."""
    view = _get_view(series_id, due_on)
    try:
        opened = open_now(view, get_current_user())
    except OutreachError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
        return redirect(_locate(view), 303)
    db.session.commit()
    flash(_("El borrador está abierto."), "success")
    return redirect(url_for("campaigns.edit", campaign_id=opened.campaign_id), 303)


@blueprint.post("/<int:series_id>/<due_on>/omitir")
@requires(Permission.WRITE)
def skip(series_id: int, due_on: str) -> Response | tuple[str, int]:
    """Leave the edition out, with a reason."""
    view = _get_view(series_id, due_on)
    form = SkipForm()
    if form.validate_on_submit():
        try:
            skip_edition(view, form.reason.data, get_current_user())
        except OutreachError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("La edición se omitió."), "success")
            return redirect(url_for("series.show", series_id=series_id), 303)
    return _render(_get_view(series_id, due_on), form), 422


@blueprint.get("/<int:series_id>/estructura")
@requires()
def structure(series_id: int) -> str:
    """Show what the next edition takes over from the last one."""
    series = get_series(series_id)
    campaign = _get_last_campaign(series)
    return render_template(
        "series/structure.html",
        series=series,
        campaign=campaign,
        marks=read_marks(campaign),
        block_labels=BLOCK_LABELS,
    )


@blueprint.post("/<int:series_id>/estructura")
@requires(Permission.WRITE)
def mark(series_id: int) -> Response:
    """Keep which blocks stand."""
    series = get_series(series_id)
    campaign = _get_last_campaign(series)
    if mark_blocks(campaign, request.form.getlist("standing", type=int)):
        record("mark", "series", series.id, {"campaign": campaign.id}, user=get_current_user())
        db.session.commit()
    flash(_("Guardado: así se abrirá la siguiente edición."), "success")
    return redirect(url_for("series.show", series_id=series_id), 303)


def _get_last_campaign(series: Series) -> Campaign:
    campaign = find_last_campaign(series, date.max)
    if campaign is None:
        raise NotFoundError(_("La serie «%(name)s» todavía no tiene ninguna edición.", name=series.name_es))
    return campaign


def _get_view(series_id: int, due_on: str) -> EditionView:
    series = get_series(series_id)
    try:
        day = date.fromisoformat(due_on)
    except ValueError:
        day = date.min
    if not EARLIEST <= day.year <= LATEST:
        raise NotFoundError(_("«%(text)s» no es la fecha de una edición.", text=due_on))
    return get_edition(series, day)


def _locate(view: EditionView) -> str:
    return url_for("series.edition", series_id=view.series.id, due_on=view.planned.due_on.isoformat())


def _render(view: EditionView, form: SkipForm) -> str:
    return render_template(
        "series/edition.html",
        view=view,
        series=view.series,
        form=form,
        reminders=view.edition.reminders if view.edition else [],
        campaign_labels=STATE_LABELS,
        can_open=view.state in {EditionState.PLANNED, EditionState.SKIPPED}
        or (view.state is EditionState.LATE and view.campaign is None),
        can_skip=view.state not in {EditionState.SENT, EditionState.SKIPPED},
    )
