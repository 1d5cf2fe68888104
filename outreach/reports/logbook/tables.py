"""Tables of old reports by page: a file or a pasted table, what its audit says, the confirmation, and the way back."""

from collections import Counter

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.audiences.errors import UnreadableFileError
from outreach.audiences.models import Audience
from outreach.db import db
from outreach.dispatch.correcting import undo_import
from outreach.dispatch.errors import LogLineError
from outreach.dispatch.imports import get_import, list_imports
from outreach.dispatch.models import LogImport
from outreach.dispatch.rules import Channel
from outreach.reports.dates import write_month_only
from outreach.reports.findings import LABELS, Code
from outreach.reports.importing.reader import ImportOptions
from outreach.reports.importing.service import Preview, import_table, preview_import
from outreach.reports.importing.uploads import (
    Upload,
    describe_options,
    discard_upload,
    find_upload,
    keep_upload,
    make_key,
)
from outreach.reports.labels import CHANNEL_LABELS
from outreach.reports.logbook.blueprint import blueprint
from outreach.reports.logbook.forms import TableForm, VoidForm
from outreach.reports.periods import Period
from outreach.reports.printed_dates import PrintedDay
from outreach.translation import current_language, ngettext
from outreach.translation import gettext as _
from outreach.web.filters import short_day

_ROWS_SHOWN = 100


@blueprint.get("/bitacora/importar")
@requires(Permission.WRITE)
def choose_table() -> str:
    """Ask for a table."""
    return render_template("reports/log_import.html", form=TableForm(formdata=None, channel=Channel.EMAIL.value))


@blueprint.post("/bitacora/importar")
@requires(Permission.WRITE)
def upload_table() -> Response | tuple[str, int]:
    """Keep the table and look at every row of it; nothing of it is written yet."""
    form = TableForm()
    if form.validate_on_submit():
        key = _keep(form)
        try:
            kept = find_upload(key, get_current_user().id) or abort(404)
            preview_import(kept.read(), kept.read_options())
        except UnreadableFileError as refusal:
            discard_upload(key)
            (form.pasted if kept.is_pasted else form.file).errors = [str(refusal)]
        else:
            return redirect(url_for("logbook.preview_table", key=key), 303)
    return render_template("reports/log_import.html", form=form), 422


@blueprint.get("/bitacora/importar/<key>")
@requires(Permission.WRITE)
def preview_table(key: str) -> str:
    """Show what would enter, and what the audit found."""
    kept = find_upload(key, get_current_user().id) or abort(404)
    preview = preview_import(kept.read(), kept.read_options())
    return render_template(
        "reports/log_preview.html",
        upload=kept,
        preview=preview,
        new=len(preview.list_new()),
        refused=sum(finding.is_refusal for finding in preview.findings),
        audiences=_count_audiences(preview),
        rows=preview.rows[:_ROWS_SHOWN],
        labels=LABELS,
        channels=CHANNEL_LABELS,
        write_day=_write_day,
    )


def _write_day(printed: PrintedDay) -> str:
    language = current_language()
    return write_month_only(printed.day, language) if printed.is_month_only else short_day(printed.day)


@blueprint.post("/bitacora/importar/<key>")
@requires(Permission.WRITE)
def confirm_table(key: str) -> Response:
    """Bring the dispatches in, all in one transaction."""
    user = get_current_user()
    kept = find_upload(key, user.id) or abort(404)
    begun, _preview = import_table(kept.read(), kept.read_options(), user)
    import_id, imported = begun.id, begun.imported
    db.session.commit()
    discard_upload(key)
    flash(ngettext("Entró %(num)s envío a la bitácora.", "Entraron %(num)s envíos a la bitácora.", imported), "success")
    return redirect(url_for("logbook.show_import", import_id=import_id), 303)


@blueprint.post("/bitacora/importar/<key>/descartar")
@requires(Permission.WRITE)
def discard_table(key: str) -> Response:
    """Throw the table away; nothing of it was written."""
    if not find_upload(key, get_current_user().id):
        abort(404)
    discard_upload(key)
    flash(_("La tabla se descartó: no entró ningún envío."), "info")
    return redirect(url_for("logbook.choose_table"), 303)


@blueprint.get("/bitacora/importaciones")
@requires()
def imports() -> str:
    """List the tables that were brought in."""
    return render_template("reports/log_imports.html", imports=list_imports())


@blueprint.get("/bitacora/importaciones/<int:import_id>")
@requires()
def show_import(import_id: int) -> str:
    """Show what came of a table, and what its audit found."""
    return _render_import(get_import(import_id), VoidForm(formdata=None))


@blueprint.post("/bitacora/importaciones/<int:import_id>/deshacer")
@requires(Permission.WRITE)
def undo_table(import_id: int) -> Response | tuple[str, int]:
    """Withdraw every line of a table."""
    found, form = get_import(import_id), VoidForm()
    if form.validate_on_submit():
        try:
            number = undo_import(import_id, form.void_reason.data, get_current_user())
        except LogLineError as refusal:
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(ngettext("Se anuló %(num)s línea.", "Se anularon %(num)s líneas.", number), "success")
            return redirect(url_for("logbook.show_import", import_id=import_id), 303)
    return _render_import(found, form), 422


def _render_import(found: LogImport, form: VoidForm) -> str:
    findings = [(entry["row"], LABELS[Code(entry["code"])], entry["message"]) for entry in found.findings]
    return render_template("reports/log_import_show.html", entry=found, findings=findings, form=form)


def _keep(form: TableForm) -> str:
    key, user = make_key(), get_current_user()
    file = request.files.get("file")
    is_pasted = not (file and file.filename)
    content = form.pasted.data.encode("utf-8", "surrogatepass") if is_pasted or not file else file.read()
    name = "" if is_pasted or not file else (file.filename or "").replace("\\", "/").rpartition("/")[2]
    keep_upload(content, Upload(key, name, user.id, is_pasted, describe_options(_read_options(form))), clock.now())
    return key


def _read_options(form: TableForm) -> ImportOptions:
    period = Period(form.first_on.data, form.last_on.data) if form.first_on.data else None
    audience = db.session.get(Audience, int(form.audience.data)) if form.audience.data else None
    return ImportOptions(
        audience=audience.slug if audience else "",
        channel=Channel(form.channel.data),
        sender=(form.sender.data or "").strip(),
        programme_key=(form.programme_key.data or "").strip(),
        information=(form.information.data or "").strip(),
        information_column=(form.information_column.data or "").strip(),
        period=period,
        stated_total=form.stated_total.data,
        accepts_guesses=form.accepts_guesses.data,
    )


def _count_audiences(preview: Preview) -> list[tuple[str, str, int]]:
    """Return each audience with how the table came to it and its rows, the most rows first."""
    counted = Counter((row.audience, row.is_audience_guessed) for row in preview.rows)
    ways = {True: _("supuesta por el texto"), False: _("dicha por la tabla o elegida")}
    entries = []
    for (slug, is_guessed), number in counted.most_common():
        way = _("nueva") if slug in preview.guide.new else ways[is_guessed]
        entries.append(
            (preview.guide.title(slug) or _("Sin audiencia"), way if slug else _("la tabla no la dice"), number)
        )
    return entries
