"""An installation whose database several threads and processes can open, and a mail server that keeps what it gets."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

import making
from databases import DatabaseServer
from outreach.app import create_app
from outreach.campaigns.models import Campaign
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.dispatch.arming import arm
from outreach.mail.memory import MemoryTransport
from signing import Client

_INSTALLED = "installed"


@pytest.fixture
def database_url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give a copy of a database in which an installation was made: a file, or one on a PostgreSQL server."""
    if database == "sqlite":
        folder = tmp_path / "outreach"
        folder.mkdir()
        shutil.copy(request.getfixturevalue("installed"), folder)
        yield f"sqlite:///{folder / 'outreach.db'}"
    else:
        server: DatabaseServer = request.getfixturevalue("postgresql")
        if not server.has(_INSTALLED):
            server.create(_INSTALLED)
            _install(server.locate(_INSTALLED), tmp_path / "once")
        with server.lending(_INSTALLED) as address:
            yield address


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an installation in a file once."""
    folder = tmp_path_factory.mktemp("installed")
    path = folder / "outreach.db"
    _install(f"sqlite:///{path}", folder)
    return path


def _install(address: str, folder: Path) -> None:
    environment = {
        "OUTREACH_DATABASE_URL": address,
        "OUTREACH_DATA_DIR": str(folder),
        "OUTREACH_SECRET_KEY": "a secret for tests only",
    }
    with create_app(Config.from_environment(environment)).app_context():
        making.make_installation()
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    application = create_app(config)
    application.testing = True
    application.test_client_class = Client
    with application.app_context():
        arm(config, making.get_user(making.ADMINISTRATOR))
        db.session.commit()
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def outbox() -> MemoryTransport:
    return MemoryTransport()


@pytest.fixture
def campaign(config: Config) -> Campaign:
    """Release a campaign to ten people."""
    making.add_people("diaspora", making.make_people(10))
    campaign = making.schedule_campaign()
    jobs.look(config)
    return campaign
