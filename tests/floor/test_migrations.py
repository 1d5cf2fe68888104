"""The tables that migrations make are the tables that the models describe."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine

from databases import DatabaseServer
from outreach import schema
from outreach.db import Base


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
