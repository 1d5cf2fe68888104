"""The connections to the database that a run of sending keeps for itself, from its beginning to its end."""

import time
from collections.abc import Generator
from typing import Any

from sqlalchemy import Connection, Engine

from outreach.mail.lanes import is_in_lane, wait_ready

# What the driver's generators ask for and are told, as PEP 249 has no word for it: psycopg.waiting, `Wait` and `Ready`.
_READ = 1
_WRITE = 2
_LONG = 3600.0


def open_own(database: Engine, *, is_lasting: bool = True) -> Connection:
    """Open a connection that nobody uses afterwards.

    Unless it `is_lasting`, its commits on SQLite may be lost with the machine's power. On PostgreSQL its statements are
    planned once, for any values, and from indexes: what a run asks of a table is always a few of its rows, but a plan
    made while a table was small, or for one that nobody has counted yet, would go on reading all of it.
    """
    connection = database.connect()
    connection.detach()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        connection.exec_driver_sql("SET enable_seqscan = off")
    elif not is_lasting:
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
    connection.commit()
    return connection


def give_way(connection: Connection) -> None:
    """Let other lanes go on while PostgreSQL works for the lane that asked it; SQLite works in our own thread.

    Only one lane at a time may use the connection, and while its transaction is open no other code of this thread may
    wait for a row that it has changed: nobody would wake the lane that holds it.
    """
    if connection.dialect.name != "postgresql":
        return
    driver: Any = connection.connection.dbapi_connection
    wait_alone = driver.wait

    def wait(work: Generator[int, int, Any], *others: Any, **named: Any) -> Any:  # noqa: ANN401 - the driver's own
        if not is_in_lane():
            return wait_alone(work, *others, **named)
        try:
            wanted = next(work)
            while True:
                to_write = wanted != _READ
                is_ready = wait_ready(driver.pgconn.socket, to_write=to_write, until=time.monotonic() + _LONG)
                wanted = work.send((_WRITE if to_write else _READ) if is_ready else 0)
        except StopIteration as end:
            return end.value

    driver.wait = wait
