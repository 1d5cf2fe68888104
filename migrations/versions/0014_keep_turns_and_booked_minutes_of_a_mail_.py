"""Keep turns and booked minutes of a mail server: what limits over all workers are counted in.

Revision: 0014, after 0013.
Safe to run while the program is stopped; it only adds two empty tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "booked_minutes",
        sa.Column("server", sa.String(length=300), nullable=False),
        sa.Column("minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("server", "minute", name=op.f("pk_booked_minutes")),
    )
    op.create_table(
        "turns",
        sa.Column("name", sa.String(length=600), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_turns")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("turns")
    op.drop_table("booked_minutes")
