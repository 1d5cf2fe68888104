"""Let the tables tell of news.

Revision: 0018, after 0017.
Safe to run while the program is stopped; it takes a moment. On SQLite nothing changes.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_CHANGED = "(old.state, old.not_after) IS DISTINCT FROM (new.state, new.not_after)"
_STATEMENTS = (
    "CREATE FUNCTION tell_news() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NOTIFY outreach_news; RETURN NULL; END'",
    "CREATE TRIGGER tell_news AFTER INSERT ON consents FOR EACH STATEMENT EXECUTE FUNCTION tell_news()",
    "CREATE TRIGGER tell_news AFTER INSERT ON suppressions FOR EACH STATEMENT EXECUTE FUNCTION tell_news()",
    f"CREATE TRIGGER tell_news AFTER UPDATE ON campaigns FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION tell_news()",
)


def upgrade() -> None:
    """Apply the change."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in _STATEMENTS:
            op.execute(statement)


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("consents", "suppressions", "campaigns"):
            op.execute(f"DROP TRIGGER tell_news ON {table}")
        op.execute("DROP FUNCTION tell_news()")
