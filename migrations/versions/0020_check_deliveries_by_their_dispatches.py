"""Check deliveries by their dispatches.

Revision: 0020, after 0019.
Safe to run while the program is stopped; SQLite copies the deliveries, a million in ten seconds. A release counts its
deliveries by their dispatches, and asks no more for each of them.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_deliveries_dispatch_id_campaign_id_dispatches"), type_="foreignkey")
    op.drop_index(op.f("ix_dispatches_id_campaign_id"), "dispatches")


def downgrade() -> None:
    """Take the change back."""
    op.create_index(op.f("ix_dispatches_id_campaign_id"), "dispatches", ["id", "campaign_id"], unique=True)
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_dispatch_id_campaign_id_dispatches"),
            "dispatches",
            ["dispatch_id", "campaign_id"],
            ["id", "campaign_id"],
        )
