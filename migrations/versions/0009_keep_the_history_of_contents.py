"""Keep the history of contents and who is writing.

Revision: 0009, after 0008.
Adds two tables that are empty at first, and two columns by which a block that is taken out stays. Going back deletes
the blocks that were taken out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "presences",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_presences_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_presences_user_id_users")),
        sa.PrimaryKeyConstraint("campaign_id", "user_id", name=op.f("pk_presences")),
    )
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["snapshots.id"], name=op.f("fk_snapshots_base_id_snapshots")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_snapshots_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_snapshots_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_snapshots_campaign_id_number")),
    )
    with op.batch_alter_table("blocks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("removed_from", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.execute("DELETE FROM blocks WHERE removed_at IS NOT NULL")
    with op.batch_alter_table("blocks", schema=None) as batch_op:
        batch_op.drop_column("removed_from")
        batch_op.drop_column("removed_at")

    op.drop_table("snapshots")
    op.drop_table("presences")
