"""Accounts as whoever administers them sees them: invited, changed, closed; nothing here commits."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from outreach.accounts.audit import record
from outreach.accounts.errors import AccountError, UnknownAccountError
from outreach.accounts.models import User, UserSession
from outreach.accounts.passwords import generate_password
from outreach.accounts.rules import Role
from outreach.accounts.service import add_user, revoke_sessions
from outreach.config import current_config
from outreach.db import db
from outreach.translation import LANGUAGES
from outreach.translation import gettext as _
from outreach.web.links import absolute_url

LINK_DAYS = 3
_LONGEST_NAME = 200
_SECONDS = LINK_DAYS * 86_400
_SALT = "choose-password"
_MARK_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Person:
    """An account with the last time that somebody used it."""

    user: User
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonWords:
    """What whoever administers may change of an account."""

    name: str
    role: Role
    language: str


def list_people() -> list[Person]:
    """Return every account, those that may sign in first, by name."""
    seen = (
        select(UserSession.user_id, func.max(UserSession.last_seen_at).label("at"))
        .group_by(UserSession.user_id)
        .subquery()
    )
    query = select(User, seen.c.at).outerjoin(seen, seen.c.user_id == User.id)
    rows = db.session.execute(query.order_by(User.is_active.desc(), User.name, User.id))
    return [Person(user, at) for user, at in rows]


def get_person(user_id: int) -> User:
    """Return an account by its number; raise UnknownAccountError."""
    user = db.session.get(User, user_id)
    if user is None:
        raise UnknownAccountError(_("No hay ninguna cuenta con el número %(number)s.", number=user_id))
    return user


def invite(email: str, words: PersonWords, by: User) -> User:
    """Make an account that nobody can open before its person has chosen a password; raises what `add_user` raises."""
    _check_words(words)
    user = add_user(email, words.name, words.role, generate_password(), by)
    user.language = words.language
    return user


def edit_person(user: User, words: PersonWords, by: User) -> bool:
    """Change an account and tell whether anything did; raise AccountError for the last administrator's role."""
    _check_words(words)
    before = PersonWords(user.name, Role(user.role), user.language)
    wanted = PersonWords(words.name.strip(), words.role, words.language)
    if before == wanted:
        return False
    if before.role is Role.ADMINISTRATOR and wanted.role is not Role.ADMINISTRATOR:
        _refuse_last(user, {"role": wanted.role})
    user.name, user.role, user.language = wanted.name, wanted.role, wanted.language
    detail = {"role": str(wanted.role), "was": str(before.role)} if before.role != wanted.role else {}
    record("edit", "user", user.id, detail, by)
    db.session.flush()
    return True


def deactivate(user: User, by: User) -> None:
    """Let somebody sign in no more, at once; raise AccountError for oneself and for the last administrator."""
    if user.id == by.id:
        raise AccountError(_("Usted no puede desactivar su propia cuenta: pídalo a otra persona que administre."))
    if user.role == Role.ADMINISTRATOR:
        _refuse_last(user, {"is_active": False})
    user.is_active = False
    revoke_sessions(user)
    record("deactivate", "user", user.id, user=by)
    db.session.flush()


def activate(user: User, by: User) -> None:
    """Let somebody sign in again, with the password they had."""
    user.is_active = True
    record("activate", "user", user.id, user=by)


def close_sessions(user: User, by: User) -> None:
    """Sign somebody out everywhere."""
    count = revoke_sessions(user)
    record("close-sessions", "user", user.id, {"sessions": count}, by)


def _refuse_last(user: User, values: dict[str, object]) -> None:
    """Take an administrator's rights as long as another one stays, also when two do it to each other at once."""
    administers = (User.role == Role.ADMINISTRATOR, User.is_active.is_(True))
    db.session.scalars(select(User.id).where(*administers).order_by(User.id).with_for_update()).all()
    other = aliased(User)
    stays = exists().where(other.id != user.id, other.role == Role.ADMINISTRATOR, other.is_active.is_(True))
    changed = update(User).where(User.id == user.id, stays).values(**values).returning(User.id)
    if db.session.execute(changed.execution_options(synchronize_session=False)).first() is None:
        raise AccountError(
            _("%(name)s es la única cuenta de administración: antes dé ese rol a otra persona.", name=user.name)
        )
    db.session.refresh(user)


def _check_words(words: PersonWords) -> None:
    name = words.name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise AccountError(_("Escriba el nombre de la persona, en una sola línea."))
    if words.language not in LANGUAGES:
        raise AccountError(_("Ese idioma no está disponible: elija español o inglés."))


def make_password_link(user: User, by: User) -> str:
    """Return an address where the person chooses a password, good for three days and until it is used."""
    record("link", "user", user.id, user=by)
    return absolute_url("accounts.choose_password", token=_serialise().dumps([user.id, _mark(user)]))


def find_invited(token: str) -> User | None:
    """Return whose link this is; None for one that is forged, too old, or was used."""
    try:
        user_id, mark = _serialise().loads(token, max_age=_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    user = db.session.get(User, user_id)
    return user if user and user.is_active and mark == _mark(user) else None


def _serialise() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_config().secret_key, salt=_SALT)


def _mark(user: User) -> str:
    """Return a word that changes with the password, so that a link ends with its use."""
    return sha256(f"link:{user.password_hash}".encode()).hexdigest()[:_MARK_LENGTH]
