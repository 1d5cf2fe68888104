"""How a worker takes deliveries into its hands, and puts back what it did not send."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, case, or_, select, update

from outreach.audiences.models import Contact
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState, Rendition
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.rules import Outcome

_DUE = (Outcome.QUEUED, Outcome.WAITING)


@dataclass(frozen=True, slots=True)
class Claim:
    """One delivery in a worker's hands, with what its message says of its reader."""

    delivery_id: int
    campaign_id: int
    dispatch_id: int
    audience_id: int
    contact_public_id: UUID
    email: str
    rendition: Rendition
    attempts: int
    personal: dict[str, str]


def claim(
    connection: Connection, worker_id: int, now: datetime, limit: int, without: Collection[int] = ()
) -> list[Claim]:
    """Take at most `limit` due deliveries of one campaign, `without` some; the caller commits before anything is sent.

    Once this is committed nobody else touches them, so a worker that dies later leaves rows that say whose they were.
    """
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
        .where(Delivery.id.in_(select(due.c.id)), Delivery.outcome.in_(_DUE))
        .values(outcome=Outcome.CLAIMED, worker_id=worker_id)
        .returning(Delivery.id)
    ).all()
    return [_read_claim(row) for row in connection.execute(_select_claims(taken))]


def has_work(connection: Connection, worker_id: int, now: datetime) -> bool:
    """Tell whether anything is due, or still in this worker's hands: what an idle worker asks, again and again."""
    held = select(Delivery.id).where(Delivery.worker_id == worker_id, Delivery.outcome == Outcome.CLAIMED)
    return bool(connection.scalar(select(or_(held.exists(), _select_campaign(now, ()).exists()))))


def _is_due(now: datetime, without: Collection[int]) -> list[ColumnElement[bool]]:
    conditions = [Delivery.outcome.in_(_DUE), Delivery.next_attempt_at <= now]
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


def _select_claims(delivery_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Delivery, Dispatch.audience_id, Contact)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(Delivery.id.in_(delivery_ids))
        .order_by(Delivery.id)
        .with_only_columns(
            Delivery.id,
            Delivery.campaign_id,
            Delivery.dispatch_id,
            Dispatch.audience_id,
            Contact.public_id,
            Contact.email,
            Delivery.rendition,
            Delivery.attempts,
            Contact.name,
            Contact.institution,
            Contact.position,
            Contact.title,
            Contact.country,
            Contact.attributes,
        )
    )


def _read_claim(row: Row[*tuple[Any, ...]]) -> Claim:
    attributes: dict[str, str] = row.attributes
    return Claim(
        delivery_id=row.id,
        campaign_id=row.campaign_id,
        dispatch_id=row.dispatch_id,
        audience_id=row.audience_id,
        contact_public_id=row.public_id,
        email=row.email,
        rendition=Rendition(row.rendition),
        attempts=row.attempts,
        personal=attributes | {name: getattr(row, column) for name, column in PERSONAL_FIELDS.items()},
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
