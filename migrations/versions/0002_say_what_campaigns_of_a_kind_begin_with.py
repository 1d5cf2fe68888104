"""Say what campaigns of a kind begin with.

Revision: 0002, after 0001.
Adds a table and columns that are empty at first; `outreach init` fills those of the first kinds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "kind_audiences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audiences.id"], name=op.f("fk_kind_audiences_audience_id_audiences")
        ),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_kind_audiences_kind_id_kinds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kind_audiences")),
        sa.UniqueConstraint("kind_id", "audience_id", name=op.f("uq_kind_audiences_kind_id_audience_id")),
    )
    with op.batch_alter_table("kind_audiences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kind_audiences_audience_id"), ["audience_id"], unique=False)

    with op.batch_alter_table("kinds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("template", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("sender_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("information_es", sa.String(length=400), server_default="", nullable=False))
        batch_op.add_column(sa.Column("information_en", sa.String(length=400), server_default="", nullable=False))
        batch_op.add_column(sa.Column("sends_both_to_all", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_kinds_sender_id_senders"), "senders", ["sender_id"], ["id"])


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("kinds", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_kinds_sender_id_senders"), type_="foreignkey")
        batch_op.drop_column("sends_both_to_all")
        batch_op.drop_column("information_en")
        batch_op.drop_column("information_es")
        batch_op.drop_column("sender_id")
        batch_op.drop_column("template")

    op.drop_table("kind_audiences")
