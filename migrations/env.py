"""Run migrations on the engine that `outreach.schema` hands over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import outreach.accounts.models
import outreach.audiences.models
import outreach.campaigns.memory.models
import outreach.campaigns.models
import outreach.campaigns.planning.models
import outreach.campaigns.series.models
import outreach.campaigns.writing.models
import outreach.dispatch.models
import outreach.media.models
import outreach.reports.models  # noqa: F401  every table must be known before the comparison
from outreach.db import Base, UtcDateTime
from outreach.schema import is_described


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:  # noqa: ANN401 - alembic's own signature
    """Write our column type as the plain one it is in the database, so that a migration imports nothing of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


@contextmanager
def changing(connection: Connection) -> Iterator[None]:
    """Keep all of a change or nothing, and nothing that leaves a row referring to one that is not there.

    SQLite copies a table and drops the old one, which others still refer to: references are looked at in the end.
    """
    if connection.dialect.name != "sqlite":
        yield
        connection.commit()
        return
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            message = f"references to rows that are not there: {broken[:5]}"
            raise ValueError(message)
        connection.commit()
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


engine = context.config.attributes["engine"]
with engine.connect() as connection, changing(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite changes a table by copying it
        compare_type=True,
        render_item=render_item,
        include_name=is_described,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
