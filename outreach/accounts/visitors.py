"""A limit for people without an account who ask again and again for what does not exist (X-30, X-43).

Only such requests count: whoever holds a real token, and the mail programs that press one-click for thousands of
readers from a single address, are never kept waiting.
"""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import RefusedRequest
from outreach.config import current_config
from outreach.db import db

WINDOW = timedelta(minutes=15)
MOST = 30


def is_flooding(address: str, now: datetime) -> bool:
    """Count one request for nothing from `address`, and tell whether there are too many; those are not counted."""
    began_at = _find_window(now)
    counted = (RefusedRequest.address_hash == _hash(address)) & (RefusedRequest.began_at == began_at)
    count = db.session.scalar(select(RefusedRequest.count).where(counted))
    if count is not None and count >= MOST:
        return True
    one_more = update(RefusedRequest).where(counted).values(count=RefusedRequest.count + 1).returning(RefusedRequest.id)
    one_more = one_more.execution_options(synchronize_session=False)
    if db.session.execute(one_more).first() is None:
        try:
            with db.session.begin_nested():
                db.session.add(RefusedRequest(address_hash=_hash(address), began_at=began_at, count=1))
        except IntegrityError:
            # Another request of the same address was the first of this window.
            db.session.execute(one_more)
    return False


def _find_window(now: datetime) -> datetime:
    return now - timedelta(seconds=now.timestamp() % WINDOW.total_seconds())


def _hash(address: str) -> str:
    return hmac.new(current_config().secret_key.encode(), f"visitor:{address}".encode(), "sha256").hexdigest()
