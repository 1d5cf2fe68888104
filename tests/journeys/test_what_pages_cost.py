"""What each page of the staff costs as people and campaigns grow: its statements decide, its time is only printed."""

import math
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, event

from crowding import Crowd, fill
from outreach.accounts import service
from outreach.accounts.rules import Role
from outreach.app import create_app
from outreach.audiences import remembering
from outreach.config import Config
from outreach.db import Base, db
from page_costs import Cost, Request, list_requests, measure
from signing import Client, sign_in_as
from test_routes import live_in

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
_FEW = Crowd(contacts=120, campaigns=64, lines=60, entries=120)
_MANY = Crowd(contacts=1_200, campaigns=640, lines=600, entries=1_200)
_MOST_STATEMENTS = 60
# The sum and what hangs on it may walk through an index of everybody: these open without it and ask for it afterwards.
_COUNTS = ("count panel", "counted page")
# The first steps ask whether there is anybody at all, which the first row answers.
_ANYBODY = {"/": {"SCAN subscriptions"}}
_SCAN = re.compile(r"SCAN (deliveries|contacts|subscriptions|consents|attempts|import_changes)\b(.*)")


@contextmanager
def crowded(config: Config, crowd: Crowd, templates: FileSystemBytecodeCache) -> Iterator[Client]:
    """Give an administrator's browser in a crowded installation."""
    app = create_app(replace(config, database_url="sqlite://"))
    app.testing = True
    app.jinja_env.bytecode_cache = templates
    app.test_client_class = Client
    with app.app_context():
        Base.metadata.create_all(db.engine)
        live_in(app)
        fill(crowd)
        yield sign_in_as(app, Role.ADMINISTRATOR)
        db.session.remove()
        db.engine.dispose()


def open_everything(client: Client) -> dict[Request, Cost]:
    """Open every page once; the times of the first installation hold the compilation of the templates."""
    return {request: measure(client, request) for request in list_requests(client.application)}


def _print(few: dict[Request, Cost], many: dict[Request, Cost]) -> None:
    """Show the table to whoever runs this with -s."""
    lines = [f"{'ms':>5} {'ms':>5} {'SQL':>4} {'SQL':>4}  page, with few and with many"]
    for request, cost in sorted(many.items(), key=lambda each: -each[1].spent):
        before = few[request]
        counts = f"{len(before.statements):4} {len(cost.statements):4}"
        lines.append(
            f"{before.spent:5.0f} {cost.spent:5.0f} {counts}  {request.name} {request.path} {request.fields or ''}"
        )
    sys.stdout.write("\n".join(["", *lines, ""]))


def test_no_page_asks_more_statements_however_many_people_and_campaigns_there_are(
    config: Config, compiled_templates: FileSystemBytecodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a page writes or remembers because the machine was slow is not what it costs.
    monkeypatch.setattr(service, "PRECISION", timedelta(days=1))
    monkeypatch.setattr(remembering, "_LONG", math.inf)
    with crowded(config, _FEW, compiled_templates) as client:
        few = open_everything(client)
    with crowded(config, _MANY, compiled_templates) as client:
        many = open_everything(client)
    _print(few, many)
    assert {request.path: cost.status for request, cost in many.items() if cost.status >= 500} == {}
    grown = {
        request.path: (len(few[request].statements), len(cost.statements))
        for request, cost in many.items()
        if few[request].status == cost.status and len(cost.statements) > len(few[request].statements)
    }
    assert grown == {}
    assert {request.path for request, cost in many.items() if len(cost.statements) > _MOST_STATEMENTS} == set()


def test_no_page_reads_everybody_or_every_message(
    config: Config, compiled_templates: FileSystemBytecodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "_MANY", 0)  # as where people are too many to be counted while somebody waits
    scans: dict[str, set[str]] = {}
    with crowded(config, _FEW, compiled_templates) as client:
        for request in list_requests(client.application):
            if request.name in _COUNTS:
                continue
            with explaining() as plans:
                client.get(request.path)
            found = {plan for plan in plans if (match := _SCAN.match(plan)) and "INDEX" not in match[2]}
            if found - _ANYBODY.get(request.path, set()):
                scans[request.path] = found
    assert scans == {}


@contextmanager
def explaining() -> Iterator[list[str]]:
    """Note how SQLite, which knows no figures of its tables, means to answer each statement."""
    noted: list[str] = []

    def note(connection: Connection, _cursor: object, statement: str, parameters: object, *_others: object) -> None:
        if statement.startswith("SELECT"):
            asked = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type] # as the driver took them
            noted.extend(row.detail for row in asked)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
