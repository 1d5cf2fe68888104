"""The database's tables, brought up to date by the migrations that travel with the code."""

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from outreach.errors import OutreachError
from outreach.resources import MIGRATIONS
from outreach.translation import gettext as _


class SchemaError(OutreachError):
    """The tables are missing or belong to another version of the program."""


def is_described(name: str | None, _kind: str, _parents: object) -> bool:
    """Tell whether the models describe what has this name; the words people are found by have statements of their own.

    The signature is alembic's `include_name`.
    """
    return name is None or not name.startswith(("contact_words", "ix_contacts_words"))


def _configure(engine: Engine) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply every migration that is missing, up to `revision`."""
    command.upgrade(_configure(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take migrations back down to `revision`, `base` for an empty database."""
    command.downgrade(_configure(engine), revision)


def find_revision(engine: Engine) -> str | None:
    """Return the revision the database is at; None before the first migration."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check_revision(engine: Engine) -> None:
    """Raise SchemaError unless the tables are the ones this program needs."""
    wanted = ScriptDirectory.from_config(_configure(engine)).get_current_head()
    if find_revision(engine) != wanted:
        raise SchemaError(_("La base de datos no está lista para esta versión: ejecute «outreach init»."))
