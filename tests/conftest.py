"""The fixtures that every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from outreach.app import create_app
from outreach.config import Config
from outreach.db import Base, db


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings of an installation in a folder of its own, with its database in memory."""
    return Config.from_environment(
        {
            "OUTREACH_DATA_DIR": str(tmp_path / "outreach"),
            "OUTREACH_DATABASE_URL": "sqlite://",
            "OUTREACH_SECRET_KEY": "a secret for tests only",
            "OUTREACH_BASE_URL": "https://correo.example.org",
        }
    )


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """Give the application, with empty tables, inside its context."""
    application = create_app(config)
    with application.app_context():
        Base.metadata.create_all(db.engine)
        yield application
        db.session.remove()
        db.engine.dispose()
