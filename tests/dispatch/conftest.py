"""An installation whose database several threads and processes can open, and a mail server that keeps what it gets."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

import making
from outreach.app import create_app
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.arming import arm
from outreach.mail.memory import MemoryTransport
from signing import Client


@pytest.fixture
def config(config: Config, tmp_path: Path) -> Config:
    folder = tmp_path / "outreach"
    folder.mkdir()
    return dataclasses.replace(config, data_dir=folder, database_url=f"sqlite:///{folder / 'outreach.db'}")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an installation once; each test begins with a copy of its database."""
    folder = tmp_path_factory.mktemp("installed")
    environment = {"OUTREACH_DATA_DIR": str(folder), "OUTREACH_SECRET_KEY": "a secret for tests only"}
    with create_app(Config.from_environment(environment)).app_context():
        making.make_installation()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return folder / "outreach.db"


@pytest.fixture
def app(config: Config, installed: Path) -> Iterator[Flask]:
    shutil.copy(installed, config.data_dir)
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
