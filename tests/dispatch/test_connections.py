"""The connections of a run: other lanes go on while PostgreSQL works for one."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import DataError

from outreach.db import db
from outreach.dispatch.connections import give_way, open_own
from outreach.mail.lanes import Lanes, pause

pytestmark = pytest.mark.usefixtures("app")
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def own(app: Flask) -> Iterator[Connection]:
    del app
    with open_own(db.engine) as connection:
        give_way(connection)
        yield connection


def _nothing() -> None:
    """Do nothing between."""


@POSTGRESQL
def test_other_lanes_go_on_while_the_database_works(own: Connection) -> None:
    heard: list[str] = []

    def ask() -> None:
        with own.begin():
            heard.append(str(own.scalar(text("SELECT 'asked' FROM pg_sleep(0.5)"))))

    def go_on() -> None:
        for _ in range(5):
            pause(0.01)
            heard.append("went on")

    Lanes().run([ask, go_on], _nothing)
    assert heard == ["went on"] * 5 + ["asked"]


@POSTGRESQL
def test_what_the_database_refuses_reaches_the_lane_that_asked(own: Connection) -> None:
    refused: list[str] = []

    def ask() -> None:
        with pytest.raises(DataError) as problem, own.begin():
            own.scalar(text("SELECT 1 / 0"))
        refused.append(str(problem.value.orig))

    Lanes().run([ask], _nothing)
    assert refused == ["division by zero"]
    assert own.scalar(text("SELECT 2")) == 2


@pytest.mark.both_databases
def test_outside_of_lanes_one_waits_as_ever(own: Connection) -> None:
    assert own.scalar(text("SELECT 2")) == 2
