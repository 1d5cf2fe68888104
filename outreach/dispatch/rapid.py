"""Statements compiled once and run by the driver itself: what happens for every message must not pay for comfort."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Update


def execute_many(connection: Connection, statement: Update, rows: Iterable[Mapping[str, Any]]) -> int:
    """Run an UPDATE once a row, as `connection.execute` would, in the connection's transaction.

    Each row gives a value for every bound parameter of the statement's own names. Returns how many rows were touched.
    """
    compiled = _compile(statement, connection.dialect)
    cursor = connection.connection.cursor()
    try:
        cursor.executemany(compiled.text, [compiled.fill(row) for row in rows])
        return int(cursor.rowcount)
    finally:
        cursor.close()


class _Compiled:
    """A statement in the driver's words."""

    def __init__(self, statement: Update, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._positions = compiled.positiontup if compiled.positional else None
        binds = compiled.binds
        self._processors = {
            name: processor
            for name, bind in binds.items()
            if (processor := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        self._fixed = {name: self._process(name, value) for name, value in compiled.params.items()}

    def fill(self, row: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a tuple or a mapping, as the driver wants it
        values = {**self._fixed, **row}
        for name, processor in self._processors.items():
            if name in row:
                values[name] = processor(row[name])
        return values if self._positions is None else [values[name] for name in self._positions]

    def _process(self, name: str, value: object) -> Any:  # noqa: ANN401 - what the driver wants
        processor = self._processors.get(name)
        return value if processor is None else processor(value)


@lru_cache(maxsize=32)
def _compile(statement: Update, dialect: Dialect) -> _Compiled:
    return _Compiled(statement, dialect)
