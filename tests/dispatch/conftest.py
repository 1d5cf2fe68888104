"""An installation whose database several threads and processes can open, and a mail server that keeps what it gets."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import making
import pytest
from flask import Flask
from signing import Client

from outreach.app import create_app
from outreach.config import Config
from outreach.db import db
from outreach.mail.memory import MemoryTransport


@pytest.fixture
def config(config: Config, tmp_path: Path) -> Config:
    folder = tmp_path / "outreach"
    folder.mkdir()
    return dataclasses.replace(config, data_dir=folder, database_url=f"sqlite:///{folder / 'outreach.db'}")


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    application = create_app(config)
    application.testing = True
    application.test_client_class = Client
    with application.app_context():
        making.make_installation()
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def outbox() -> MemoryTransport:
    return MemoryTransport()
