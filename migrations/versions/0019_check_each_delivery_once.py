"""Check each delivery once.

Revision: 0019, after 0018.
Safe to run while the program is stopped; SQLite copies the deliveries, the longer the more there are.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_index(op.f("ix_dispatches_id_campaign_id"), "dispatches", ["id", "campaign_id"], unique=True)
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_dispatch_id"))
        batch_op.drop_constraint(batch_op.f("fk_deliveries_campaign_id_campaigns"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_deliveries_dispatch_id_dispatches"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_dispatch_id_campaign_id_dispatches"),
            "dispatches",
            ["dispatch_id", "campaign_id"],
            ["id", "campaign_id"],
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_deliveries_dispatch_id_campaign_id_dispatches"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_dispatch_id_dispatches"), "dispatches", ["dispatch_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_deliveries_campaign_id_campaigns"), "campaigns", ["campaign_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_deliveries_dispatch_id"), ["dispatch_id"], unique=False)
    op.drop_index(op.f("ix_dispatches_id_campaign_id"), "dispatches")
