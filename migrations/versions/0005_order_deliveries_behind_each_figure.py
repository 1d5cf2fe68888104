"""Order the deliveries behind each figure.

Revision: 0005, after 0004.
Changes two indexes of the largest table: stop the program first; a million rows take a few seconds.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.drop_index("ix_deliveries_campaign_id_outcome", "deliveries")
    op.drop_index("ix_deliveries_dispatch_id", "deliveries")
    op.create_index("ix_deliveries_campaign_id_outcome_id", "deliveries", ["campaign_id", "outcome", "id"])
    op.create_index("ix_deliveries_dispatch_id_outcome", "deliveries", ["dispatch_id", "outcome"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_deliveries_dispatch_id_outcome", "deliveries")
    op.drop_index("ix_deliveries_campaign_id_outcome_id", "deliveries")
    op.create_index("ix_deliveries_dispatch_id", "deliveries", ["dispatch_id"])
    op.create_index("ix_deliveries_campaign_id_outcome", "deliveries", ["campaign_id", "outcome"])
