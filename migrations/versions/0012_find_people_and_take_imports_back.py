"""Find people and take imports back.

Revision: 0012, after 0011.
Run it while the program is stopped: it reads everybody once, to be able to find them by their words.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


_FOLDED = "áéíóúüñàèìòùâêîôûçãõäëïö@.-_''"
_PLAIN = "aeiouunaeiouaeioucaoaeio      "
_VECTOR = (
    "to_tsvector('simple', translate(lower(contacts.email || ' ' || contacts.name || ' ' || contacts.institution),"
    f" '{_FOLDED}', '{_PLAIN}'))"
)
_COLUMNS = "email, name, institution"
_OLD, _NEW = (f"{row}.id, {row}.email, {row}.name, {row}.institution" for row in ("old", "new"))
_DROP_OLD = f"INSERT INTO contact_words (contact_words, rowid, {_COLUMNS}) VALUES ('delete', {_OLD});"  # noqa: S608 - names of columns
_ADD_NEW = f"INSERT INTO contact_words (rowid, {_COLUMNS}) VALUES ({_NEW});"  # noqa: S608 - names of columns

_CREATE = f"CREATE VIRTUAL TABLE contact_words USING fts5({_COLUMNS}, content='contacts', content_rowid='id', {{}})"
SQLITE_STATEMENTS = (
    _CREATE.format("tokenize='unicode61 remove_diacritics 2', prefix='2 3'"),
    f"CREATE TRIGGER contact_words_added AFTER INSERT ON contacts BEGIN {_ADD_NEW} END",
    f"CREATE TRIGGER contact_words_removed AFTER DELETE ON contacts BEGIN {_DROP_OLD} END",
    f"CREATE TRIGGER contact_words_changed AFTER UPDATE OF {_COLUMNS} ON contacts BEGIN {_DROP_OLD} {_ADD_NEW} END",
)
POSTGRESQL_STATEMENTS = (f"CREATE INDEX ix_contacts_words ON contacts USING gin ({_VECTOR.replace('contacts.', '')})",)


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "import_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["contact_imports.id"], name=op.f("fk_import_changes_import_id_contact_imports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_changes")),
        sa.UniqueConstraint("import_id", "contact_id", name=op.f("uq_import_changes_import_id_contact_id")),
    )
    with op.batch_alter_table("import_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_changes_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "import_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["contact_imports.id"], name=op.f("fk_import_problems_import_id_contact_imports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problems")),
    )
    with op.batch_alter_table("import_problems", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_problems_import_id_kind_row"), ["import_id", "kind", "row"], unique=False
        )

    with op.batch_alter_table("contact_imports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=10), server_default="done", nullable=False))
        batch_op.add_column(sa.Column("upload_key", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("source", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("consent_text", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("headings", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("columns", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("rows_done", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("rows_total", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("failure", sa.String(length=400), server_default="", nullable=False))
        batch_op.add_column(sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undone_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("undo_figures", sa.JSON(), server_default="{}", nullable=False))
        batch_op.create_index(batch_op.f("ix_contact_imports_audience_id"), ["audience_id"], unique=False)
        batch_op.create_index(
            "ix_contact_imports_working",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('checking', 'entering', 'undoing')"),
            postgresql_where=sa.text("state IN ('checking', 'entering', 'undoing')"),
        )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_STATEMENTS if is_sqlite else POSTGRESQL_STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
    if is_sqlite:
        op.execute("INSERT INTO contact_words (contact_words) VALUES ('rebuild')")


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER contact_words_{change}")
        op.execute("DROP TABLE contact_words")
    else:
        op.execute("DROP INDEX ix_contacts_words")
    with op.batch_alter_table("contact_imports", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_contact_imports_working",
            sqlite_where=sa.text("state IN ('checking', 'entering', 'undoing')"),
            postgresql_where=sa.text("state IN ('checking', 'entering', 'undoing')"),
        )
        batch_op.drop_index(batch_op.f("ix_contact_imports_audience_id"))
        batch_op.drop_column("undo_figures")
        batch_op.drop_column("undone_by_id")
        batch_op.drop_column("undone_at")
        batch_op.drop_column("leased_until")
        batch_op.drop_column("failure")
        batch_op.drop_column("rows_total")
        batch_op.drop_column("rows_done")
        batch_op.drop_column("columns")
        batch_op.drop_column("headings")
        batch_op.drop_column("consent_text")
        batch_op.drop_column("source")
        batch_op.drop_column("upload_key")
        batch_op.drop_column("state")

    with op.batch_alter_table("import_problems", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_problems_import_id_kind_row"))

    op.drop_table("import_problems")
    with op.batch_alter_table("import_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_changes_contact_id"))

    op.drop_table("import_changes")
