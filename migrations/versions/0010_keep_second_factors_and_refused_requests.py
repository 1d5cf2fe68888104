"""Keep second factors and refused requests.

Revision: 0010, after 0009.
Adds tables, columns of accounts that are empty at first, and indexes of the trail.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "refused_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_requests")),
        sa.UniqueConstraint("address_hash", "began_at", name=op.f("uq_refused_requests_address_hash_began_at")),
    )
    with op.batch_alter_table("refused_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refused_requests_began_at"), ["began_at"], unique=False)

    op.create_table(
        "security_policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("demands_second_factor", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_policies")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_codes_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_factor_nonce", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("second_factor_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("second_factor_step", sa.Integer(), nullable=True))

    op.drop_index("ix_audit_entries_user_id", "audit_entries")
    op.create_index("ix_audit_entries_user_id_id", "audit_entries", ["user_id", "id"])
    op.create_index("ix_audit_entries_subject_id", "audit_entries", ["subject", "id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_audit_entries_subject_id", "audit_entries")
    op.drop_index("ix_audit_entries_user_id_id", "audit_entries")
    op.create_index("ix_audit_entries_user_id", "audit_entries", ["user_id"])
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("second_factor_step")
        batch_op.drop_column("second_factor_since")
        batch_op.drop_column("second_factor_nonce")

    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_codes_user_id"))

    op.drop_table("recovery_codes")
    op.drop_table("security_policies")
    with op.batch_alter_table("refused_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refused_requests_began_at"))

    op.drop_table("refused_requests")
