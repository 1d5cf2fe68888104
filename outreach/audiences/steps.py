"""A file of people on its way in, batch by batch: each is a transaction of its own, and how far it got is in the row.

Whoever finds work takes a lease on it, so that the page that brought the file, the clock and other processes never do
the same rows twice; one that dies leaves a lease that ends, and the next goes on where it stopped.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.audiences.enrolment import Enrolment, trust_indexes
from outreach.audiences.errors import UnreadableFileError
from outreach.audiences.importing import BATCH, ImportOptions, ImportResult, Run, take_batch
from outreach.audiences.mapping import plan_as_chosen
from outreach.audiences.models import ContactImport, ImportProblem
from outreach.audiences.reading import Row, open_table
from outreach.audiences.rules import ImportState
from outreach.audiences.undoing import undo_batch
from outreach.audiences.uploads import discard_file, get_path
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _

WORKING = (ImportState.CHECKING, ImportState.ENTERING, ImportState.UNDOING)
LEASE = timedelta(seconds=60)
_FIGURES = ("rows", "new", "updated", "subscribed", "refused", "kept_out", "notes")


def advance_all(should_stop: Callable[[], bool] = lambda: False) -> int:
    """Do what waits, to its end or until `should_stop`; return how many files moved on. Commits."""
    moved = 0
    for import_id in db.session.scalars(select(ContactImport.id).where(ContactImport.state.in_(WORKING))).all():
        moved += advance(import_id, should_stop)
    return moved


def advance_for(import_id: int, seconds: float) -> None:
    """Work on one file for about so many seconds; what remains is left to the clock. Commits."""
    end = time.monotonic() + seconds
    advance(import_id, lambda: time.monotonic() > end)


def advance(import_id: int, should_stop: Callable[[], bool]) -> bool:
    """Work on one file unless somebody else does; a file that cannot be read ends in the state failed. Commits."""
    if not _take(import_id):
        return False
    kept = db.session.get_one(ContactImport, import_id, populate_existing=True)
    try:
        if kept.state == ImportState.UNDOING:
            _undo(kept, should_stop)
        elif get_path(kept.upload_key).is_file():
            _pass_rows(kept, get_path(kept.upload_key), should_stop)
    except UnreadableFileError as refusal:
        db.session.rollback()
        _fail(import_id, str(refusal))
    finally:
        db.session.rollback()
        db.session.execute(update(ContactImport).where(ContactImport.id == import_id).values(leased_until=None))
        db.session.commit()
    return True


def _take(import_id: int) -> bool:
    now = clock.now()
    is_free = or_(ContactImport.leased_until.is_(None), ContactImport.leased_until < now)
    statement = update(ContactImport).where(ContactImport.id == import_id, ContactImport.state.in_(WORKING), is_free)
    taken = db.session.execute(statement.values(leased_until=now + LEASE).returning(ContactImport.id)).first()
    db.session.commit()
    return taken is not None


def _fail(import_id: int, sentence: str) -> None:
    kept = db.session.get_one(ContactImport, import_id)
    kept.state, kept.failure = ImportState.FAILED, sentence[:400]
    discard_file(kept.upload_key)
    db.session.commit()


def _pass_rows(kept: ContactImport, path: Path, should_stop: Callable[[], bool]) -> None:
    """Check every row, or let it enter; a check that was interrupted begins again, since nothing was written."""
    is_check = kept.state == ImportState.CHECKING
    if is_check or not kept.rows_done:
        _begin(kept)
    trust_indexes()
    with open_table(path) as table:
        plan = plan_as_chosen(kept.headings, kept.columns)
        run = _make_run(kept, is_check=is_check)
        for batch in _cut(islice(table.rows, kept.rows_done, None)):
            run.result = ImportResult()
            take_batch(run, plan, batch)
            _note(kept, run.result, batch)
            kept.rows_total = max(table.row_total, kept.rows_done)
            kept.leased_until = clock.now() + LEASE
            db.session.commit()
            trust_indexes()
            if should_stop():
                break
        else:
            _finish(kept, is_check=is_check)


def _begin(kept: ContactImport) -> None:
    db.session.execute(delete(ImportProblem).where(ImportProblem.import_id == kept.id))
    kept.rows_done, kept.figures = 0, dict.fromkeys(_FIGURES, 0)


def _make_run(kept: ContactImport, *, is_check: bool) -> Run:
    user = db.session.get(User, kept.user_id) if kept.user_id else None
    options = ImportOptions(is_dry_run=is_check, user=user)
    enrolment = Enrolment(kept.audience_id, None if is_check else kept.id, kept.source, kept.consent_text)
    return Run(enrolment, options, ImportResult(), current_config().secret_key)


def _cut(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _note(kept: ContactImport, result: ImportResult, batch: list[Row]) -> None:
    counted = {**result.as_json(), "notes": result.notes}
    totals = {name: value if isinstance(value, int) else len(value) for name, value in counted.items()}
    kept.figures = {name: kept.figures.get(name, 0) + totals[name] for name in _FIGURES}
    kept.rows_done += len(batch)
    cells = {row.number: row.cells for row in batch}
    problems: list[dict[str, Any]] = [
        {
            "import_id": kept.id,
            "row": entry["row"],
            "kind": kind,
            "reason": entry["reason"],
            "cells": cells.get(entry["row"], []) if kind == "refused" else [],
        }
        for kind, entries in (("refused", result.refused), ("kept_out", result.kept_out), ("note", result.notes))
        for entry in entries
    ]
    if problems:
        db.session.execute(insert(ImportProblem), problems)


def _finish(kept: ContactImport, *, is_check: bool) -> None:
    if not kept.rows_done:
        raise UnreadableFileError(_("El archivo solo tiene encabezados: agregue al menos una persona."))
    kept.rows_total = kept.rows_done
    if is_check:
        kept.state = ImportState.CHECKED
    else:
        kept.state = ImportState.DONE
        user = db.session.get(User, kept.user_id) if kept.user_id else None
        figures = {name: kept.figures[name] for name in _FIGURES if name != "notes"}
        record("import", "audience", kept.audience_id, {"import": kept.id, **figures}, user)
        discard_file(kept.upload_key)
    db.session.commit()


def _undo(kept: ContactImport, should_stop: Callable[[], bool]) -> None:
    while undo_batch(kept):
        kept.leased_until = clock.now() + LEASE
        db.session.commit()
        if should_stop():
            return
    kept.state, kept.undone_at = ImportState.UNDONE, clock.now()
    user = db.session.get(User, kept.undone_by_id) if kept.undone_by_id else None
    record("undo_import", "audience", kept.audience_id, {"import": kept.id, **kept.undo_figures}, user)
    db.session.commit()
