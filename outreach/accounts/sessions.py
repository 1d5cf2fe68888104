"""How long a signed-in browser is believed, and what the database keeps of its token."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement

from outreach.accounts.models import UserSession

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
# A session's last use is written at most this often, so that reading pages rarely writes.
PRECISION = timedelta(minutes=1)


def hash_token(token: str) -> str:
    """Return what the database keeps of a session's token: it opens nothing by itself."""
    return sha256(token.encode()).hexdigest()


def is_open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a session that is believed at `now`: not revoked, not idle, not past its end."""
    return (
        UserSession.revoked_at.is_(None),
        UserSession.expires_at > now,
        UserSession.last_seen_at > now - IDLE,
    )
