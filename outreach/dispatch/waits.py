"""How many people wait for their own hour of a campaign, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from outreach.db import db
from outreach.dispatch.models import Delivery
from outreach.dispatch.rules import Outcome


@dataclass(frozen=True, slots=True)
class Wait:
    """Deliveries of a campaign that were never tried and may not leave before `until`."""

    until: datetime
    people: int


def list_waits(campaign_id: int, now: datetime) -> Sequence[Wait]:
    """Return the instants still to come at which part of a campaign leaves, the next one first.

    The index of due deliveries answers it; there are at most as many instants as time zones.
    """
    statement = (
        select(Delivery.next_attempt_at, func.count())
        .where(
            Delivery.campaign_id == campaign_id,
            Delivery.outcome == Outcome.QUEUED,
            Delivery.next_attempt_at > now,
        )
        .group_by(Delivery.next_attempt_at)
        .order_by(Delivery.next_attempt_at)
    )
    return [Wait(until, people) for until, people in db.session.execute(statement)]
