"""Pages of the closed periods: the list, one with its documents and its addendum, closing and reopening."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.log import LogFilter
from outreach.errors import OutreachError
from outreach.reports.closing.addenda import Speech, list_addenda
from outreach.reports.closing.errors import ClosingError
from outreach.reports.closing.queries import Reading, get_closing, get_document, list_closings, read_lines
from outreach.reports.closing.service import close_period, list_broken, reopen_period
from outreach.reports.documents.page import draw_picture
from outreach.reports.models import Closing
from outreach.reports.periods import Period, parse_period, quarter_of
from outreach.reports.queries import read_phrases
from outreach.translation import current_language
from outreach.translation import gettext as _
from outreach.web.downloads import attachment

blueprint = Blueprint("closings", __name__, template_folder="../templates")

_QUARTERS_OFFERED = 8


@blueprint.get("/informes/cierres")
@requires()
def index() -> str:
    """List the closed periods and offer to close one more."""
    return _render_index()


@blueprint.post("/informes/cierres")
@requires(Permission.WRITE)
def close() -> Response | tuple[str, int]:
    """Freeze the figures and documents of a period."""
    try:
        closing = close_period(parse_period(request.form.get("periodo", "")), get_current_user())
    except OutreachError as refusal:
        return _render_index(str(refusal)), 422
    db.session.commit()
    flash(_("El periodo se cerró: sus cifras y documentos quedan como están."), "success")
    return redirect(url_for("closings.show", closing_id=closing.id), 303)


@blueprint.get("/informes/cierres/<int:closing_id>")
@requires()
def show(closing_id: int) -> str:
    """Show what was frozen, whether it is intact, and what changed since."""
    return _render(get_closing(closing_id))


@blueprint.post("/informes/cierres/<int:closing_id>/reabrir")
@requires(Permission.CONFIGURE)
def reopen(closing_id: int) -> Response | tuple[str, int]:
    """Let the period be closed anew."""
    closing = get_closing(closing_id)
    try:
        reopen_period(closing, request.form.get("motivo", ""), get_current_user())
    except ClosingError as refusal:
        return _render(closing, str(refusal)), 422
    db.session.commit()
    flash(_("El periodo se reabrió: el cierre anterior se conserva, y puede cerrarse de nuevo."), "success")
    return redirect(url_for("closings.show", closing_id=closing_id), 303)


@blueprint.get("/informes/cierres/<int:closing_id>/<frozen>")
@requires()
def download(closing_id: int, frozen: str) -> Response:
    """Send a document as it was when the period was closed."""
    document = get_document(closing_id, frozen)
    return attachment(document.content, document.filename, document.media_type)


def _render_index(refusal: str = "") -> str:
    quarters = _list_closable(clock.day_in(current_config().timezone, clock.now()))
    closings = [(closing, _period_of(closing)) for closing in list_closings()]
    return render_template(
        "closings/index.html", closings=closings, quarters=quarters, refusal=refusal, language=current_language()
    )


def _render(closing: Closing, refusal: str = "") -> str:
    language, period = current_language(), _period_of(closing)
    reading = Reading([]) if closing.reopening else read_lines(LogFilter(), period)
    addenda = list_addenda(reading, Speech(language, read_phrases(language), current_config().timezone))
    return render_template(
        "closings/show.html",
        closing=closing,
        period=period,
        reading=reading,
        addenda=list(addenda),
        broken=list_broken(closing),
        draw_svg=draw_picture,
        refusal=refusal,
        language=language,
    )


def _period_of(closing: Closing) -> Period:
    return Period(closing.first_on, closing.last_on)


def _list_closable(today: date) -> list[Period]:
    """Return the last quarters that are over, the newest first."""
    quarters = [quarter_of(today).before()]
    while len(quarters) < _QUARTERS_OFFERED:
        quarters.append(quarters[-1].before())
    return quarters
