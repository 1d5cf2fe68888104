"""What the ledger answers to those below who ask whether somebody got an earlier campaign."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select, update

from outreach.audiences.history import History, Received, offer_history
from outreach.campaigns.models import Campaign
from outreach.db import db
from outreach.dispatch.labels import OUTCOME_LABELS, OUTCOME_TONES
from outreach.dispatch.models import Attempt, Delivery, Dispatch
from outreach.dispatch.rules import Outcome

_GOT = (Outcome.SENT,)
_MAY_HAVE_GOT = (Outcome.SENT, Outcome.UNCERTAIN)


def _received(contact_id: ColumnElement[int], campaign_ids: Sequence[int]) -> ColumnElement[bool]:
    return _has_outcome(contact_id, campaign_ids, _GOT)


def _may_have_received(contact_id: ColumnElement[int], campaign_ids: Sequence[int]) -> ColumnElement[bool]:
    return _has_outcome(contact_id, campaign_ids, _MAY_HAVE_GOT)


def _has_outcome(
    contact_id: ColumnElement[int], campaign_ids: Sequence[int], outcomes: Sequence[Outcome]
) -> ColumnElement[bool]:
    return exists().where(
        Delivery.contact_id == contact_id, Delivery.campaign_id.in_(campaign_ids), Delivery.outcome.in_(outcomes)
    )


def _select_received(campaign_ids: Sequence[int]) -> Select[int]:
    return _select_with_outcome(campaign_ids, _GOT)


def _select_may_have_received(campaign_ids: Sequence[int]) -> Select[int]:
    return _select_with_outcome(campaign_ids, _MAY_HAVE_GOT)


def _select_with_outcome(campaign_ids: Sequence[int], outcomes: Sequence[Outcome]) -> Select[int]:
    return select(Delivery.contact_id).where(Delivery.campaign_id.in_(campaign_ids), Delivery.outcome.in_(outcomes))


def _was_released(contact_id: ColumnElement[int], since: datetime) -> ColumnElement[bool]:
    released = exists().where(Delivery.contact_id == contact_id, Delivery.dispatch_id == Dispatch.id)
    return released.where(Dispatch.created_at >= since)


def _list_received(contact_id: int, limit: int) -> Sequence[Received]:
    query = (
        select(Delivery.id, Campaign.id, Campaign.name, Delivery.outcome, Delivery.finished_at, Dispatch.created_at)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.contact_id == contact_id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    return [
        Received(row[0], row[1], row[2], row[4] or row[5], row[3], OUTCOME_LABELS[row[3]], OUTCOME_TONES[row[3]])
        for row in db.session.execute(query)
    ]


def _forget(contact_id: int) -> None:
    deliveries = select(Delivery.id).where(Delivery.contact_id == contact_id)
    db.session.execute(update(Attempt).where(Attempt.delivery_id.in_(deliveries)).values(reply=""))
    db.session.execute(update(Delivery).where(Delivery.contact_id == contact_id).values(reply=""))


offer_history(
    History(
        received=_received,
        may_have_received=_may_have_received,
        select_received=_select_received,
        select_may_have_received=_select_may_have_received,
        was_released=_was_released,
        list_received=_list_received,
        forget=_forget,
    )
)
