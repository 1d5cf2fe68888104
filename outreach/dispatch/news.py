"""News that a run of sending must know of before its next message: somebody left, or the campaign changed.

On PostgreSQL the tables tell it themselves, to whoever listens; SQLite is asked, which costs it some microseconds.
"""

import time
from typing import Any, Protocol, cast

from sqlalchemy import Connection, MetaData, event, func, select

from outreach.audiences.models import Consent, Suppression
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.db import Base
from outreach.dispatch.rapid import fetch_all

# SQLite is asked after as many messages as there are lanes, or after this time: meanwhile a connection begins one.
_LONGEST_PAUSE = 0.005
_IN_MEMORY = (None, "", ":memory:")

# The three places where news appears: withdrawals and exclusions are only ever added, a campaign's row changes.
_MARKS = (
    select(
        select(func.max(Consent.id)).scalar_subquery(),
        select(func.max(Suppression.id)).scalar_subquery(),
        Campaign.id,
        Campaign.not_after,
    )
    .where(Campaign.state == CampaignState.SENDING)
    .order_by(Campaign.id)
)

_CHANGED = "(old.state, old.not_after) IS DISTINCT FROM (new.state, new.not_after)"
# PostgreSQL hands a notification out when its transaction is committed, never before, and once however often it was
# asked for.
_STATEMENTS = (
    "CREATE FUNCTION tell_news() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NOTIFY outreach_news; RETURN NULL; END'",
    "CREATE TRIGGER tell_news AFTER INSERT ON consents FOR EACH STATEMENT EXECUTE FUNCTION tell_news()",
    "CREATE TRIGGER tell_news AFTER INSERT ON suppressions FOR EACH STATEMENT EXECUTE FUNCTION tell_news()",
    f"CREATE TRIGGER tell_news AFTER UPDATE ON campaigns FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION tell_news()",
)
LISTEN = "LISTEN outreach_news"


@event.listens_for(Base.metadata, "after_create")
def _let_tables_tell(_tables: MetaData, connection: Connection, **_options: object) -> None:
    if connection.dialect.name == "postgresql":
        for statement in _STATEMENTS:
            connection.exec_driver_sql(statement)


class News(Protocol):
    """What a run hears of people and of campaigns; that of others than its own costs one look too many."""

    def begin(self) -> None:
        """Begin to listen; call it before something is looked at, so that nothing is missed in between."""

    def has_come(self) -> bool:
        """Tell whether there was any since the beginning; call it before each message."""

    def end(self) -> None:
        """Leave the connection, with no question on its way."""


def open_news(connection: Connection, lanes: int) -> News:
    """Return the way to hear news over a connection that commits by itself, for so many lanes of messages."""
    return _ToldNews(connection, lanes) if connection.dialect.name == "postgresql" else _AskedNews(connection, lanes)


class _AskedNews:
    """News in SQLite: marks that move, read when it says that any other connection wrote to the file at all."""

    def __init__(self, connection: Connection, lanes: int) -> None:
        self._connection = connection
        self._lanes = lanes
        self._messages = 0
        self._cursor = connection.connection.cursor()
        self._has_versions = connection.engine.url.database not in _IN_MEMORY
        self._version: Any = None
        self._marks: Any = None
        self._glanced_at = 0.0

    def begin(self) -> None:
        self._glanced_at = time.monotonic()
        self._version = self._read_version()
        self._marks = self._read()

    def has_come(self) -> bool:
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

    def _read(self) -> Any:  # noqa: ANN401 - rows of the database's own driver
        return fetch_all(self._connection, _MARKS, {})


class _ToldNews:
    """News in PostgreSQL, which tells it in some microseconds, but promises nobody when.

    So an empty question goes along after each message a lane: before its answer comes whatever was committed before
    the question. After one more message a lane it is waited for; to wait at once would hold up every lane of the run.
    """

    def __init__(self, connection: Connection, lanes: int) -> None:
        self._lanes = lanes
        self._messages = 0
        # The driver is the engine's own: where only SQLite is used, it is not installed.
        self._driver: Any = connection.dialect.dbapi
        connection.exec_driver_sql(LISTEN)
        own: Any = cast("Any", connection.connection.dbapi_connection)
        own.add_notify_handler(self._hear)  # what comes with the answers to other questions
        self._wire: Any = own.pgconn
        self._has_come = False
        self._is_asked = False

    def begin(self) -> None:
        if self._is_asked:
            self._take()
        self._listen()
        self._has_come = False

    def has_come(self) -> bool:
        self._messages += 1
        self._wire.consume_input()
        if self._is_asked and (self._messages >= self._lanes or not self._wire.is_busy()):
            self._take()
        self._listen()
        if not self._has_come and not self._is_asked and self._messages >= self._lanes:
            self._ask()
        return self._has_come

    def end(self) -> None:
        if self._is_asked:
            self._take()

    def _listen(self) -> None:
        while (told := self._wire.notifies()) is not None:
            self._hear(told)

    def _hear(self, _told: object) -> None:
        self._has_come = True

    def _ask(self) -> None:
        self._wire.send_query(b"")
        self._is_asked = True
        self._messages = 0
        while self._wire.flush():
            pass

    def _take(self) -> None:
        """Take the empty answer, after waiting for it if it has not come."""
        self._is_asked = False
        while (answer := self._wire.get_result()) is not None:
            if answer.status != self._driver.pq.ExecStatus.EMPTY_QUERY:
                raise self._driver.OperationalError(self._wire.get_error_message())
