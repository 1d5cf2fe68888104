"""Installations in which a campaign is due, senders that can be killed, and the sum of it all."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

import making
from crash.scenes import TALLY, Sender
from outreach.app import create_app
from outreach.config import Config
from outreach.db import db

Prepare = Callable[[int], Path]


@pytest.fixture(scope="session")
def senders() -> Iterator[list[Sender]]:
    """Start three processes that send when told."""
    three = [Sender() for _ in range(3)]
    yield three
    for sender in three:
        sender.close()


def _settle(folder: Path, work: Callable[[], object]) -> None:
    environment = {"OUTREACH_DATA_DIR": str(folder), "OUTREACH_SECRET_KEY": "a secret for tests only"}
    with create_app(Config.from_environment(environment)).app_context():
        work()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def _due(tmp_path_factory: pytest.TempPathFactory) -> Prepare:
    """Give a folder with an installation in which a campaign for so many people is due; made once for each number."""
    ready: dict[int, Path] = {}
    folder = tmp_path_factory.mktemp("installed")
    _settle(folder, making.make_installation)

    def write_campaign(people: int) -> None:
        making.add_people("diaspora", making.make_people(people))
        making.schedule_campaign(text=making.SPANISH)

    def prepare(people: int) -> Path:
        if people not in ready:
            ready[people] = Path(shutil.copytree(folder, folder.with_name(f"due-{people}")))
            _settle(ready[people], lambda: write_campaign(people))
        return ready[people]

    return prepare


@pytest.fixture
def prepare(_due: Prepare, tmp_path: Path) -> Prepare:
    """Give a fresh copy of an installation in which a campaign for so many people is due."""
    made: list[Path] = []

    def copy(people: int) -> Path:
        made.append(Path(shutil.copytree(_due(people), tmp_path / f"installation-{len(made)}")))
        return made[-1]

    return copy


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the kills of this process came to."""
    if TALLY.kills:
        terminalreporter.write_line(
            f"{TALLY.kills} kills, {TALLY.messages} messages taken, {TALLY.uncertain} uncertain; "
            f"at most {TALLY.most_uncertain} in one campaign, where {TALLY.most_in_flight} were in flight at the kills"
        )
