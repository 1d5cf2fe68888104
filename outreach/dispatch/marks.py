"""Marks that move whenever somebody leaves or a campaign changes: cheap enough to be read before each message."""

import time
from functools import lru_cache
from typing import Any, Protocol, cast

from sqlalchemy import Connection, Dialect, bindparam, func, select

from outreach.audiences.models import Consent, Suppression
from outreach.campaigns.models import Campaign

# The marks are read after as many messages as there are lanes, or after this time: meanwhile a connection begins one.
_LONGEST_PAUSE = 0.005
_IN_MEMORY = (None, "", ":memory:")
_PREPARED = b"outreach_marks"

# The three places where news appears: withdrawals and exclusions are only ever added, a campaign's row changes.
_MARKS = select(
    select(func.max(Consent.id)).scalar_subquery(),
    select(func.max(Suppression.id)).scalar_subquery(),
    Campaign.state,
    Campaign.not_after,
).where(Campaign.id == bindparam("campaign_id", literal_execute=True))


class Marks(Protocol):
    """The marks of one campaign at a time."""

    def begin(self, campaign_id: int) -> None:
        """Read the marks of a campaign; from now on `have_moved` compares with them."""

    def have_moved(self) -> bool:
        """Tell whether the marks are others than at the beginning."""

    def end(self) -> None:
        """Leave the connection, with no question on its way."""


def open_marks(connection: Connection, lanes: int) -> Marks:
    """Return the way to read marks over a connection that commits by itself, for so many lanes of messages."""
    return _AskedMarks(connection, lanes) if connection.dialect.name == "postgresql" else _FileMarks(connection, lanes)


@lru_cache(maxsize=64)
def _write_question(dialect: Dialect, campaign_id: int) -> str:
    question = _MARKS.params(campaign_id=campaign_id)
    return str(question.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


class _FileMarks:
    """Marks in SQLite, which says in some microseconds whether any other connection wrote to the file at all."""

    def __init__(self, connection: Connection, lanes: int) -> None:
        self._connection = connection
        self._lanes = lanes
        self._messages = 0
        self._cursor = connection.connection.cursor()
        self._has_versions = connection.engine.url.database not in _IN_MEMORY
        self._question = ""
        self._version: Any = None
        self._marks: Any = None
        self._glanced_at = 0.0

    def begin(self, campaign_id: int) -> None:
        self._glanced_at = time.monotonic()
        self._question = _write_question(self._connection.dialect, campaign_id)
        self._version = self._read_version()
        self._marks = self._read()

    def have_moved(self) -> bool:
        self._messages += 1
        now = time.monotonic()
        if self._messages < self._lanes and now - self._glanced_at < _LONGEST_PAUSE:
            return False
        self._messages = 0
        self._glanced_at = now
        version = self._read_version()
        if version is not None and version == self._version:
            return False
        self._version = version
        return bool(self._read() != self._marks)

    def end(self) -> None:
        self._cursor.close()

    def _read_version(self) -> Any:  # noqa: ANN401 - a number of SQLite's own
        """Return what changes whenever another connection commits to the file; None where there is no such thing."""
        return self._cursor.execute("PRAGMA data_version").fetchone() if self._has_versions else None

    def _read(self) -> Any:  # noqa: ANN401 - a row of the database's own driver
        return self._cursor.execute(self._question).fetchone()


class _AskedMarks:
    """Marks in PostgreSQL, asked for beforehand: the answer is read when a later message is due.

    The question is prepared, for to plan it anew would cost more than to answer it. Waiting for each answer would hold
    up every lane of the run; after one message a lane it is waited for.
    """

    def __init__(self, connection: Connection, lanes: int) -> None:
        self._connection = connection
        self._lanes = lanes
        self._messages = 0
        # The driver is the engine's own: where only SQLite is used, it is not installed.
        self._driver: Any = connection.dialect.dbapi
        self._wire: Any = cast("Any", connection.connection.dbapi_connection).pgconn
        self._question = ""
        self._marks: Any = None
        self._is_asked = False
        self._asked_at = 0.0

    def begin(self, campaign_id: int) -> None:
        if self._is_asked:
            self._take()
        question = _write_question(self._connection.dialect, campaign_id)
        if question != self._question:
            if self._question:
                self._wire.exec_(b"DEALLOCATE " + _PREPARED)
            self._question = question
            self._check(self._wire.prepare(_PREPARED, question.encode()), self._driver.pq.ExecStatus.COMMAND_OK)
        self._ask()
        self._marks = self._take()

    def have_moved(self) -> bool:
        self._messages += 1
        if self._is_asked:
            self._wire.consume_input()
            if self._wire.is_busy() and self._messages < self._lanes:
                return False
            if self._take() != self._marks:
                return True
        if self._messages >= self._lanes or time.monotonic() - self._asked_at >= _LONGEST_PAUSE:
            self._ask()
        return False

    def end(self) -> None:
        if self._is_asked:
            self._take()

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        self._wire.send_query_prepared(_PREPARED, None)
        self._is_asked = True
        self._messages = 0
        while self._wire.flush():
            pass

    def _take(self) -> Any:  # noqa: ANN401 - octets of the database's own protocol
        """Return the answer, after waiting for it if it has not come."""
        self._is_asked = False
        marks: Any = None
        while (answer := self._wire.get_result()) is not None:
            self._check(answer, self._driver.pq.ExecStatus.TUPLES_OK)
            marks = [answer.get_value(0, column) for column in range(answer.nfields)] if answer.ntuples else None
        return marks

    def _check(self, answer: Any, wanted: Any) -> None:  # noqa: ANN401 - of the database's own protocol
        if answer.status != wanted:
            raise self._driver.OperationalError(self._wire.get_error_message())
