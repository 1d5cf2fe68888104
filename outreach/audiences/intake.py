"""Bringing people in by page: a file, what it would do in words, and the confirmation."""

import csv
from dataclasses import asdict
from io import StringIO
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.audiences.blueprint import blueprint
from outreach.audiences.cells import guard_cell
from outreach.audiences.errors import UnreadableFileError
from outreach.audiences.forms import ImportForm
from outreach.audiences.importing import ImportOptions, ImportResult, import_contacts
from outreach.audiences.models import Audience
from outreach.audiences.queries import get_audience
from outreach.audiences.uploads import Upload, discard_file, find_upload, get_path, keep_file, note_upload
from outreach.audiences.wording import describe_attributes, describe_result
from outreach.db import db
from outreach.translation import gettext as _
from outreach.web.downloads import attachment

_ROWS_SHOWN = 100


@blueprint.get("/audiencias/<slug>/importar")
@requires(Permission.WRITE)
def choose_file(slug: str) -> str:
    """Ask for a file and the grounds."""
    return render_template("audiences/choose_file.html", audience=get_audience(slug), form=ImportForm())


@blueprint.post("/audiencias/<slug>/importar")
@requires(Permission.WRITE)
def upload(slug: str) -> Response | tuple[str, int]:
    """Keep the file and look at every row of it; nothing of it is written yet."""
    audience, form = get_audience(slug), ImportForm()
    if form.validate_on_submit():
        key = keep_file(form.file.data, clock.now())
        try:
            _look_through(key, audience, form)
        except UnreadableFileError as refusal:
            discard_file(key)
            form.file.errors = [str(refusal)]
        else:
            return redirect(url_for("audiences.preview", slug=slug, key=key), 303)
    return render_template("audiences/choose_file.html", audience=audience, form=form), 422


def _look_through(key: str, audience: Audience, form: ImportForm) -> None:
    filename = (form.file.data.filename or "personas.csv").replace("\\", "/").rpartition("/")[2]
    options = ImportOptions(is_dry_run=True, filename=filename)
    result = import_contacts(get_path(key), audience, options)
    note_upload(
        Upload(
            key=key,
            filename=filename,
            audience_id=audience.id,
            user_id=get_current_user().id,
            source=form.source.data.strip(),
            consent_text=form.consent_text.data.strip(),
            preview=asdict(result),
        )
    )


def _get_upload(slug: str, key: str) -> tuple[Audience, Upload, ImportResult]:
    audience = get_audience(slug)
    kept = find_upload(key, audience.id, get_current_user().id) or abort(404)
    return audience, kept, ImportResult(**kept.preview)


@blueprint.get("/audiencias/<slug>/importar/<key>")
@requires(Permission.WRITE)
def preview(slug: str, key: str) -> str:
    """Say what the file would do, with the rows that stay out and why."""
    audience, kept, result = _get_upload(slug, key)
    rows = _list_problems(result)
    return render_template(
        "audiences/preview.html",
        audience=audience,
        upload=kept,
        result=result,
        summary=describe_result(result),
        attributes=describe_attributes(result),
        rows=rows[:_ROWS_SHOWN],
        row_count=len(rows),
    )


def _list_problems(result: ImportResult) -> list[tuple[int, str, str]]:
    kinds = (
        (result.refused, _("Con error")),
        (result.kept_out, _("Queda fuera")),
        (result.notes, _("Entra, con aviso")),
    )
    return sorted((entry["row"], label, entry["reason"]) for entries, label in kinds for entry in entries)


@blueprint.get("/audiencias/<slug>/importar/<key>/errores.csv")
@requires(Permission.WRITE)
def problems(slug: str, key: str) -> Response:
    """Send the rows that stay out, with their reasons, as a file for a spreadsheet."""
    _audience, _kept, result = _get_upload(slug, key)
    table = StringIO()
    writer = csv.writer(table)
    writer.writerow([_("Fila"), _("Qué pasa"), _("Motivo")])
    writer.writerows([str(row), label, guard_cell(reason)] for row, label, reason in _list_problems(result))
    return attachment("\ufeff" + table.getvalue(), _("errores.csv"), "text/csv; charset=utf-8")


@blueprint.post("/audiencias/<slug>/importar/<key>")
@requires(Permission.WRITE)
def confirm(slug: str, key: str) -> Response:
    """Bring the people in, all in one transaction."""
    audience, kept, _expected = _get_upload(slug, key)
    options = ImportOptions(
        source=kept.source, consent_text=kept.consent_text, filename=kept.filename, user=get_current_user()
    )
    outcome: dict[str, Any] = {"summary": describe_result(import_contacts(kept.path, audience, options))}
    db.session.commit()
    discard_file(key)
    flash(_("Las personas ya están en la audiencia. %(summary)s", **outcome), "success")
    return redirect(url_for("audiences.show", slug=slug), 303)


@blueprint.post("/audiencias/<slug>/importar/<key>/descartar")
@requires(Permission.WRITE)
def discard(slug: str, key: str) -> Response:
    """Throw the file away; nothing of it was written."""
    _get_upload(slug, key)
    discard_file(key)
    flash(_("El archivo se descartó: no entró ninguna persona."), "info")
    return redirect(url_for("audiences.choose_file", slug=slug), 303)
