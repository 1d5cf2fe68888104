"""Installations in which a campaign is due, senders that can be killed, and the sum of it all."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

import pytest
from sqlalchemy import text

import making
from crash.scenes import TALLY, Place, Sender
from databases import DatabaseServer
from outreach.app import create_app
from outreach.config import Config
from outreach.db import db

Prepare = Callable[[int], Place]


@pytest.fixture(scope="session")
def senders() -> Iterator[list[Sender]]:
    """Start three processes that send when told."""
    three = [Sender() for _ in range(3)]
    yield three
    for sender in three:
        sender.close()


def _settle(place: Place, work: Callable[[], object]) -> None:
    with create_app(Config.from_environment(place.write_environment())).app_context():
        work()
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()


def _write_campaign(people: int) -> None:
    making.add_people("diaspora", making.make_people(people))
    making.schedule_campaign(text=making.SPANISH)


class _Stock:
    """Installations in which a campaign is due, made once for each number of people."""

    def __init__(self, folder: Path, server: DatabaseServer | None) -> None:
        self._folder = folder
        self._server = server
        self._ready: dict[int, Place] = {}
        self._copies = itertools.count(1)

    @contextmanager
    def lending(self, people: int) -> Iterator[Place]:
        """Give a copy of the installation for so many people, for the length of the block."""
        if people not in self._ready:
            self._ready[people] = self._make(people)
        folder = self._folder / f"copy_{next(self._copies)}"
        shutil.copytree(self._ready[people].folder, folder)
        with self._server.lending(_name(people)) if self._server else nullcontext("") as address:
            yield Place(folder, address)
        shutil.rmtree(folder)

    def _make(self, people: int) -> Place:
        folder = self._folder / _name(people)
        folder.mkdir()
        place = Place(folder)
        if self._server:
            self._server.create(_name(people))
            place = Place(folder, self._server.locate(_name(people)))
        _settle(place, making.make_installation)
        _settle(place, lambda: _write_campaign(people))
        return place


def _name(people: int) -> str:
    return f"due_{people}"


@pytest.fixture(scope="session")
def _stocks() -> dict[str, _Stock]:
    return {}


@pytest.fixture
def prepare(
    database: str,
    _stocks: dict[str, _Stock],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Prepare]:
    """Give a fresh copy of an installation in which a campaign for so many people is due."""
    if database not in _stocks:
        server = request.getfixturevalue("postgresql") if database == "postgresql" else None
        _stocks[database] = _Stock(tmp_path_factory.mktemp(database), server)
    with ExitStack() as copies:
        yield lambda people: copies.enter_context(_stocks[database].lending(people))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the kills of this process came to."""
    if TALLY.kills:
        terminalreporter.write_line(
            f"{TALLY.kills} kills, {TALLY.messages} messages taken, {TALLY.uncertain} uncertain; "
            f"at most {TALLY.most_uncertain} in one campaign, where {TALLY.most_in_flight} were in flight at the kills"
        )
