"""How a worker takes deliveries into its hands, and puts back what it did not send."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Text, bindparam, case, cast, or_, select, update

from outreach.audiences.models import Contact
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.restrictions import pause_restricted
from outreach.campaigns.rules import CampaignState
from outreach.dispatch.models import IS_CLAIMED, IS_DUE, Delivery, Dispatch
from outreach.dispatch.rapid import fetch_all
from outreach.dispatch.rules import Outcome

_NO_ATTRIBUTES = "{}"


class Claim(NamedTuple):
    """One delivery in a worker's hands, with what its message says of its reader, as the claim reads it.

    `contact` is the public id in hexadecimal, with or without hyphens; `attributes` is JSON.
    """

    delivery_id: int
    campaign_id: int
    dispatch_id: int
    audience_id: int
    contact: str
    email: str
    rendition: str
    attempts: int
    attributes: str
    name: str
    institution: str
    position: str
    title: str
    country: str

    def read_personal(self) -> dict[str, str]:
        """Return what the message may say of its reader, by the name a placeholder uses."""
        values = (self.name, self.institution, self.position, self.title, self.country)
        personal = dict(zip(PERSONAL_FIELDS, values, strict=True))
        return personal if self.attributes == _NO_ATTRIBUTES else {**json.loads(self.attributes), **personal}


def claim(
    connection: Connection, worker_id: int, now: datetime, limit: int, without: Collection[int] = ()
) -> list[Claim]:
    """Take at most `limit` due deliveries of one campaign, `without` some; the caller commits before anything is sent.

    Once this is committed nobody else touches them, so a worker that dies later leaves rows that say whose they were.
    """
    pause_restricted(connection, now)
    campaign_id = connection.scalar(_select_campaign(now, without))
    if campaign_id is None:
        return []
    due = (
        select(Delivery.id)
        .where(Delivery.campaign_id == campaign_id, *_is_due(now, without))
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")  # PostgreSQL may evaluate a subquery more than once, and each time skip and lock other rows
    )
    taken = connection.scalars(
        update(Delivery)
        .where(Delivery.id.in_(select(due.c.id)), IS_DUE)
        .values(outcome=Outcome.CLAIMED, worker_id=worker_id)
        .returning(Delivery.id)
    ).all()
    mine = set(taken)
    held = fetch_all(connection, _HELD, {"worker": worker_id})
    return sorted(claimed for row in held if (claimed := Claim._make(row)).delivery_id in mine)


def has_work(connection: Connection, worker_id: int, now: datetime) -> bool:
    """Tell whether anything is due, or still in this worker's hands: what an idle worker asks, again and again."""
    held = select(Delivery.id).where(Delivery.worker_id == worker_id, IS_CLAIMED)
    return bool(connection.scalar(select(or_(held.exists(), _select_campaign(now, ()).exists()))))


def holds_claims(connection: Connection, worker_id: int) -> bool:
    """Tell whether anything is in this worker's hands."""
    held = select(Delivery.id).where(Delivery.worker_id == worker_id, Delivery.outcome == Outcome.CLAIMED)
    return bool(connection.scalar(select(held.exists())))


def _is_due(now: datetime, without: Collection[int]) -> list[ColumnElement[bool]]:
    conditions = [IS_DUE, Delivery.next_attempt_at <= now]
    return [*conditions, Delivery.id.not_in(without)] if without else conditions


def _select_campaign(now: datetime, without: Collection[int]) -> Select[int]:
    """Choose a running campaign that has something due; those that may not send any more are not running for us."""
    due = select(Delivery.id).where(Delivery.campaign_id == Campaign.id, *_is_due(now, without))
    return (
        select(Campaign.id)
        .where(
            Campaign.state == CampaignState.SENDING,
            or_(Campaign.not_after.is_(None), Campaign.not_after > now),
            due.exists(),
        )
        .order_by(Campaign.released_at, Campaign.id)
        .limit(1)
    )


# The index of what a worker holds leads to its claims faster than a list of their numbers.
_HELD = (
    select(
        Delivery.id,
        Delivery.campaign_id,
        Delivery.dispatch_id,
        Dispatch.audience_id,
        cast(Contact.public_id, Text),
        Contact.email,
        Delivery.rendition,
        Delivery.attempts,
        cast(Contact.attributes, Text),  # read only where it says something
        *(getattr(Contact, column) for column in PERSONAL_FIELDS.values()),
    )
    .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
    .join(Contact, Contact.id == Delivery.contact_id)
    .where(Delivery.worker_id == bindparam("worker"), IS_CLAIMED)
)


def give_back(connection: Connection, delivery_ids: Sequence[int], worker_id: int, next_attempt_at: datetime) -> None:
    """Put claimed deliveries that did not leave back into the queue."""
    connection.execute(
        update(Delivery)
        .where(Delivery.id.in_(delivery_ids), Delivery.worker_id == worker_id, Delivery.outcome == Outcome.CLAIMED)
        .values(
            outcome=case((Delivery.attempts > 0, Outcome.WAITING.value), else_=Outcome.QUEUED.value),
            worker_id=None,
            next_attempt_at=next_attempt_at,
        )
    )
