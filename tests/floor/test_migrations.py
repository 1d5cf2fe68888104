"""The tables that migrations make are the tables that the models describe."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, MetaData, Table, create_engine, func, insert, select

from databases import DatabaseServer
from outreach import schema
from outreach.db import Base

_NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def engine(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    with ExitStack() as stack:
        address = f"sqlite:///{tmp_path / 'tables.db'}"
        if database == "postgresql":
            server: DatabaseServer = request.getfixturevalue("postgresql")
            address = stack.enter_context(server.lending())
        made = create_engine(address)
        yield made
        made.dispose()


@pytest.mark.both_databases
def test_migrations_make_what_the_models_describe(engine: Engine) -> None:
    schema.upgrade(engine)
    assert compare(engine) == []


def compare(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": schema.is_described}
        )
        return list(compare_metadata(context, Base.metadata))


@pytest.mark.both_databases
def test_each_migration_goes_one_step_down_and_up_again(engine: Engine) -> None:
    schema.upgrade(engine)
    schema.downgrade(engine, "-1")
    assert compare(engine) != []
    schema.upgrade(engine)
    assert compare(engine) == []


@pytest.mark.both_databases
def test_what_a_first_installation_holds_outlives_every_migration(engine: Engine) -> None:
    schema.upgrade(engine, "0001")
    first = reflect(engine)
    with engine.begin() as connection:
        for table in first.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(insert(table), make_row(table))
    schema.upgrade(engine)
    assert compare(engine) == []
    now = reflect(engine)
    with engine.connect() as connection:
        kept = {table.name: connection.scalar(select(func.count()).select_from(table)) for table in now.sorted_tables}
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert {name: kept[name] for name in first.tables if name in kept} == dict.fromkeys(
        (name for name in first.tables if name in kept), 1
    )


@pytest.mark.both_databases
@pytest.mark.parametrize(("attempts", "outcome"), [(0, "queued"), (2, "waiting")])
def test_what_a_worker_held_before_claims_had_a_table_is_still_held(
    engine: Engine, attempts: int, outcome: str
) -> None:
    schema.upgrade(engine, "0016")
    tables = reflect(engine)
    deliveries = tables.tables["deliveries"]
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            own = {"outcome": "claimed", "attempts": attempts, "worker_id": 1} if table is deliveries else {}
            if table.name in Base.metadata.tables:
                connection.execute(insert(table), make_row(table) | own)

    def read_outcome() -> str | None:
        with engine.connect() as connection:
            return connection.scalar(select(deliveries.c.outcome))

    schema.upgrade(engine, "0017")
    assert read_outcome() == outcome
    with engine.connect() as connection:
        assert connection.execute(select(reflect(engine).tables["claimed_deliveries"])).all() == [(1, 1)]
    schema.downgrade(engine, "0016")
    assert read_outcome() == "claimed"


def reflect(engine: Engine) -> MetaData:
    tables = MetaData()
    tables.reflect(engine)
    return tables


def make_row(table: Table) -> dict[str, Any]:
    """Invent a row; whatever it refers to has number 1."""
    return {column.name: invent(column) for column in table.columns if column.server_default is None}


def invent(column: Column[Any]) -> Any:  # noqa: ANN401 - whatever the column takes
    if column.nullable and not column.foreign_keys:
        return None
    kind = column.type.python_type
    samples = {
        int: 1,
        str: "1",
        bytes: b"1",
        bool: True,
        float: 1.0,
        UUID: UUID(int=1),
        dict: {},
        object: {},
        datetime: _NOON,
        date: _NOON.date(),
    }
    return samples[kind]


@pytest.mark.both_databases
def test_an_empty_database_is_refused_with_what_to_do(engine: Engine) -> None:
    with pytest.raises(schema.SchemaError, match="outreach init"):
        schema.check_revision(engine)
    schema.upgrade(engine)
    schema.check_revision(engine)


def test_every_constraint_has_a_name() -> None:
    nameless = [
        (table.name, constraint)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert nameless == []
