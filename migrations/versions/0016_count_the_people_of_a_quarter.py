"""Count the people whom a quarter's dispatches reached.

Revision: 0016, after 0015.
Safe to run while the program is stopped; a million deliveries take some seconds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_index(
        "ix_deliveries_sent",
        "deliveries",
        ["dispatch_id", "contact_id"],
        unique=False,
        sqlite_where=sa.text("outcome = 'sent'"),
        postgresql_where=sa.text("outcome = 'sent'"),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_deliveries_sent", table_name="deliveries")
