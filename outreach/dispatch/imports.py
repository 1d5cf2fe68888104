"""Reads of the tables that were brought into the log."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach.db import db
from outreach.dispatch.models import LogImport
from outreach.errors import NotFoundError
from outreach.translation import gettext as _


def get_import(import_id: int) -> LogImport:
    """Return an import; raise NotFoundError."""
    found = db.session.get(LogImport, import_id, options=[joinedload(LogImport.user)])
    if found is None:
        raise NotFoundError(_("No existe la importación %(number)s.", number=import_id))
    return found


def list_imports(limit: int = 50) -> Sequence[LogImport]:
    """Return the latest imports, newest first, undone ones too."""
    query = select(LogImport).options(joinedload(LogImport.user)).order_by(LogImport.id.desc())
    return db.session.scalars(query.limit(limit)).all()


def list_imports_between(first_on: date, last_on: date) -> Sequence[LogImport]:
    """Return the imports in force whose rows speak of days of a period, for its report to show their findings."""
    query = select(LogImport).where(
        LogImport.undone_at.is_(None), LogImport.first_on <= last_on, LogImport.last_on >= first_on
    )
    return db.session.scalars(query.order_by(LogImport.id)).all()
