"""Statements compiled once and run by the driver itself: what happens for every message must not pay for comfort."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import (
    Cast,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Insert,
    Integer,
    Select,
    Text,
    Update,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from outreach.db import UtcDateTime

Processor = Callable[[Any], Any]
Statement = Select[Any] | Insert | Update | Delete

_UTC_OFFSET = "+00:00"


def execute_many(
    connection: Connection, statement: Update, names: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Run an UPDATE once a row, as `connection.execute` would, in the connection's transaction.

    A row has the values of the bound parameters that `names` lists.
    """
    compiled = _compile(statement, names, connection.dialect)
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(compiled.text, compiled.fill_all(rows))
    finally:
        cursor.close()


def execute(connection: Connection, statement: Update, values: Mapping[str, Any]) -> None:
    """Run an UPDATE in the connection's transaction."""
    with _running(connection, statement, values):
        pass


def among(dialect: str, number: InstrumentedAttribute[int], name: str) -> ColumnElement[bool]:
    """Tell that a number is one of those that the parameter `name` holds, as `pack` puts them together.

    One value, however many there are: PostgreSQL takes an array, and does not read a whole table to join with it.
    """
    if dialect == "postgresql":
        return number == any_(read_array(name, Integer))
    numbers = func.json_each(bindparam(name, type_=Text)).table_valued(column("value", Integer))
    return number.in_(select(numbers.c.value))


def pack(dialect: str, numbers: Sequence[int]) -> str:
    """Put numbers together as one value for `among`."""
    return write_array(map(str, numbers)) if dialect == "postgresql" else json.dumps(list(numbers))


def read_array(name: str, kind: type[TypeEngine[Any]]) -> Cast[Any]:
    """Let PostgreSQL read the parameter `name`, as `write_array` and `write_texts` write it, as an array."""
    return cast(bindparam(name, type_=Text), ARRAY(kind))


def write_array(items: Iterable[str]) -> str:
    """Write an array in PostgreSQL's own words: the driver looks at each item, which takes it ten times as long."""
    return "{" + ",".join(items) + "}"


def write_texts(texts: Iterable[str]) -> str:
    """Write an array of any texts; a NUL, which PostgreSQL has no place for, is the caller's to avoid."""
    return write_array(['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts])


def fetch_all(connection: Connection, query: Statement, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """Return the rows as the driver gives them: for columns of numbers and texts alone."""
    with _running(connection, query, values) as cursor:
        return cursor.fetchall()


@contextmanager
def _running(connection: Connection, statement: Statement, values: Mapping[str, Any]) -> Iterator[DBAPICursor]:
    compiled = _compile(statement, tuple(values), connection.dialect)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(compiled.text, compiled.fill(tuple(values.values())), **compiled.options)
        yield cursor
    finally:
        cursor.close()


class _Place(NamedTuple):
    """Where the value of one parameter comes from: a fixed one, or a place in the row."""

    name: str
    fixed: Any
    place: int | None
    processor: Processor | None


class _Compiled:
    """A statement in the driver's words."""

    def __init__(self, statement: Statement, names: tuple[str, ...], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self.options = {"prepare": True} if dialect.name == "postgresql" else {}
        self._is_positional = compiled.positional
        self._places = []
        for name in compiled.positiontup or compiled.params:
            processor = _choose_processor(compiled.binds[name].type, dialect)
            fixed = compiled.params[name]
            is_given = name in names
            self._places.append(
                _Place(
                    name,
                    processor(fixed) if processor and not is_given else fixed,
                    names.index(name) if is_given else None,
                    processor,
                )
            )

    def fill(self, row: Sequence[Any]) -> Any:  # noqa: ANN401 - a tuple or a mapping, as the driver wants it
        return self.fill_all([row])[0]

    def fill_all(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Fill in many rows, a column at a time, for what is done for each of them alone is dear."""
        given = list(zip(*rows, strict=True))
        columns: list[Iterable[Any]] = [
            repeat(fixed, len(rows))
            if place is None
            else given[place]
            if processor is None
            else map(processor, given[place])
            for _name, fixed, place, processor in self._places
        ]
        filled = list(zip(*columns, strict=True)) if columns else [() for _row in rows]
        if self._is_positional:
            return filled
        names = [place.name for place in self._places]
        return [dict(zip(names, values, strict=True)) for values in filled]


def _choose_processor(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    if isinstance(kind, UtcDateTime) and dialect.name == "sqlite":
        return _write_instant
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _write_instant(at: datetime | None) -> str | None:
    """Write an instant as SQLAlchemy keeps it in SQLite."""
    if at is None:
        return None
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(" ", "microseconds").removesuffix(_UTC_OFFSET)


@lru_cache(maxsize=32)
def _compile(statement: Statement, names: tuple[str, ...], dialect: Dialect) -> _Compiled:
    return _Compiled(statement, names, dialect)
