"""What the ledger answers to those below who ask whether somebody got an earlier campaign."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists

from outreach.audiences.history import History, offer_history
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.rules import Outcome


def _received(contact_id: ColumnElement[int], campaign_ids: Sequence[int]) -> ColumnElement[bool]:
    return _has_outcome(contact_id, campaign_ids, (Outcome.SENT,))


def _may_have_received(contact_id: ColumnElement[int], campaign_ids: Sequence[int]) -> ColumnElement[bool]:
    return _has_outcome(contact_id, campaign_ids, (Outcome.SENT, Outcome.UNCERTAIN))


def _has_outcome(
    contact_id: ColumnElement[int], campaign_ids: Sequence[int], outcomes: Sequence[Outcome]
) -> ColumnElement[bool]:
    return exists().where(
        Delivery.contact_id == contact_id, Delivery.campaign_id.in_(campaign_ids), Delivery.outcome.in_(outcomes)
    )


def _was_released(contact_id: ColumnElement[int], since: datetime) -> ColumnElement[bool]:
    released = exists().where(Delivery.contact_id == contact_id, Delivery.dispatch_id == Dispatch.id)
    return released.where(Dispatch.created_at >= since)


offer_history(History(_received, _may_have_received, _was_released))
