"""What the clock calls once a day: traces of signing in that are no longer needed go (P-35)."""

from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, exists
from sqlalchemy.orm import aliased

from outreach.accounts.audit import record
from outreach.accounts.models import RefusedRequest, SignInAttempt, UserSession
from outreach.db import db

KEPT = timedelta(days=90)
_REFUSED_KEPT = timedelta(days=1)


def forget_old(now: datetime) -> int:
    """Delete sessions and sign-in attempts older than ninety days, and counts of refused requests; commits.

    The latest session of each person stays: it says when they were last here. Returns how many rows went.
    """
    later = aliased(UserSession)
    has_later = exists().where(later.user_id == UserSession.user_id, later.id > UserSession.id)
    is_over = (UserSession.last_seen_at < now - KEPT, UserSession.expires_at < now, has_later)
    figures = {
        "sessions": _run(delete(UserSession).where(*is_over)),
        "attempts": _run(delete(SignInAttempt).where(SignInAttempt.at < now - KEPT)),
    }
    gone = sum(figures.values()) + _run(delete(RefusedRequest).where(RefusedRequest.began_at < now - _REFUSED_KEPT))
    if any(figures.values()):
        record("forget", "sign-in", None, figures)
    db.session.commit()
    return gone


def _run(statement: Delete) -> int:
    return db.session.connection().execute(statement).rowcount
