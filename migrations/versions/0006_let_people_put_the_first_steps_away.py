"""Let people put the first steps away.

Revision: 0006, after 0005.
Only creates a table; safe to run while the program is stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "dismissed_steps",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_dismissed_steps_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_dismissed_steps")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("dismissed_steps")
