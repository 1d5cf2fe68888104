"""The editor of a campaign, served on loopback to people with a real Chromium."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from browsing import chromium, open_page, serving  # noqa: F401 - fixtures for the tests of this folder
from campaigns.campaign_samples import make_ready_campaign
from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.accounts.service import open_session
from outreach.app import create_app
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.writing.spots import read_marks, write_marks
from outreach.config import Config
from outreach.db import Base, db
from signing import make_user

ANA, BETO = "admin@example.org", "beto@example.org"


@dataclass(frozen=True, slots=True)
class Served:
    """An installation with one campaign, two people who write, and its address."""

    app: Flask
    address: str

    def read_text(self, field: str, language: str, position: int = 0) -> str:
        """Return what is saved of a block."""
        with self.app.app_context():
            text: str = get_campaign(1).blocks[position].fields.get(field, {}).get(language, "")
            return text

    def open_session(self, email: str) -> str:
        """Sign one of the two in and return the token of the session."""
        with self.app.app_context():
            user = db.session.scalars(select(User).where(User.email == email)).one()
            token = open_session(user, "127.0.0.1", "tests")
            db.session.commit()
            return token

    def read_marks(self) -> dict[str, str]:
        """Return the marks of what is saved."""
        with self.app.app_context():
            return read_marks(write_marks(get_campaign(1)))

    def enter(self, page: Page, email: str, path: str = "/campanas/1/editar") -> None:
        """Open a page as one of the two, whose session begins without the cost of a password."""
        token = self.open_session(email)
        cookie = self.app.session_interface.get_signing_serializer(self.app).dumps({"token": token})  # type: ignore[attr-defined] # Flask's default has one
        page.context.add_cookies([{"name": "outreach", "value": cookie, "url": self.address}])
        page.goto(path)

    def list_types(self) -> list[str]:
        """Return the types of the blocks in their order."""
        with self.app.app_context():
            return [block.type for block in get_campaign(1).blocks]

    def read_subject(self, language: str) -> str:
        """Return the saved subject."""
        with self.app.app_context():
            return next(version.subject for version in get_campaign(1).versions if version.language == language)


@pytest.fixture
def served(config: Config, tmp_path: Path) -> Iterator[Served]:
    """Serve an installation with two people and one campaign."""
    app = create_app(replace(config, database_url=f"sqlite:///{tmp_path / 'pages.db'}", base_url="http://127.0.0.1"))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        make_user(Role.ADMINISTRATOR, ANA).name = "Ana Pérez"
        make_user(Role.WRITER, BETO).name = "Beto Ruiz"
        make_ready_campaign()
        db.session.commit()
    with serving(app) as address:
        yield Served(app, address)
