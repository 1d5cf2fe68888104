"""Find people by their time zone.

Revision: 0015, after 0014.
Safe to run while the program is stopped; a million people take some seconds.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_index(op.f("ix_contacts_timezone"), "contacts", ["timezone"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_contacts_timezone"), table_name="contacts")
