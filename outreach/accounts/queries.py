"""Reads about people and their sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach.accounts.errors import PermissionDeniedError, UnknownAccountError
from outreach.accounts.models import User, UserSession
from outreach.accounts.rules import Permission, Role, is_allowed
from outreach.accounts.sessions import hash_token, is_open
from outreach.db import db
from outreach.translation import gettext as _


def normalise_email(email: str) -> str:
    """Return the form in which an account's address is kept and compared."""
    return email.strip().lower()


def find_user(email: str) -> User | None:
    """Return the account with this address."""
    return db.session.scalar(select(User).where(User.email == normalise_email(email)))


def get_user(email: str) -> User:
    """Return the account with this address; raise UnknownAccountError when there is none."""
    user = find_user(email)
    if user is None:
        raise UnknownAccountError(_("No hay ninguna cuenta con la dirección %(email)s: revísela.", email=email))
    return user


def find_first_administrator() -> User | None:
    """Return the oldest administrator who may still sign in."""
    query = select(User).where(User.role == Role.ADMINISTRATOR, User.is_active.is_(True)).order_by(User.id).limit(1)
    return db.session.scalar(query)


def get_acting_user(email: str | None, permission: Permission) -> User:
    """Return the person a command acts for: by address, or the first administrator.

    Raises UnknownAccountError, and PermissionDeniedError when the role lacks `permission`.
    """
    user = get_user(email) if email else find_first_administrator()
    if user is None:
        raise UnknownAccountError(_("Todavía no hay ninguna cuenta de administración: ejecute «outreach init»."))
    if not user.is_active:
        raise PermissionDeniedError(_("La cuenta %(email)s está desactivada.", email=user.email))
    if not is_allowed(Role(user.role), permission):
        message = _("La cuenta %(email)s, con el rol %(role)s, no puede hacer esto.", email=user.email, role=user.role)
        raise PermissionDeniedError(message)
    return user


def list_users() -> Sequence[User]:
    """Return every account, by address."""
    return db.session.scalars(select(User).order_by(User.email)).all()


def find_session(token: str, now: datetime) -> UserSession | None:
    """Return the session that `token` opens at `now`, unless it is revoked, idle for too long, or past its end."""
    query = (
        select(UserSession)
        .options(joinedload(UserSession.user))
        .where(UserSession.token_hash == hash_token(token), *is_open(now), UserSession.user.has(is_active=True))
    )
    return db.session.scalar(query)


def list_open_sessions(user: User, now: datetime) -> Sequence[UserSession]:
    """Return the sessions in which `user` is signed in at `now`, latest use first."""
    query = select(UserSession).where(UserSession.user_id == user.id, *is_open(now))
    return db.session.scalars(query.order_by(UserSession.last_seen_at.desc())).all()
