"""Bringing people in by page: a file, its columns, what it would do in words, the confirmation, and taking it back."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import delete
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.audiences import imports, steps
from outreach.audiences.blueprint import blueprint
from outreach.audiences.decoding import hash_file
from outreach.audiences.errors import AudienceError, ImportRefusedError, UnreadableFileError
from outreach.audiences.forms import ImportForm
from outreach.audiences.mapping import ATTRIBUTE, FIELD_LABELS, SKIP, plan_as_chosen, propose, read_start
from outreach.audiences.models import Audience, ContactImport, ImportProblem
from outreach.audiences.queries import get_audience
from outreach.audiences.rules import ImportState
from outreach.audiences.undoing import KEPT, begin_undo
from outreach.audiences.uploads import discard_file, get_path, keep_file
from outreach.audiences.wording import IMPORT_LABELS, PROBLEM_LABELS, describe_figures
from outreach.db import db
from outreach.translation import gettext as _
from outreach.web.downloads import attachment

# A small file is done before the page answers; a large one goes on behind it.
_SECONDS_IN_REQUEST = 1.5
_KEPT_FOR = timedelta(hours=24)
_LONGEST_FILENAME = 255
_ROW_KINDS = ("refused", "kept_out", "note")


@blueprint.get("/audiencias/<slug>/importar")
@requires(Permission.WRITE)
def choose_file(slug: str) -> str:
    """Ask for a file and the grounds."""
    return render_template("audiences/choose_file.html", audience=get_audience(slug), form=ImportForm())


@blueprint.post("/audiencias/<slug>/importar")
@requires(Permission.WRITE)
def upload(slug: str) -> Response | tuple[str, int]:
    """Keep the file and read its headings; nothing of it is written yet."""
    audience, form = get_audience(slug), ImportForm()
    if form.validate_on_submit():
        key = keep_file(form.file.data, clock.now())
        try:
            headings, samples, row_total = read_start(get_path(key))
        except UnreadableFileError as refusal:
            discard_file(key)
            form.file.errors = [str(refusal)]
        else:
            kept = _open_import(audience, form, key, headings)
            kept.columns = propose(headings, samples)
            kept.rows_total = row_total
            db.session.commit()
            return redirect(url_for("audiences.show_import", import_id=kept.id), 303)
    return render_template("audiences/choose_file.html", audience=audience, form=form), 422


def _open_import(audience: Audience, form: ImportForm, key: str, headings: list[str]) -> ContactImport:
    user = get_current_user()
    for stale in imports.find_stale(clock.now() - _KEPT_FOR, user):
        _throw_away(stale)
    filename = (form.file.data.filename or "personas.csv").replace("\\", "/").rpartition("/")[2]
    kept = ContactImport(
        audience_id=audience.id,
        user_id=user.id,
        filename=filename[-_LONGEST_FILENAME:],
        sha256=hash_file(get_path(key)),
        imported_at=clock.now(),
        figures={},
        state=ImportState.MAPPING,
        upload_key=key,
        source=form.source.data.strip(),
        consent_text=(form.consent_text.data or "").strip(),
        headings=headings,
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def _throw_away(kept: ContactImport) -> None:
    discard_file(kept.upload_key)
    db.session.execute(delete(ImportProblem).where(ImportProblem.import_id == kept.id))
    db.session.delete(kept)


@blueprint.get("/importaciones/<int:import_id>")
@requires()
def show_import(import_id: int) -> str:
    """Show where an import stands: its columns, its progress, what it would do, or what it did."""
    return _render(imports.get_import(import_id, get_current_user()))


def _render(kept: ContactImport, refusal: str = "") -> str:
    state = ImportState(kept.state)
    kinds = (KEPT,) if state == ImportState.UNDONE else _ROW_KINDS
    samples: list[list[str]] = []
    if state == ImportState.MAPPING and get_path(kept.upload_key).is_file():
        samples = read_start(get_path(kept.upload_key))[1]
    return render_template(
        "audiences/import.html",
        kept=kept,
        refusal=refusal,
        samples=samples,
        fields=FIELD_LABELS,
        problems=imports.list_problems(kept.id, kinds),
        problem_count=imports.count_problems(kept.id, kinds),
        problem_labels=PROBLEM_LABELS,
        state_label=IMPORT_LABELS[state],
        is_working=state in steps.WORKING,
        is_own=kept.user_id == get_current_user().id,
        summary=describe_figures(kept.figures) if kept.figures else "",
    )


@blueprint.post("/importaciones/<int:import_id>/columnas")
@requires(Permission.WRITE)
def set_columns(import_id: int) -> Response | tuple[str, int]:
    """Take what each column holds, and look at every row; nothing of them is written yet."""
    kept = _get_own(import_id, ImportState.MAPPING, ImportState.CHECKED)
    choices = [request.form.get(f"column-{place}", SKIP) for place in range(len(kept.headings))]
    known = {*FIELD_LABELS, ATTRIBUTE, SKIP}
    kept.columns = [choice if choice in known else SKIP for choice in choices]
    try:
        plan_as_chosen(kept.headings, kept.columns)
    except UnreadableFileError as refusal:
        kept.state = ImportState.MAPPING
        answer = _render(kept, str(refusal))
        db.session.rollback()
        return answer, 422
    kept.state, kept.rows_done = ImportState.CHECKING, 0
    return _work(kept)


@blueprint.post("/importaciones/<int:import_id>/cambiar-columnas")
@requires(Permission.WRITE)
def change_columns(import_id: int) -> Response:
    """Go back to the columns of a file that was checked."""
    kept = _get_own(import_id, ImportState.CHECKED)
    kept.state = ImportState.MAPPING
    db.session.commit()
    return redirect(url_for("audiences.show_import", import_id=import_id), 303)


@blueprint.post("/importaciones/<int:import_id>/confirmar")
@requires(Permission.WRITE)
def confirm(import_id: int) -> Response:
    """Let the people enter, in steps whose progress the page shows."""
    kept = _get_own(import_id, ImportState.CHECKED)
    kept.state, kept.rows_done, kept.imported_at = ImportState.ENTERING, 0, clock.now()
    return _work(kept)


@blueprint.post("/importaciones/<int:import_id>/deshacer")
@requires(Permission.WRITE)
def undo_import(import_id: int) -> Response:
    """Take an import back as a whole, except for whom somebody built on it since."""
    kept = imports.get_import(import_id, get_current_user())
    begin_undo(kept, get_current_user())
    return _work(kept)


@blueprint.post("/importaciones/<int:import_id>/seguir")
@requires(Permission.WRITE)
def go_on(import_id: int) -> Response:
    """Go on with what nobody works on at the moment."""
    return _work(imports.get_import(import_id, get_current_user()))


def _work(kept: ContactImport) -> Response:
    number = kept.id
    db.session.commit()
    steps.advance_for(number, _SECONDS_IN_REQUEST)
    return redirect(url_for("audiences.show_import", import_id=number), 303)


def _get_own(import_id: int, *states: ImportState) -> ContactImport:
    kept = imports.get_import(import_id, get_current_user())
    if kept.state not in states or kept.user_id != get_current_user().id:
        raise ImportRefusedError(_("Esa importación ya está en otro paso: abra de nuevo su página."))
    if not get_path(kept.upload_key).is_file():
        raise AudienceError(_("El archivo ya no está en este servidor: súbalo de nuevo."))
    return kept


@blueprint.post("/importaciones/<int:import_id>/descartar")
@requires(Permission.WRITE)
def discard(import_id: int) -> Response:
    """Throw the file away; nothing of it was written."""
    kept = imports.get_import(import_id, get_current_user())
    if kept.state not in {ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED}:
        raise ImportRefusedError(_("Esa importación ya está en otro paso: abra de nuevo su página."))
    _throw_away(kept)
    db.session.commit()
    flash(_("El archivo se descartó: no entró ninguna persona."), "info")
    return redirect(url_for("audiences.list_imports"), 303)


@blueprint.get("/importaciones/<int:import_id>/errores.csv")
@requires(Permission.WRITE)
def problems(import_id: int) -> Response:
    """Send the refused rows as they were, to be mended and brought in again; of an undone import, whom it left."""
    kept = imports.get_import(import_id, get_current_user())
    if kept.state == ImportState.UNDONE:
        return attachment(imports.iterate_kept(kept), _("no-se-deshizo.csv"), "text/csv; charset=utf-8")
    return attachment(imports.iterate_errors(kept), _("errores.csv"), "text/csv; charset=utf-8")


@blueprint.get("/importaciones")
@requires()
def list_imports() -> str:
    """Show the files that were brought in, the latest first."""
    found = imports.list_imports(get_current_user(), request.args.get("antes", type=int))
    return render_template(
        "audiences/imports.html", imports=found, labels=IMPORT_LABELS, is_full=len(found) == imports.PAGE_SIZE
    )
