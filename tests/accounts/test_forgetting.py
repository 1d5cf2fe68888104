"""Old traces of signing in go by themselves."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from outreach.accounts.jobs import KEPT, forget_old
from outreach.accounts.models import AuditEntry, RefusedRequest, SignInAttempt, UserSession
from outreach.accounts.rules import Role
from outreach.accounts.service import open_session
from outreach.accounts.visitors import MOST, is_flooding
from outreach.db import db
from signing import make_user

pytestmark = pytest.mark.both_databases


def test_old_sessions_and_attempts_go_and_the_latest_session_stays(app: Flask, now: datetime) -> None:
    del app
    user = make_user(Role.WRITER)
    for _ in range(3):
        open_session(user, "127.0.0.1", "tests")
    for days in (0, 100):
        at = now - timedelta(days=days)
        db.session.add(SignInAttempt(account="a@example.org", address="::1", at=at, has_succeeded=False))
        db.session.add(RefusedRequest(address_hash=str(days), began_at=at, count=1))
    db.session.commit()
    assert forget_old(now) == 2
    assert forget_old(now + KEPT + timedelta(days=1)) == 4
    for table, left in ((UserSession, 1), (SignInAttempt, 0), (RefusedRequest, 0)):
        assert db.session.scalar(select(func.count()).select_from(table)) == left
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "forget")).all()
    assert [entry.detail for entry in entries] == [{"sessions": 0, "attempts": 1}, {"sessions": 2, "attempts": 1}]
    assert forget_old(now) == 0


def test_a_flood_is_counted_by_address_and_quarter_of_an_hour(app: Flask, now: datetime) -> None:
    del app
    assert [is_flooding("192.0.2.7", now) for _ in range(MOST + 2)] == [False] * MOST + [True] * 2
    assert not is_flooding("192.0.2.8", now)
    assert not is_flooding("192.0.2.7", now + timedelta(minutes=15))
    row = db.session.scalars(select(RefusedRequest).order_by(RefusedRequest.id)).first()
    assert row is not None
    assert row.count == MOST
    assert "192.0.2.7" not in row.address_hash
