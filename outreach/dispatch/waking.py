"""What shortens the waiting between looks: on PostgreSQL a worker hears at once that a campaign was released.

Without it everything happens all the same, at the next look.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Engine

from outreach.dispatch.news import LISTEN

_LOG = logging.getLogger(__name__)
# After so many seconds the listener looks whether it is to end.
_LOOK_SECONDS = 0.2
# A database that does not answer is asked again after so many seconds.
_AGAIN_SECONDS = 5.0


@contextmanager
def being_woken(database: Engine, wake: Callable[[], None], stop: threading.Event) -> Iterator[None]:
    """Call `wake`, from another thread, when there is news, until the block ends, which sets `stop`.

    SQLite tells nobody anything: its one process knows what it released.
    """
    listener = threading.Thread(target=_listen, args=(database, wake, stop))
    if database.dialect.name == "postgresql":
        listener.start()
    try:
        yield
    finally:
        stop.set()
        if listener.ident:
            listener.join()


def _listen(database: Engine, wake: Callable[[], None], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            _listen_while_connected(database, wake, stop)
        except Exception:  # noqa: BLE001 - whatever happened, the looks go on, and listening is tried again
            _LOG.debug("Listening for news failed; it is tried again", exc_info=True)
            stop.wait(_AGAIN_SECONDS)


def _listen_while_connected(database: Engine, wake: Callable[[], None], stop: threading.Event) -> None:
    with database.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.detach()
        connection.exec_driver_sql(LISTEN)
        driver: Any = cast("Any", connection.connection.dbapi_connection)
        while not stop.is_set():
            for _told in driver.notifies(timeout=_LOOK_SECONDS, stop_after=1):
                wake()
