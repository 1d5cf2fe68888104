"""A fresh installation: its tables, its words, its first administrator; done again, nothing changes."""

from outreach.accounts.service import ensure_first_administrator
from outreach.audiences.seeding import seed_audiences
from outreach.campaigns.memory.learning import is_empty, learn_all
from outreach.campaigns.seeding import seed_campaign_words
from outreach.campaigns.series.seeding import seed_series
from outreach.config import current_config
from outreach.db import db
from outreach.reports.service import seed_layouts
from outreach.schema import upgrade


def install(administrator: str, password: str | None) -> str | None:
    """Bring the tables up to date and seed what is missing; commits.

    Returns the password that was made up for the first administrator, None when there was one or it was given.
    """
    upgrade(db.engine)
    seed_audiences()
    seed_campaign_words()
    seed_series(current_config().timezone)
    seed_layouts()
    if is_empty():
        for _step in learn_all():
            db.session.commit()
    made_up = ensure_first_administrator(administrator, password)
    db.session.commit()
    return made_up
