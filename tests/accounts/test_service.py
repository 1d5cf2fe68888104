import pytest
from argon2 import PasswordHasher, Type
from sqlalchemy import select

from outreach.accounts import queries, service
from outreach.accounts.audit import acting_from, record
from outreach.accounts.errors import (
    AccountError,
    PermissionDeniedError,
    UnknownAccountError,
    WeakPasswordError,
)
from outreach.accounts.models import AuditEntry
from outreach.accounts.passwords import check_password_rules, is_password
from outreach.accounts.rules import Permission, Role
from outreach.db import db
from signing import make_user

pytestmark = pytest.mark.usefixtures("app")
LONG = "una clave muy larga"


def test_an_account_is_made_with_an_argon2id_hash_and_a_line_in_the_trail() -> None:
    user = service.add_user(" Ana@Example.org ", "Ana Pérez", Role.WRITER, LONG)
    assert (user.email, user.name, user.role) == ("ana@example.org", "Ana Pérez", Role.WRITER)
    assert user.password_hash.startswith("$argon2id$")
    assert is_password(LONG, user.password_hash)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject_id, entry.detail, entry.origin) == (
        "add",
        user.id,
        {"role": "redaccion"},
        "cli",
    )


def test_a_guess_costs_at_least_what_owasp_asks(dear_hasher: PasswordHasher) -> None:
    assert dear_hasher.type is Type.ID
    assert (dear_hasher.memory_cost, dear_hasher.time_cost) >= (47_104, 1)
    assert dear_hasher.verify(dear_hasher.hash(LONG), LONG)


@pytest.mark.parametrize("email", ["", "ana", "ana@", "ana@example.org\nBcc: x@example.org", "Ana <ana@example.org>"])
def test_an_unusable_address_is_refused(email: str) -> None:
    with pytest.raises(AccountError, match="no es una dirección de correo"):
        service.add_user(email, "Ana", Role.WRITER, LONG)


def test_an_address_has_one_account() -> None:
    service.add_user("ana@example.org", "Ana", Role.WRITER, LONG)
    with pytest.raises(AccountError, match="Ya existe"):
        service.add_user("ANA@example.org", "Ana", Role.WRITER, LONG)


@pytest.mark.parametrize(
    "password", ["", "once letras", "x" * 257, "Ana.Perez.Ruiz@Example.org", "ana.perez.ruiz", "zzzzzzzzzzzzz"]
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        check_password_rules(password, "ana.perez.ruiz@example.org")


def test_an_unknown_account_has_no_password() -> None:
    assert not is_password(LONG, None)


def test_the_first_administrator_is_made_once() -> None:
    made_up = service.ensure_first_administrator("administracion@example.org")
    assert made_up is not None
    user = queries.find_user("administracion@example.org")
    assert user is not None
    assert is_password(made_up, user.password_hash)
    assert service.ensure_first_administrator("otra@example.org") is None
    assert len(queries.list_users()) == 1


def test_a_given_password_of_the_first_administrator_is_not_returned() -> None:
    assert service.ensure_first_administrator("administracion@example.org", LONG) is None
    assert queries.get_acting_user(None, Permission.CONFIGURE).email == "administracion@example.org"


def test_a_command_acts_for_the_first_administrator_or_who_is_named() -> None:
    writer = make_user(Role.WRITER)
    administrator = make_user()
    assert queries.get_acting_user(None, Permission.WRITE) is administrator
    assert queries.get_acting_user("Redaccion@example.org", Permission.WRITE) is writer


def test_a_command_is_refused_for_who_may_not() -> None:
    make_user(Role.WRITER)
    with pytest.raises(PermissionDeniedError, match="redaccion"):
        queries.get_acting_user("redaccion@example.org", Permission.APPROVE)
    with pytest.raises(UnknownAccountError, match="outreach init"):
        queries.get_acting_user(None, Permission.READ)
    with pytest.raises(UnknownAccountError, match="No hay ninguna cuenta"):
        queries.get_acting_user("nadie@example.org", Permission.READ)


def test_a_deactivated_account_does_nothing_by_command() -> None:
    make_user().is_active = False
    with pytest.raises(UnknownAccountError):
        queries.get_acting_user(None, Permission.READ)
    with pytest.raises(PermissionDeniedError, match="desactivada"):
        queries.get_acting_user("administracion@example.org", Permission.READ)


def test_the_trail_says_where_a_write_came_from() -> None:
    with acting_from("192.0.2.7"):
        record("approve", "campaign", 3)
    record("release", "campaign", 3, origin="scheduler")
    record("add", "audience", 1)
    db.session.flush()
    assert db.session.scalars(select(AuditEntry.origin).order_by(AuditEntry.id)).all() == [
        "192.0.2.7",
        "scheduler",
        "cli",
    ]
