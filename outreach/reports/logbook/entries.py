"""One line of the log: entered by hand, looked at with its corrections, corrected, withdrawn."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.correcting import Change, correct_line, void_line
from outreach.dispatch.entering import NewLine, enter_line
from outreach.dispatch.errors import LogLineError
from outreach.dispatch.evidence import find_evidence, keep_evidence
from outreach.dispatch.history import get_line, list_history
from outreach.dispatch.models import Dispatch
from outreach.dispatch.rules import Channel
from outreach.reports.labels import CHANNEL_LABELS, ORIGIN_LABELS
from outreach.reports.logbook.blueprint import blueprint
from outreach.reports.logbook.forms import CorrectionForm, EntryForm, VoidForm
from outreach.translation import gettext as _

_TEXTS = ("information", "information_en", "sender", "programme_key", "reach_source")


@blueprint.get("/bitacora/nueva")
@requires(Permission.WRITE)
def create() -> str:
    """Ask for a dispatch that the system did not send."""
    today = clock.day_in(current_config().timezone, clock.now())
    form = EntryForm(formdata=None, sent_on=today, channel=Channel.WHATSAPP.value)
    return render_template("reports/log_create.html", form=form)


@blueprint.post("/bitacora/nueva")
@requires(Permission.WRITE)
def add() -> Response | tuple[str, int]:
    """Add a dispatch that the system did not send."""
    form = EntryForm()
    if form.validate_on_submit():
        try:
            line = enter_line(_read_line(form), get_current_user())
        except LogLineError as refusal:
            form.form_errors.append(str(refusal))
        else:
            line_id = line.id
            db.session.commit()
            flash(_("La línea está en la bitácora."), "success")
            return redirect(url_for("logbook.show", line_id=line_id), 303)
    return render_template("reports/log_create.html", form=form), 422


@blueprint.get("/bitacora/<int:line_id>")
@requires()
def show(line_id: int) -> str:
    """Show a line with everything that is known of it, and its corrections."""
    return _render_line(get_line(line_id), VoidForm(formdata=None))


@blueprint.get("/bitacora/<int:line_id>/evidencia")
@requires()
def evidence(line_id: int) -> Response:
    """Send the file that shows it, always as a download."""
    line = get_line(line_id)
    path = find_evidence(line.evidence_sha256) or abort(404)
    return send_file(path, "application/octet-stream", as_attachment=True, download_name=line.evidence_name)


@blueprint.get("/bitacora/<int:line_id>/corregir")
@requires(Permission.WRITE)
def edit(line_id: int) -> str:
    """Ask what a line should have said."""
    line = get_line(line_id)
    form = CorrectionForm(formdata=None, **_list_values(line))
    return render_template("reports/log_correct.html", form=form, line=line)


@blueprint.post("/bitacora/<int:line_id>/corregir")
@requires(Permission.WRITE)
def correct(line_id: int) -> Response | tuple[str, int]:
    """Write the line that takes its place."""
    line, form = get_line(line_id), CorrectionForm()
    if form.validate_on_submit():
        try:
            correction = correct_line(line_id, Change(**_read_values(form)), form.reason.data, get_current_user())
        except LogLineError as refusal:
            form.form_errors.append(str(refusal))
        else:
            correction_id = correction.id
            db.session.commit()
            flash(_("La corrección es una línea nueva; la anterior se conserva."), "success")
            return redirect(url_for("logbook.show", line_id=correction_id), 303)
    return render_template("reports/log_correct.html", form=form, line=line), 422


@blueprint.post("/bitacora/<int:line_id>/anular")
@requires(Permission.WRITE)
def void(line_id: int) -> Response | tuple[str, int]:
    """Withdraw a line by another."""
    line, form = get_line(line_id), VoidForm()
    if form.validate_on_submit():
        try:
            void_line(line_id, form.void_reason.data, get_current_user())
        except LogLineError as refusal:
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("La línea ya no cuenta; se conserva con su motivo."), "success")
            return redirect(url_for("logbook.show", line_id=line_id), 303)
    return _render_line(line, form), 422


def _render_line(line: Dispatch, form: VoidForm) -> str:
    history = list_history(line)
    return render_template(
        "reports/log_show.html",
        line=line,
        history=history,
        is_in_force=history[-1].id == line.id and line.sent_on is not None,
        form=form,
        channels=CHANNEL_LABELS,
        origins=ORIGIN_LABELS,
    )


def _read_line(form: EntryForm) -> NewLine:
    file = request.files.get("evidence")
    name, digest = keep_evidence(file.filename or "", file.read()) if file and file.filename else ("", "")
    values = _read_values(form)
    if form.is_month_only.data:
        values |= {"sent_on": values["sent_on"].replace(day=1), "is_month_only": True}
    return NewLine(**values, evidence_name=name, evidence_sha256=digest)


def _read_values(form: EntryForm | CorrectionForm) -> dict[str, Any]:
    texts = {name: (form[name].data or "").strip() for name in _TEXTS}
    return {
        "sent_on": form.sent_on.data,
        "information_es": texts.pop("information"),
        "channel": Channel(form.channel.data),
        "audience_id": int(form.audience.data) if form.audience.data else None,
        "kind_id": int(form.kind.data) if form.kind.data else None,
        "reach": form.reach.data,
        **texts,
    }


def _list_values(line: Dispatch) -> dict[str, Any]:
    return {
        "sent_on": line.sent_on,
        "channel": line.channel,
        "audience": str(line.audience_id or ""),
        "kind": str(line.kind_id or ""),
        "information": line.information_es,
        "reach": line.reach,
        **{name: getattr(line, name) for name in _TEXTS if name != "information"},
    }
