"""The deliveries behind a figure, a page at a time: each page costs the same, however many came before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import joinedload, undefer

from outreach.db import db
from outreach.dispatch.models import Delivery
from outreach.dispatch.rules import Outcome

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some deliveries in the order of their numbers; `before` and `after` lead on, None where there is nothing."""

    deliveries: Sequence[Delivery]
    before: int | None = None
    after: int | None = None


def list_deliveries(
    campaign_id: int, outcomes: Sequence[Outcome] = (), *, after: int = 0, before: int = 0
) -> DeliveryPage:
    """Return the page that follows the delivery `after`, or the one that leads up to `before`; empty means the first.

    Without `outcomes` all of them are listed.
    """
    parts = [_select_some(campaign_id, outcome, after, before) for outcome in outcomes or tuple(Outcome)]
    merged = union_all(*parts).subquery()
    order = merged.c.id.desc() if before else merged.c.id
    numbers = sorted(db.session.scalars(select(merged.c.id).order_by(order).limit(PAGE_SIZE + 1)), reverse=bool(before))
    shown, has_more = sorted(numbers[:PAGE_SIZE]), len(numbers) > PAGE_SIZE
    if not shown:
        return DeliveryPage(())
    query = (
        select(Delivery).where(Delivery.id.in_(shown)).options(joinedload(Delivery.contact), undefer(Delivery.standing))
    )
    return DeliveryPage(
        db.session.scalars(query.order_by(Delivery.id)).all(),
        before=shown[0] if after or (before and has_more) else None,
        after=shown[-1] if before or has_more else None,
    )


def _select_some(campaign_id: int, outcome: Outcome, after: int, before: int) -> Select[Any]:
    """Select the next numbers of one outcome, which stand in this order in the index."""
    query = select(Delivery.id).where(Delivery.campaign_id == campaign_id, Delivery.outcome == outcome)
    if before:
        query = query.where(Delivery.id < before).order_by(Delivery.id.desc())
    else:
        query = query.where(Delivery.id > after).order_by(Delivery.id)
    return select(query.limit(PAGE_SIZE + 1).subquery().c.id)
