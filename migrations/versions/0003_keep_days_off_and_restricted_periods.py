"""Keep days off, restricted periods and what was asked of a time.

Revision: 0003, after 0002.
Safe to run while the program is stopped: the new columns of campaigns and approvals are filled with nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "days_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_days_off")),
    )
    with op.batch_alter_table("days_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_days_off_starts_on"), ["starts_on"], unique=False)

    op.create_table(
        "restricted_periods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("legal_basis", sa.String(length=600), nullable=False),
        sa.Column("kind_ids", sa.JSON(), nullable=False),
        sa.Column("audience_ids", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restricted_periods")),
    )
    with op.batch_alter_table("restricted_periods", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_restricted_periods_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "period_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("edit_count", sa.Integer(), nullable=False),
        sa.Column("may_approve", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_period_confirmations_campaign_id_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["period_id"], ["restricted_periods.id"], name=op.f("fk_period_confirmations_period_id_restricted_periods")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_period_confirmations_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_confirmations")),
        sa.UniqueConstraint(
            "campaign_id",
            "period_id",
            "user_id",
            "edit_count",
            name=op.f("uq_period_confirmations_person"),
        ),
    )
    with op.batch_alter_table("period_confirmations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_confirmations_period_id"), ["period_id"], unique=False)

    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_returns_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_returns_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    with op.batch_alter_table("returns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_returns_campaign_id"), ["campaign_id"], unique=False)

    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("snapshot", sa.JSON(), server_default="{}", nullable=False))

    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("planned_zone", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("is_local_time", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_column("is_local_time")
        batch_op.drop_column("planned_zone")
        batch_op.drop_column("planned_at")

    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_column("snapshot")

    with op.batch_alter_table("returns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_returns_campaign_id"))

    op.drop_table("returns")
    with op.batch_alter_table("period_confirmations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_confirmations_period_id"))

    op.drop_table("period_confirmations")
    with op.batch_alter_table("restricted_periods", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_restricted_periods_ends_at"))

    op.drop_table("restricted_periods")
    with op.batch_alter_table("days_off", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_days_off_starts_on"))

    op.drop_table("days_off")
