"""What the engine asks again and again is answered from its indexes, however many deliveries there are."""

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

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.parametrize("database", ["sqlite"], indirect=True)]


@pytest.fixture
def plans(app: Flask) -> Iterator[list[str]]:
    """Note how SQLite means to answer each statement of the engine."""
    del app
    noted: list[str] = []

    def note(connection: object, cursor: object, statement: str, parameters: object, *_others: object) -> None:
        del cursor
        if "deliveries" in statement and not statement.startswith(("EXPLAIN", "INSERT")):
            asked = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[attr-defined] # a Connection
            noted.extend(row.detail for row in asked)

    event.listen(db.engine, "before_cursor_execute", note)
    yield noted
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_claim_reads_no_more_than_it_takes(config: Config, plans: list[str]) -> None:
    making.add_people("diaspora", making.make_people(300))
    making.schedule_campaign()
    jobs.look(config)
    plans.clear()
    with working(db.engine, config.data_dir, clock.now()) as worker, db.engine.begin() as connection:
        assert has_work(connection, worker.id, clock.now())
        assert len(claim(connection, worker.id, clock.now(), 50)) == 50
    assert any("ix_deliveries_due" in plan for plan in plans)
    assert [plan for plan in plans if "SCAN deliveries" in plan] == []


def test_looking_whether_something_is_due_scans_no_deliveries(config: Config, plans: list[str]) -> None:
    making.add_people("diaspora", making.make_people(300))
    making.schedule_campaign()
    jobs.tick(config, MemoryTransport)
    db.session.execute(text("ANALYZE"))
    plans.clear()
    jobs.look(config)
    assert [plan for plan in plans if "SCAN deliveries" in plan] == []
