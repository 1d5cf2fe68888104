"""An installation with its two seeded series and the people who answer for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import making
from outreach.accounts.rules import Role
from outreach.audiences.seeding import seed_audiences
from outreach.campaigns.seeding import seed_campaign_words
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.queries import get_series_by_slug
from outreach.campaigns.series.seeding import seed_series
from outreach.db import db
from series.series_samples import give_people
from signing import make_user


@pytest.fixture
def database_url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give a database that several threads can open where a test asks for both kinds, else one in memory."""
    if database == "postgresql":
        with request.getfixturevalue("postgresql").lending_empty() as address:
            yield address
    elif request.node.get_closest_marker("both_databases"):
        yield f"sqlite:///{tmp_path / 'series.db'}"
    else:
        yield "sqlite://"


@pytest.fixture
def office(app: Flask) -> Flask:
    """Give an installation with a writer and a reviewer, readers, and the seeded series."""
    make_user(Role.WRITER, making.WRITER)
    make_user(Role.REVIEWER, making.REVIEWER)
    seed_audiences()
    seed_campaign_words()
    seed_series(making.ZONE)
    making.add_people("diaspora", [("luz@example.org", "es"), ("sam@example.org", "en")])
    db.session.commit()
    return app


@pytest.fixture
def bulletin(office: Flask) -> Series:
    """Give Corazón Chilango, with its people, not yet started."""
    assert office
    return give_people(get_series_by_slug("corazon-chilango"))
