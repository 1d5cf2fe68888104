"""Keep the figures of each dispatch.

Revision: 0007, after 0006.
Counts every delivery once: stop the program first; a million rows take a few seconds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_FILL = sa.text(
    """
    INSERT INTO tallies (dispatch_id, outcome, number)
    SELECT dispatches.id, CAST(:kept_as AS VARCHAR(10)), (
        SELECT count(*) FROM deliveries
        WHERE deliveries.dispatch_id = dispatches.id
        AND CASE WHEN outcome IN ('claimed', 'waiting') THEN 'queued' ELSE outcome END = CAST(:kept_as AS VARCHAR(10))
    )
    FROM dispatches WHERE dispatches.campaign_id IS NOT NULL AND dispatches.corrects_id IS NULL
    """
)


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "tallies",
        sa.Column("dispatch_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dispatch_id"], ["dispatches.id"], name=op.f("fk_tallies_dispatch_id_dispatches")),
        sa.PrimaryKeyConstraint("dispatch_id", "outcome", name=op.f("pk_tallies")),
    )
    for kept_as in ("queued", "sent", "failed", "skipped", "uncertain"):
        op.execute(_FILL.bindparams(kept_as=kept_as))
    op.drop_index("ix_deliveries_dispatch_id_outcome", "deliveries")
    op.create_index("ix_deliveries_dispatch_id", "deliveries", ["dispatch_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_deliveries_dispatch_id", "deliveries")
    op.create_index("ix_deliveries_dispatch_id_outcome", "deliveries", ["dispatch_id", "outcome"])
    op.drop_table("tallies")
