"""A run hears of who leaves and of what stops its campaign before it has begun two more messages a connection."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, create_engine, select, text, update

from databases import DatabaseServer
from outreach import clock, schema
from outreach.audiences.models import Contact
from outreach.audiences.queries import get_audience
from outreach.audiences.rules import SuppressionReason
from outreach.audiences.service import Evidence, suppress, unsubscribe
from outreach.campaigns import scheduling
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.db import Base, db
from outreach.dispatch.connections import open_own
from outreach.dispatch.news import News, open_news

pytestmark = pytest.mark.usefixtures("app")

BOTH = pytest.mark.both_databases
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

LANES = 5
_TRIGGERS = """
SELECT pg_get_triggerdef(pg_trigger.oid), prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
  WHERE NOT tgisinternal ORDER BY 1
"""


@pytest.fixture
def connection() -> Iterator[Connection]:
    with open_own(db.engine.execution_options(isolation_level="AUTOCOMMIT")) as connection:
        yield connection


@pytest.fixture
def news(connection: Connection, campaign: Campaign) -> Iterator[News]:
    """Listen for what happens to a campaign that is being sent."""
    assert campaign.state == CampaignState.SENDING
    db.session.commit()
    listening = open_news(connection, LANES)
    listening.begin()
    yield listening
    listening.end()


def _leave() -> None:
    contact = db.session.scalars(select(Contact).order_by(Contact.id).limit(1)).one()
    unsubscribe(contact, get_audience("diaspora"), Evidence("prueba"))


def _exclude() -> None:
    suppress(db.session.scalars(select(Contact.email_key).limit(1)).one(), SuppressionReason.MANUAL)


def _pause() -> None:
    scheduling.pause(db.session.scalars(select(Campaign)).one())


def _end_soon() -> None:
    db.session.execute(update(Campaign).values(not_after=clock.now() + timedelta(hours=1)))


def _has_come_within(news: News, messages: int) -> bool:
    return any(news.has_come() for _message in range(messages))


@BOTH
@pytest.mark.parametrize("happens", [_leave, _exclude, _pause, _end_soon])
def test_what_was_committed_is_heard_of_before_two_messages_a_connection(
    news: News, happens: Callable[[], None]
) -> None:
    assert not _has_come_within(news, LANES + 2)
    happens()
    db.session.commit()
    assert _has_come_within(news, 2 * LANES)


@POSTGRESQL
def test_news_that_is_slow_to_come_is_waited_for(connection: Connection, news: News) -> None:
    server = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    os.kill(server, signal.SIGSTOP)
    # A process of its own: whoever waits for the database holds up all threads.
    with subprocess.Popen(["/bin/sh", "-c", f"sleep 0.5; kill -CONT {server}"]):  # noqa: S603 - our own words
        _pause()
        db.session.commit()
        assert _has_come_within(news, 2 * LANES)


@BOTH
def test_what_is_not_committed_is_no_news(news: News) -> None:
    _pause()
    db.session.flush()
    assert not _has_come_within(news, 3 * LANES)
    db.session.commit()
    assert _has_come_within(news, 2 * LANES)


@BOTH
def test_what_stops_nobody_is_no_news(news: News) -> None:
    db.session.execute(update(Campaign).values(state_reason="espera", updated_at=clock.now()))
    db.session.execute(update(Contact).values(name="Otro nombre"))
    db.session.commit()
    assert not _has_come_within(news, 3 * LANES)


@BOTH
def test_whoever_looked_again_hears_of_it_once(news: News) -> None:
    _leave()
    db.session.commit()
    assert _has_come_within(news, 2 * LANES)
    news.begin()
    assert not _has_come_within(news, 3 * LANES)


@POSTGRESQL
def test_tables_that_migrations_made_tell_the_same(postgresql: DatabaseServer) -> None:
    def read(make: Callable[[Engine], None]) -> list[tuple[str, str]]:
        with postgresql.lending() as address:
            engine = create_engine(address)
            make(engine)
            with engine.connect() as connection:
                found = [(row[0], row[1]) for row in connection.execute(text(_TRIGGERS))]
            engine.dispose()
        return found

    made = read(Base.metadata.create_all)
    assert len(made) == 3
    assert read(schema.upgrade) == made
