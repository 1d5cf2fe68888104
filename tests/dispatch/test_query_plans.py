"""What the engine asks again and again is answered from its indexes, however many deliveries there are."""

import sqlite3
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, text

import making
from outreach import clock
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.dispatch.claiming import claim, has_work
from outreach.dispatch.workers import working
from outreach.mail.memory import MemoryTransport

pytestmark = pytest.mark.usefixtures("app")

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def asked(app: Flask) -> Iterator[list[str]]:
    """Note each statement that reaches SQLite, with its values in it, whoever sends it there."""
    del app
    noted: list[str] = []

    def listen(connection: sqlite3.Connection, *_others: object) -> None:
        connection.set_trace_callback(noted.append)

    db.session.rollback()
    event.listen(db.engine, "checkout", listen)
    yield noted
    event.remove(db.engine, "checkout", listen)


def _find_scans(asked: list[str]) -> list[str]:
    """Return the statements that read all deliveries."""
    statements = [
        each for each in asked if "deliveries" in each and each.startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))
    ]
    assert statements
    with db.engine.connect() as connection:
        return [
            statement
            for statement in statements
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
            if "SCAN deliveries" in row.detail
        ]


@SQLITE
def test_a_claim_reads_no_more_than_it_takes(config: Config, asked: list[str]) -> None:
    making.add_people("diaspora", making.make_people(300))
    making.schedule_campaign()
    jobs.look(config)
    asked.clear()
    with working(db.engine, config.data_dir, clock.now()) as worker, db.engine.begin() as connection:
        assert has_work(connection, worker.id, clock.now())
        assert len(claim(connection, worker.id, clock.now(), 50)) == 50
        taken = list(asked)
    assert any(each.startswith("INSERT INTO claimed_deliveries") for each in taken)
    assert _find_scans(taken) == []


@SQLITE
def test_looking_whether_something_is_due_scans_no_deliveries(config: Config, asked: list[str]) -> None:
    making.add_people("diaspora", making.make_people(300))
    making.schedule_campaign()
    jobs.tick(config, MemoryTransport)
    db.session.execute(text("ANALYZE"))
    asked.clear()
    jobs.look(config)
    assert _find_scans(list(asked)) == []


@POSTGRESQL
def test_nothing_the_engine_asks_of_postgresql_reads_the_whole_table(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(2000))
    campaign = making.schedule_campaign()
    jobs.look(config)
    db.session.execute(text("ANALYZE deliveries"))
    db.session.commit()
    with working(db.engine, config.data_dir, clock.now()) as worker:
        before = _count_whole_readings()
        jobs.look(config)
        jobs.send(config, worker, threading.Event(), lambda: outbox)
        assert _count_whole_readings() == before
    assert making.read_balanced(campaign).sent == 2000


def _count_whole_readings() -> int:
    """Return how often PostgreSQL has read all deliveries or contacts, with what this connection of ours did last."""
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        connection.commit()
        count = "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname IN ('deliveries', 'contacts')"
        return int(connection.execute(text(count)).scalar_one())
