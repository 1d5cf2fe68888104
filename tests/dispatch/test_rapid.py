"""Statements that the driver runs itself say what SQLAlchemy's own would have said."""

import pytest
from sqlalchemy import Integer, Text, func, select

from outreach import clock
from outreach.db import UtcDateTime, db
from outreach.dispatch.rapid import fetch_all, read_array, write_array, write_texts

pytestmark = pytest.mark.usefixtures("app")

POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
TEXTS = ["", "NULL", "2.0.0 Ok", 'dice "sí", y \\ no', "{a,b}", "\\", '\\"', "  ", "ñandú 🗳", "a\tb\nc", "'"]


@POSTGRESQL
def test_any_text_comes_back_from_an_array_as_it_was() -> None:
    query = select(func.unnest(read_array("texts", Text)))
    rows = fetch_all(db.session.connection(), query, {"texts": write_texts(TEXTS)})
    assert [text for (text,) in rows] == TEXTS


@POSTGRESQL
def test_numbers_and_instants_come_back_from_an_array() -> None:
    now = clock.now()
    query = select(func.unnest(read_array("numbers", Integer)), func.unnest(read_array("moments", UtcDateTime)))
    values = {"numbers": write_array(["1", "-2"]), "moments": write_texts([str(now), str(now)])}
    assert fetch_all(db.session.connection(), query, values) == [(1, now), (-2, now)]


@POSTGRESQL
def test_an_empty_array_has_nothing_in_it() -> None:
    query = select(func.unnest(read_array("numbers", Integer)))
    assert fetch_all(db.session.connection(), query, {"numbers": write_array([])}) == []
