"""Keep claims beside the deliveries.

Revision: 0017, after 0016.
Safe to run while the program is stopped; SQLite copies the deliveries, the longer the more there are. What a worker
held when it ended is still held afterwards, so that its journal settles it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "claimed_deliveries",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_claimed_deliveries")),
    )
    op.execute(
        "INSERT INTO claimed_deliveries (delivery_id, worker_id)"
        " SELECT id, worker_id FROM deliveries WHERE outcome = 'claimed'"
    )
    op.execute(
        "UPDATE deliveries SET outcome = CASE WHEN attempts > 0 THEN 'waiting' ELSE 'queued' END"
        " WHERE outcome = 'claimed'"
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_claimed"), sqlite_where=sa.text("outcome = 'claimed'"))
        batch_op.drop_index(batch_op.f("ix_deliveries_contact_id"))
        batch_op.drop_constraint(batch_op.f("uq_deliveries_campaign_id_contact_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_deliveries_contact_id_campaign_id"), ["contact_id", "campaign_id"]
        )
        batch_op.drop_constraint(batch_op.f("fk_deliveries_worker_id_workers"), type_="foreignkey")
        batch_op.drop_column("worker_id")


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("worker_id", sa.INTEGER(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_deliveries_worker_id_workers"), "workers", ["worker_id"], ["id"])
        batch_op.drop_constraint(batch_op.f("uq_deliveries_contact_id_campaign_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_deliveries_campaign_id_contact_id"), ["campaign_id", "contact_id"]
        )
        batch_op.create_index(batch_op.f("ix_deliveries_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_deliveries_claimed"),
            ["worker_id"],
            unique=False,
            sqlite_where=sa.text("outcome = 'claimed'"),
            postgresql_where=sa.text("outcome = 'claimed'"),
        )
    op.execute(
        "UPDATE deliveries SET outcome = 'claimed', worker_id ="
        " (SELECT worker_id FROM claimed_deliveries WHERE delivery_id = deliveries.id)"
        " WHERE id IN (SELECT delivery_id FROM claimed_deliveries)"
    )
    op.drop_table("claimed_deliveries")
