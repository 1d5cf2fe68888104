"""Keep series and their editions.

Revision: 0004, after 0003.
Only creates tables; safe to run while the program is stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name_es", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("is_bilingual", sa.Boolean(), nullable=False),
        sa.Column("recurrence", sa.JSON(), nullable=False),
        sa.Column("shift", sa.String(length=10), nullable=False),
        sa.Column("hour", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("reminder_days", sa.Integer(), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["kind_id"], ["kinds.id"], name=op.f("fk_series_kind_id_kinds")),
        sa.ForeignKeyConstraint(["sender_id"], ["senders.id"], name=op.f("fk_series_sender_id_senders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sends_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_edits", sa.Integer(), nullable=False),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("skipped_by_id", sa.Integer(), nullable=True),
        sa.Column("skip_reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_editions_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_editions_series_id_series")),
        sa.ForeignKeyConstraint(["skipped_by_id"], ["users.id"], name=op.f("fk_editions_skipped_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_editions_campaign_id")),
        sa.UniqueConstraint("series_id", "due_on", name=op.f("uq_editions_series_id_due_on")),
    )
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_editions_sends_on"), ["sends_on"], unique=False)

    op.create_table(
        "series_audiences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audiences.id"], name=op.f("fk_series_audiences_audience_id_audiences")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_audiences_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_audiences")),
        sa.UniqueConstraint("series_id", "audience_id", name=op.f("uq_series_audiences_series_id_audience_id")),
    )
    with op.batch_alter_table("series_audiences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_audiences_audience_id"), ["audience_id"], unique=False)

    op.create_table(
        "series_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_people_series_id_series")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_series_people_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_people")),
        sa.UniqueConstraint("series_id", "user_id", name=op.f("uq_series_people_series_id_user_id")),
    )
    with op.batch_alter_table("series_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_people_user_id"), ["user_id"], unique=False)

    op.create_table(
        "edition_reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_edition_reminders_edition_id_editions")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_edition_reminders_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_reminders")),
        sa.UniqueConstraint(
            "edition_id", "user_id", "occasion", name=op.f("uq_edition_reminders_edition_id_user_id_occasion")
        ),
    )
    with op.batch_alter_table("edition_reminders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_reminders_state_retry_at"), ["state", "retry_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_edition_reminders_user_id"), ["user_id"], unique=False)

    op.create_table(
        "standing_marks",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["blocks.id"], name=op.f("fk_standing_marks_block_id_blocks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_standing_marks")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("standing_marks")
    with op.batch_alter_table("edition_reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_reminders_user_id"))
        batch_op.drop_index(batch_op.f("ix_edition_reminders_state_retry_at"))

    op.drop_table("edition_reminders")
    with op.batch_alter_table("series_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_series_people_user_id"))

    op.drop_table("series_people")
    with op.batch_alter_table("series_audiences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_series_audiences_audience_id"))

    op.drop_table("series_audiences")
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_editions_sends_on"))

    op.drop_table("editions")
    op.drop_table("series")
