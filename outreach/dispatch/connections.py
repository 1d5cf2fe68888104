"""The connections to the database that a run of sending keeps for itself, from its beginning to its end."""

from sqlalchemy import Connection, Engine


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
