"""How a worker takes deliveries into its hands, and puts back what it did not send."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    Update,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    update,
)

from outreach.audiences.models import Contact
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.restrictions import pause_restricted
from outreach.campaigns.rules import CampaignState
from outreach.dispatch.models import IS_CLAIMED, IS_DUE, Delivery, Dispatch, has_deliveries
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
    chosen = _ask(connection, _choose_campaign(spares=bool(without)), {"now": now}, without)
    if not chosen:
        return []
    take = _take_due(has_arrays=connection.dialect.name == "postgresql", spares=bool(without))
    values = {"campaign": chosen[0][0], "now": now, "most": limit, "worker": worker_id}
    mine = {number for (number,) in _ask(connection, take, values, without)}
    held = fetch_all(connection, _HELD, {"worker": worker_id})
    return sorted(claimed for row in held if (claimed := Claim._make(row)).delivery_id in mine)


def _ask(
    connection: Connection, statement: Select[Any] | Update, values: dict[str, Any], without: Collection[int]
) -> Sequence[Sequence[Any]]:
    """Run a statement that spares some deliveries; that some are to be spared is rare."""
    if without:
        return connection.execute(statement, {**values, "without": list(without)}).all()
    return fetch_all(connection, statement, values)


def has_work(connection: Connection, worker_id: int, now: datetime) -> bool:
    """Tell whether anything is due, or still in this worker's hands: what an idle worker asks, again and again."""
    held = select(Delivery.id).where(Delivery.worker_id == worker_id, IS_CLAIMED)
    is_any = select(or_(held.exists(), _choose_campaign(spares=False).exists()))
    return bool(connection.scalar(is_any, {"now": now}))


def holds_claims(connection: Connection, worker_id: int) -> bool:
    """Tell whether anything is in this worker's hands."""
    held = select(Delivery.id).where(Delivery.worker_id == worker_id, Delivery.outcome == Outcome.CLAIMED)
    return bool(connection.scalar(select(held.exists())))


def _is_due(*, spares: bool) -> list[ColumnElement[bool]]:
    conditions = [IS_DUE, Delivery.next_attempt_at <= bindparam("now")]
    return [*conditions, Delivery.id.not_in(bindparam("without", expanding=True))] if spares else conditions


@cache
def _choose_campaign(*, spares: bool) -> Select[int]:
    """Choose a running campaign that has something due; those that may not send any more are not running for us."""
    return (
        select(Campaign.id)
        .where(
            Campaign.state == CampaignState.SENDING,
            or_(Campaign.not_after.is_(None), Campaign.not_after > bindparam("now")),
            has_deliveries(and_(*_is_due(spares=spares)), Delivery.next_attempt_at),
        )
        .order_by(Campaign.released_at, Campaign.id)
        .limit(1)
    )


@cache
def _take_due(*, has_arrays: bool, spares: bool) -> Update:
    """Take what is due first, and return its numbers."""
    due = (
        select(Delivery.id)
        .where(Delivery.campaign_id == bindparam("campaign"), *_is_due(spares=spares))
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    # PostgreSQL joins with a subquery as it likes, more than once or by reading the whole table; not with an array.
    is_chosen = Delivery.id == any_(func.array(due.scalar_subquery())) if has_arrays else Delivery.id.in_(due)
    return (
        update(Delivery)
        .where(is_chosen, IS_DUE)
        .values(outcome=Outcome.CLAIMED, worker_id=bindparam("worker"))
        .returning(Delivery.id)
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
