"""Who of those that were chosen must not get a message any more, as claims and later looks ask it of the database."""

from typing import Any

from sqlalchemy import Select, case, literal

from outreach.audiences.models import Contact, Subscription, Suppression
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.rules import SkipReason

_IS_UNSUBSCRIBED = Subscription.id.is_(None) | Subscription.ended_at.is_not(None)

# Why a reader must not get it; empty for one who may.
SKIP = case(
    (Suppression.id.is_not(None), literal(SkipReason.SUPPRESSED.value)),
    (_IS_UNSUBSCRIBED, literal(SkipReason.UNSUBSCRIBED.value)),
    else_=literal(""),
)


def join_readers(statement: Select[Any]) -> Select[Any]:
    """Bring to deliveries their dispatches, and their readers with what `SKIP` asks of them."""
    return (
        statement.select_from(Delivery)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .outerjoin(
            Subscription,
            (Subscription.contact_id == Delivery.contact_id) & (Subscription.audience_id == Dispatch.audience_id),
        )
        .outerjoin(Suppression, Suppression.email_hash == Contact.email_hash)
    )
