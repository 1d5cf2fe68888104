"""Reads of the files of people that were brought in, and the file of errors that can be mended and brought in again."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import StringIO

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.audiences.cells import guard_cell
from outreach.audiences.columns import IGNORED_HEADINGS
from outreach.audiences.models import ContactImport, ImportProblem
from outreach.audiences.rules import ImportState
from outreach.db import db
from outreach.errors import NotFoundError
from outreach.translation import gettext as _

PAGE_SIZE = 25
PROBLEMS_SHOWN = 100
_STREAM_BY = 1_000
# Before it was confirmed a file is nobody's business but of who brought it.
_OPEN = (ImportState.MAPPING, ImportState.CHECKING, ImportState.CHECKED, ImportState.FAILED)


def get_import(import_id: int, user: User) -> ContactImport:
    """Return an import; raise NotFoundError for none, and for one that somebody else has not confirmed."""
    found = db.session.get(ContactImport, import_id)
    if found is None or (found.state in _OPEN and found.user_id != user.id):
        raise NotFoundError(_("No hay ninguna importación con el número %(number)s.", number=import_id))
    return found


def list_imports(user: User, before: int | None = None) -> Sequence[ContactImport]:
    """Return a page of imports, the latest first, those of others once they were confirmed."""
    is_seen = ContactImport.state.not_in(_OPEN) | (ContactImport.user_id == user.id)
    query = select(ContactImport).where(is_seen).options(joinedload(ContactImport.audience))
    if before:
        query = query.where(ContactImport.id < before)
    return db.session.scalars(query.order_by(ContactImport.id.desc()).limit(PAGE_SIZE)).all()


def list_problems(import_id: int, kinds: Sequence[str]) -> Sequence[ImportProblem]:
    """Return the first problems of some kinds, in the order of the file's rows."""
    query = select(ImportProblem).where(ImportProblem.import_id == import_id, ImportProblem.kind.in_(kinds))
    return db.session.scalars(query.order_by(ImportProblem.row, ImportProblem.id).limit(PROBLEMS_SHOWN)).all()


def count_problems(import_id: int, kinds: Sequence[str]) -> int:
    """Count all problems of some kinds."""
    query = select(func.count()).where(ImportProblem.import_id == import_id, ImportProblem.kind.in_(kinds))
    return db.session.scalar(query) or 0


def iterate_errors(kept: ContactImport) -> Iterator[str]:
    """Yield the lines of a CSV with the refused rows as they were, and two columns that an import ignores."""
    number, reason = (str(text) for text in IGNORED_HEADINGS)
    yield "\ufeff" + _write_line([*kept.headings, number, reason])
    width = len(kept.headings)
    for problem in _stream(kept.id, "refused"):
        cells = [*problem.cells[:width], *[""] * (width - len(problem.cells))]
        yield _write_line([*cells, str(problem.row), problem.reason])


def iterate_kept(kept: ContactImport) -> Iterator[str]:
    """Yield the lines of a CSV with the people that an undone import left as they are, and why."""
    yield "\ufeff" + _write_line([_("correo"), _("Motivo")])
    for problem in _stream(kept.id, "kept"):
        yield _write_line([problem.cells[0] if problem.cells else "", problem.reason])


def _stream(import_id: int, kind: str) -> Iterator[ImportProblem]:
    last = 0
    query = select(ImportProblem).where(ImportProblem.import_id == import_id, ImportProblem.kind == kind)
    while page := db.session.scalars(
        query.where(ImportProblem.id > last).order_by(ImportProblem.id).limit(_STREAM_BY)
    ).all():
        last = page[-1].id
        yield from page
        db.session.expunge_all()


def _write_line(cells: Sequence[str]) -> str:
    line = StringIO()
    csv.writer(line).writerow([guard_cell(cell) for cell in cells])
    return line.getvalue()


def find_stale(now: datetime, user: User) -> Sequence[ContactImport]:
    """Return what this person brought and never confirmed, from before `now`."""
    query = select(ContactImport).where(
        ContactImport.user_id == user.id, ContactImport.state.in_(_OPEN), ContactImport.imported_at < now
    )
    return db.session.scalars(query).all()
