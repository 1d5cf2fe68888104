"""Who has the editor of a campaign open: rows that count for a while and are swept away."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from outreach import clock
from outreach.accounts.models import User
from outreach.campaigns.models import Campaign
from outreach.campaigns.writing.models import Presence
from outreach.db import db

# A page says every 15 seconds that it is open.
COUNTS_FOR = timedelta(seconds=45)
_KEPT_FOR = timedelta(hours=1)


def note_presence(campaign: Campaign, user: User, block_id: int | None = None) -> None:
    """Note that `user` is in the editor of `campaign` now, and sweep away those who left long ago."""
    now = clock.now()
    here = (Presence.campaign_id == campaign.id, Presence.user_id == user.id)
    known = update(Presence).where(*here).values(seen_at=now, block_id=block_id).returning(Presence.user_id)
    if db.session.execute(known).first() is not None:
        return
    db.session.execute(delete(Presence).where(Presence.seen_at < now - _KEPT_FOR))
    try:
        with db.session.begin_nested():
            db.session.add(Presence(campaign_id=campaign.id, user_id=user.id, seen_at=now, block_id=block_id))
    except IntegrityError:
        # Another page of the same person was quicker.
        return


def leave(campaign: Campaign, user: User) -> None:
    """Take `user` out of the editor of `campaign`."""
    db.session.execute(delete(Presence).where(Presence.campaign_id == campaign.id, Presence.user_id == user.id))


def list_others(campaign: Campaign, user: User) -> Sequence[Presence]:
    """Return who else is in the editor of `campaign`, by name."""
    statement = (
        select(Presence)
        .join(Presence.user)
        .where(
            Presence.campaign_id == campaign.id,
            Presence.user_id != user.id,
            Presence.seen_at > clock.now() - COUNTS_FOR,
        )
        .options(joinedload(Presence.user))
        .order_by(User.name)
    )
    return db.session.scalars(statement).all()
