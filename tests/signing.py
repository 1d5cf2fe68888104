"""Browsers in which invented people are signed in."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from outreach import clock
from outreach.accounts.models import User
from outreach.accounts.passwords import hash_password
from outreach.accounts.rules import Role
from outreach.accounts.service import open_session
from outreach.db import db

PASSWORD = "una clave de pruebas"


class Client(FlaskClient):
    """A browser: each request has a context and a database session of its own, and sees what the test wrote before."""

    user_id: int | None = None

    @property
    def user(self) -> User:
        """The person who is signed in, as a row of the test's own session."""
        return db.session.get_one(User, self.user_id)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - Flask's own signature
        db.session.commit()
        kwargs.setdefault("buffered", True)
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.expire_all()
        return response

    def submit(
        self, path: str, fields: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        """Send a form by POST with the token that its page would have carried."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "a raw token for tests")
        token = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(raw)
        return self.post(path, data={**(fields or {}), "csrf_token": token}, headers=headers)

    def as_role(self, role: Role) -> "Client":
        """Give another browser in which somebody with `role` is signed in."""
        return sign_in_as(self.application, role)


@lru_cache(maxsize=1)
def _password_hash() -> str:
    return hash_password(PASSWORD)


def make_user(role: Role = Role.ADMINISTRATOR, email: str | None = None) -> User:
    """Add an invented person with the password PASSWORD."""
    address = email or f"{role}@example.org"
    user = User(
        email=address, name=f"Persona {role}", role=role, password_hash=_password_hash(), created_at=clock.now()
    )
    db.session.add(user)
    db.session.commit()
    return user


def sign_in_as(app: Flask, role: Role) -> Client:
    """Give a browser in which somebody with `role` is signed in."""
    found = db.session.query(User).filter_by(email=f"{role}@example.org").one_or_none()
    user = found or make_user(role)
    client = app.test_client()
    assert isinstance(client, Client)
    client.user_id = user.id
    token = open_session(user, "127.0.0.1", "tests")
    db.session.commit()
    with client.session_transaction() as session:
        session["token"] = token
    return client
