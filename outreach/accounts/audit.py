"""The trail of what people did: one row for every write, added in the same transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from outreach import clock
from outreach.accounts.models import AuditEntry, User
from outreach.db import db

COMMAND_LINE = "cli"
_LONGEST_ORIGIN = 60

_origin: ContextVar[str] = ContextVar("origin", default=COMMAND_LINE)


@contextmanager
def acting_from(origin: str) -> Iterator[None]:
    """Let what is recorded inside the block come from `origin`: a remote address, or `scheduler`."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def current_origin() -> str:
    """Return where the present work comes from: a remote address inside a request, else `cli`."""
    return _origin.get()


def record(
    action: str,
    subject: str,
    subject_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
    user: User | None = None,
    origin: str | None = None,
) -> AuditEntry:
    """Add an entry to the trail.

    `action` is a verb and `subject` a table's noun (`approve`, `campaign`); `detail` holds ids and figures only, never
    an address or a name (X-41). `user` is None for what nobody asked for; `origin` comes from the request or is `cli`.
    """
    entry = AuditEntry(
        at=clock.now(),
        user_id=user.id if user else None,
        action=action,
        subject=subject,
        subject_id=subject_id,
        detail=dict(detail or {}),
        origin=(origin or current_origin())[:_LONGEST_ORIGIN],
    )
    db.session.add(entry)
    return entry
