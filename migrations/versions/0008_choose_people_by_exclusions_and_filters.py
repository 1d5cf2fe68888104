"""Choose people by exclusions and filters.

Revision: 0008, after 0007.
Run it while the program is stopped: two new tables, a column of campaigns, and indexes that count a campaign's people.
The countries and attributes that people have already are offered as filters from the start.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "facets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facets")),
        sa.UniqueConstraint("field", "value", name=op.f("uq_facets_field_value")),
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("narrowing", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_filters_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_filters_name")),
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("narrowing", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_language"), ["language"], unique=False)

    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscriptions_contact_id"))
        batch_op.create_index(
            batch_op.f("ix_subscriptions_contact_id_audience_id_ended_at"),
            ["contact_id", "audience_id", "ended_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_subscriptions_ended",
            ["contact_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NOT NULL"),
        )
    _offer_what_people_have()


def _offer_what_people_have() -> None:
    each = "json_each_text" if op.get_bind().dialect.name == "postgresql" else "json_each"
    op.execute(
        f"""
        INSERT INTO facets (field, value)
        SELECT field, value FROM (
            SELECT field, value, row_number() OVER (PARTITION BY field ORDER BY value) AS place FROM (
                SELECT DISTINCT '' AS field, country AS value FROM contacts WHERE country != ''
                UNION
                SELECT DISTINCT pair.key, CAST(pair.value AS VARCHAR(200)) FROM contacts, {each}(attributes) AS pair
                WHERE length(pair.key) BETWEEN 1 AND 60 AND length(pair.value) BETWEEN 1 AND 200
            ) AS found
        ) AS ranked WHERE place <= 500
        """  # noqa: S608 - the function's name stands above
    )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_subscriptions_ended",
            sqlite_where=sa.text("ended_at IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_subscriptions_contact_id_audience_id_ended_at"))
        batch_op.create_index(batch_op.f("ix_subscriptions_contact_id"), ["contact_id"], unique=False)

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_language"))

    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_column("narrowing")

    op.drop_table("saved_filters")
    op.drop_table("facets")
