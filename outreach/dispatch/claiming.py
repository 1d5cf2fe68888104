"""How a worker takes deliveries into its hands, and puts back what it did not send."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    insert,
    or_,
    select,
    update,
)

from outreach.audiences.models import Contact
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.restrictions import pause_restricted
from outreach.campaigns.rules import CampaignState
from outreach.dispatch.models import IS_DUE, IS_FREE, ClaimedDelivery, Delivery, Dispatch, has_deliveries
from outreach.dispatch.rapid import Statement, among, fetch_all, pack
from outreach.dispatch.readers import SKIP, join_readers

_NO_ATTRIBUTES = "{}"


class Claim(NamedTuple):
    """One delivery in a worker's hands, with what its message says of its reader, as the claim reads it.

    `contact` is the public id in hexadecimal, with or without hyphens; `attributes` is JSON. `skip` says why the reader
    must not get it after all, and is empty for one who may.
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
    skip: str = ""

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
    The campaign is locked first: who claims of it, or skips what is left of it, does so one after the other, and each
    sees what the one before committed.
    """
    pause_restricted(connection, now)
    chosen = _ask(connection, _lock_campaign(spares=bool(without)), {"now": now}, without)
    if not chosen:
        return []
    values = {"campaign": chosen[0][0], "now": now, "most": limit, "worker": worker_id}
    taken = [number for (number,) in _ask(connection, _take_due(spares=bool(without)), values, without)]
    dialect = connection.dialect.name
    return sorted(map(Claim._make, fetch_all(connection, _read_taken(dialect), {"deliveries": pack(dialect, taken)})))


def _ask(
    connection: Connection, statement: Statement, values: dict[str, Any], without: Collection[int]
) -> Sequence[Sequence[Any]]:
    """Run a statement that spares some deliveries; that some are to be spared is rare."""
    if without:
        return connection.execute(statement, {**values, "without": list(without)}).all()
    return fetch_all(connection, statement, values)


def has_work(connection: Connection, worker_id: int, now: datetime) -> bool:
    """Tell whether anything is due, or still in this worker's hands: what an idle worker asks, again and again."""
    is_any = select(or_(_holds_claims(worker_id), _choose_campaign(spares=False).exists()))
    return bool(connection.scalar(is_any, {"now": now}))


def holds_claims(connection: Connection, worker_id: int) -> bool:
    """Tell whether anything is in this worker's hands."""
    return bool(connection.scalar(select(_holds_claims(worker_id))))


def _holds_claims(worker_id: int) -> ColumnElement[bool]:
    return select(ClaimedDelivery.delivery_id).where(ClaimedDelivery.worker_id == worker_id).exists()


def _is_due(*, spares: bool) -> list[ColumnElement[bool]]:
    conditions = [IS_DUE, IS_FREE, Delivery.next_attempt_at <= bindparam("now")]
    return [*conditions, Delivery.id.not_in(bindparam("without", expanding=True))] if spares else conditions


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
def _lock_campaign(*, spares: bool) -> Select[int]:
    return _choose_campaign(spares=spares).with_for_update(key_share=True, of=Campaign)


@cache
def _take_due(*, spares: bool) -> Insert:
    """Take what is due first, and return its numbers."""
    due = (
        select(Delivery.id, bindparam("worker", type_=Integer))
        .where(Delivery.campaign_id == bindparam("campaign"), *_is_due(spares=spares))
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(bindparam("most", type_=Integer))
    )
    taking = insert(ClaimedDelivery).from_select(("delivery_id", "worker_id"), due)
    return taking.returning(ClaimedDelivery.delivery_id)


@cache
def _read_taken(dialect: str) -> Select[Any]:
    return join_readers(
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
            SKIP,
        )
    ).where(among(dialect, Delivery.id, "deliveries"))


def let_go(connection: Connection, worker_id: int, delivery_ids: Sequence[int]) -> set[int]:
    """End a worker's claims, and return those that were still its own: what becomes of the others is not its to say."""
    dialect = connection.dialect.name
    values = {"deliveries": pack(dialect, delivery_ids), "worker": worker_id}
    return {number for (number,) in fetch_all(connection, _end_claims(dialect), values)}


@cache
def _end_claims(dialect: str) -> Statement:
    mine = (among(dialect, ClaimedDelivery.delivery_id, "deliveries"), ClaimedDelivery.worker_id == bindparam("worker"))
    return delete(ClaimedDelivery).where(*mine).returning(ClaimedDelivery.delivery_id)


def give_back(connection: Connection, delivery_ids: Sequence[int], worker_id: int, next_attempt_at: datetime) -> None:
    """Put claimed deliveries that did not leave back into the queue, behind the others."""
    held = let_go(connection, worker_id, delivery_ids)
    connection.execute(update(Delivery).where(Delivery.id.in_(held)).values(next_attempt_at=next_attempt_at))
