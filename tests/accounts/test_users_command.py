import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from outreach.accounts.errors import PermissionDeniedError, UnknownAccountError
from outreach.accounts.passwords import is_password
from outreach.accounts.queries import find_user
from outreach.accounts.rules import Role
from outreach.accounts.service import add_user
from outreach.app import create_app
from outreach.cli.users import users
from outreach.config import Config
from outreach.db import db
from outreach.schema import upgrade

LONG = "una clave muy larga"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """An installation of its own with one administrator and one writer."""
    settings = {
        "OUTREACH_DATA_DIR": str(tmp_path),
        "OUTREACH_DATABASE_URL": f"sqlite:///{tmp_path / 'outreach.db'}",
        "OUTREACH_SECRET_KEY": "a secret for tests only",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    config = Config.from_environment(settings)
    with create_app(config).app_context():
        upgrade(db.engine)
        add_user("administracion@example.org", "Administración", Role.ADMINISTRATOR, LONG)
        add_user("redaccion@example.org", "Redacción", Role.WRITER, LONG)
        db.session.commit()
        db.engine.dispose()
    return config


def run(*arguments: str) -> str:
    return CliRunner().invoke(users, arguments, catch_exceptions=False).stdout


def test_an_account_is_made_with_a_password_printed_once(environment: Config) -> None:
    made = json.loads(run("add", "ana@example.org", "--role", "revision", "--name", "Ana Pérez", "--json"))
    with create_app(environment).app_context():
        user = find_user("ana@example.org")
        assert user is not None
        assert (user.id, user.name, user.role) == (made["id"], "Ana Pérez", "revision")
        assert is_password(made["password"], user.password_hash)
        db.engine.dispose()


@pytest.mark.usefixtures("environment")
def test_a_given_password_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_USER_PASSWORD", LONG)
    said = run("add", "ana@example.org", "--role", "consulta")
    assert "ana@example.org" in said
    assert LONG not in said
    assert "Contraseña" not in said


@pytest.mark.usefixtures("environment")
def test_accounts_are_listed_by_address() -> None:
    assert [user["email"] for user in json.loads(run("list", "--json"))] == [
        "administracion@example.org",
        "redaccion@example.org",
    ]
    assert "redaccion@example.org  redaccion  Redacción" in run("list")


@pytest.mark.usefixtures("environment")
def test_who_may_not_configure_makes_no_account() -> None:
    with pytest.raises(PermissionDeniedError):
        run("add", "ana@example.org", "--role", "consulta", "--by", "redaccion@example.org")
    with pytest.raises(UnknownAccountError):
        run("add", "ana@example.org", "--role", "consulta", "--by", "nadie@example.org")


@pytest.mark.usefixtures("environment")
def test_a_role_that_does_not_exist_is_wrong_usage() -> None:
    assert CliRunner().invoke(users, ["add", "ana@example.org", "--role", "jefa"]).exit_code == 2


def test_a_new_password_replaces_a_lost_one_and_closes_the_sessions(environment: Config) -> None:
    said = run("reset-password", "redaccion@example.org")
    made_up = said.rsplit(" ", 1)[-1].strip()
    with create_app(environment).app_context():
        user = find_user("redaccion@example.org")
        assert user is not None
        assert is_password(made_up, user.password_hash)
        assert not is_password(LONG, user.password_hash)
        db.engine.dispose()
    with pytest.raises(UnknownAccountError):
        run("reset-password", "nadie@example.org")


def test_whoever_lost_telephone_and_codes_gets_in_again(environment: Config) -> None:
    with create_app(environment).app_context():
        user = find_user("redaccion@example.org")
        assert user is not None
        user.second_factor_nonce = "a word"
        db.session.commit()
        db.engine.dispose()
    assert "redaccion@example.org" in run("remove-second-factor", "redaccion@example.org")
    with create_app(environment).app_context():
        user = find_user("redaccion@example.org")
        assert user is not None
        assert user.second_factor_nonce == ""
        db.engine.dispose()
