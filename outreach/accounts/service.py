"""What is done to accounts and their sessions; nothing here commits."""

import secrets
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, update

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.errors import AccountError, SecondFactorError, SignInError
from outreach.accounts.models import SignInAttempt, User, UserSession
from outreach.accounts.passwords import (
    check_password_rules,
    generate_password,
    hash_password,
    is_outdated,
    is_password,
)
from outreach.accounts.queries import find_first_administrator, find_user, normalise_email
from outreach.accounts.rules import Role
from outreach.accounts.second_factor import is_second_factor
from outreach.accounts.sessions import ABSOLUTE, PRECISION, hash_token
from outreach.accounts.throttle import check_waits
from outreach.db import db
from outreach.translation import LANGUAGES
from outreach.translation import gettext as _

_TOKEN_BYTES = 32
_LONGEST_AGENT = 200
_LONGEST_ACCOUNT = 254


def add_user(email: str, name: str, role: Role, password: str, by: User | None = None) -> User:
    """Make an account; raise AccountError for an unusable or taken address, WeakPasswordError for the password."""
    address = _check_email(email)
    if find_user(address):
        raise AccountError(_("Ya existe una cuenta con la dirección %(email)s.", email=address))
    check_password_rules(password, address)
    user = User(
        email=address,
        name=name.strip() or address.partition("@")[0],
        role=role,
        password_hash=hash_password(password),
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    record("add", "user", user.id, {"role": str(role)}, by)
    return user


def _check_email(email: str) -> str:
    try:
        validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as problem:
        raise AccountError(
            _("«%(email)s» no es una dirección de correo: escriba una como nombre@example.org.", email=email.strip())
        ) from problem
    return normalise_email(email)


def ensure_first_administrator(email: str, password: str | None = None) -> str | None:
    """Make the first administrator unless there is one; return the password made up for it, None otherwise."""
    if find_first_administrator():
        return None
    chosen = password or generate_password()
    add_user(email, _("Administración"), Role.ADMINISTRATOR, chosen)
    return None if password else chosen


def identify(email: str, password: str, address: str) -> User:
    """Return whose address and password these are; with a second step, that one is still to come.

    Raises SignInError, with the same sentence in the same time whatever is wrong, and TooManyAttemptsError. A failure
    is a row too: commit also when this raises.
    """
    now = clock.now()
    account = normalise_email(email)[:_LONGEST_ACCOUNT]
    check_waits(account, address, now)
    user = find_user(account)
    is_right = is_password(password, user.password_hash if user and user.is_active else None)
    needs_more = is_right and user is not None and bool(user.second_factor_nonce)
    if not needs_more:
        # A right password alone forgives no wrong codes: the attempt counts once the second step is done.
        db.session.add(SignInAttempt(account=account, address=address, at=now, has_succeeded=is_right))
    if user is None or not is_right:
        record("refuse", "sign-in", user.id if user else None, origin=address)
        raise SignInError(_("La dirección o la contraseña no son correctas."))
    if is_outdated(user.password_hash):
        user.password_hash = hash_password(password)
    return user


def pass_second_step(user: User, code: str, address: str) -> None:
    """Check the code of somebody whose password was right.

    Raises SecondFactorError and TooManyAttemptsError. A failure is a row too: commit also when this raises.
    """
    now = clock.now()
    check_waits(user.email, address, now)
    is_right = user.is_active and is_second_factor(user, code)
    db.session.add(SignInAttempt(account=user.email, address=address, at=now, has_succeeded=is_right))
    if not is_right:
        record("refuse", "second-factor", user.id, origin=address)
        raise SecondFactorError(_("Ese código no es correcto, o ya se usó: espere al siguiente y escríbalo."))


def open_session(user: User, address: str, user_agent: str) -> str:
    """Open a session for somebody whose identity is established, and return its token; only its hash is kept."""
    now = clock.now()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    opened = UserSession(
        user_id=user.id,
        token_hash=hash_token(token),
        created_at=now,
        last_seen_at=now,
        expires_at=now + ABSOLUTE,
        revoked_at=None,
        address=address,
        user_agent=user_agent[:_LONGEST_AGENT],
    )
    db.session.add(opened)
    db.session.flush()
    record("open", "session", opened.id, user=user, origin=address)
    return token


def note_use(current: UserSession, now: datetime) -> bool:
    """Keep the session from growing idle; tell whether something was written."""
    if now - current.last_seen_at < PRECISION:
        return False
    current.last_seen_at = now
    return True


def sign_out(current: UserSession) -> None:
    """Close one session at once."""
    current.revoked_at = clock.now()
    record("close", "session", current.id, user=current.user)


def revoke_session(user: User, session_id: int) -> None:
    """Close the session `session_id` of `user`; another person's stays as it is."""
    _revoke(user, UserSession.id == session_id, user)


def revoke_sessions(user: User, keep: UserSession | None = None) -> int:
    """Close every open session of `user` except `keep`, and return how many were closed."""
    return _revoke(user, UserSession.id != (keep.id if keep else 0), user)


def _revoke(user: User, condition: ColumnElement[bool], by: User) -> int:
    query = update(UserSession).where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None), condition)
    closed = db.session.scalars(query.values(revoked_at=clock.now()).returning(UserSession.id)).all()
    if closed:
        record("revoke", "session", None, {"user": user.id, "sessions": len(closed)}, by)
    return len(closed)


def set_password(user: User, password: str, keep: UserSession | None = None, by: User | None = None) -> None:
    """Change the password and close every other session; raise WeakPasswordError when it does not meet the rules."""
    check_password_rules(password, user.email)
    user.password_hash = hash_password(password)
    record("set-password", "user", user.id, user=by or user)
    _revoke(user, UserSession.id != (keep.id if keep else 0), by or user)


def rename(user: User, name: str) -> None:
    """Change one's own name as others see it; raise AccountError for an empty one."""
    if not name.strip() or not name.strip().isprintable():
        raise AccountError(_("Escriba su nombre, en una sola línea."))
    user.name = name.strip()
    record("rename", "user", user.id, user=user)


def set_language(user: User, language: str) -> None:
    """Show pages to `user` in `language`, `es` or `en`; anything else is refused."""
    if language not in LANGUAGES:
        raise AccountError(_("Ese idioma no está disponible: elija español o inglés."))
    user.language = language
    record("set-language", "user", user.id, {"language": language}, user)
