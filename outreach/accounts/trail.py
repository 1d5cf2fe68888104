"""The audit trail, read: the latest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from outreach.accounts.models import AuditEntry, User
from outreach.db import db

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which entries are asked for; what is empty does not filter, and `before` is the number that a page follows."""

    user_id: int | None = None
    subject: str = ""
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def list_entries(wanted: TrailFilter) -> tuple[Sequence[Row[AuditEntry, str | None]], int | None]:
    """Return one page of entries with the names of their people, and the number that leads to the next page."""
    query = select(AuditEntry, User.name).outerjoin(User, User.id == AuditEntry.user_id)
    if wanted.user_id:
        query = query.where(AuditEntry.user_id == wanted.user_id)
    if wanted.subject:
        query = query.where(AuditEntry.subject == wanted.subject)
    if wanted.subject_id:
        query = query.where(AuditEntry.subject_id == wanted.subject_id)
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.at < wanted.until)
    if wanted.before:
        query = query.where(AuditEntry.id < wanted.before)
    rows = db.session.execute(query.order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1)).all()
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1][0].id if len(rows) > PAGE_SIZE else None
