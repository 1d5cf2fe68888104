"""The fixtures that every test may use."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, create_engine
from werkzeug.routing import Rule

from databases import DatabaseServer, serving_postgresql
from outreach.accounts import passwords
from outreach.accounts.rules import Role
from outreach.app import create_app
from outreach.config import Config
from outreach.db import Base, db
from signing import Client, sign_in_as


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose its databases: tests marked `both_databases` run on each of them, all others on the first."""
    parser.addoption("--databases", default="sqlite,postgresql", help="sqlite, postgresql, or both after a comma")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `both_databases` once on each database of this run."""
    if "database" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database", _list_databases(metafunc.config), indirect=True)


def _list_databases(settings: pytest.Config) -> list[str]:
    chosen: str = settings.getoption("databases")
    return chosen.split(",")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[DatabaseServer]:
    """Run a PostgreSQL server until the last test."""
    with serving_postgresql() as server:
        server.lay_tables()
        yield server


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Name the kind of database this test runs on."""
    name: str = getattr(request, "param", _list_databases(request.config)[0])
    return name


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give a database with empty tables: in memory, or on a PostgreSQL server."""
    if database == "sqlite":
        yield "sqlite://"
    else:
        server: DatabaseServer = request.getfixturevalue("postgresql")
        with server.lending_empty() as address:
            yield address


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    """Settings of an installation in a folder of its own, with a database of its own."""
    return Config.from_environment(
        {
            "OUTREACH_DATA_DIR": str(tmp_path / "outreach"),
            "OUTREACH_DATABASE_URL": database_url,
            "OUTREACH_SECRET_KEY": "a secret for tests only",
            "OUTREACH_BASE_URL": "https://correo.example.org",
        }
    )


@pytest.fixture(scope="session")
def empty_tables() -> bytes:
    """Lay the tables in memory once, and give what SQLite keeps of them."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        octets = _get_driver(connection).serialize()
    engine.dispose()
    return octets


def _get_driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


@pytest.fixture(scope="session", autouse=True)
def remembered_rules() -> Iterator[None]:
    """Compile how each route's address is written once a process: nearly all that making an application costs."""
    compile_builder = Rule._compile_builder  # noqa: SLF001 - the one costly part
    # What it returns reads all else of its rule when it is called, so that another application may call it.
    remembered: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def remember(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - Werkzeug's own
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown)
        if key not in remembered:
            remembered[key] = compile_builder(rule, append_unknown)
        return remembered[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", remember)
        yield


@pytest.fixture(scope="session", autouse=True)
def dear_hasher() -> Iterator[PasswordHasher]:
    """Give the product's own hasher, while tests hash with the least memory: a dear guess is a dear sign-in."""
    with pytest.MonkeyPatch.context() as patch:
        dear = passwords._hasher  # noqa: SLF001 - set aside for all tests but one
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield dear


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Keep compiled page templates from one test to the next."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    config: Config, request: pytest.FixtureRequest, empty_tables: bytes, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """Give the application, with empty tables, inside its context."""
    if "now" in request.fixturenames:
        # The clock stops before anything is written, in whatever order a test names its fixtures.
        request.getfixturevalue("now")
    application = create_app(config)
    application.testing = True
    application.test_client_class = Client
    application.jinja_env.bytecode_cache = compiled_templates
    with application.app_context():
        if config.database_url == "sqlite://":
            with db.engine.connect() as connection:
                _get_driver(connection).deserialize(empty_tables)
        elif db.engine.dialect.name == "sqlite":
            Base.metadata.create_all(db.engine)
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Client:
    """Give a browser in which nobody is signed in; `client.submit(path, fields)` posts with a valid token."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def signed_in(app: Flask) -> Client:
    """Give a browser with an administrator signed in; `signed_in.as_role(Role.WRITER)` gives another person's."""
    return sign_in_as(app, Role.ADMINISTRATOR)


@pytest.fixture
def now() -> Iterator[datetime]:
    """Stop the clock at nine in the morning, in Mexico City, of Tuesday 3 March 2026, and give that instant."""
    instant = datetime(2026, 3, 3, 15, tzinfo=UTC)
    with time_machine.travel(instant, tick=False):
        yield instant
