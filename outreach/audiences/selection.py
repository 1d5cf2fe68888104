"""Who receives a campaign: the one statement behind the count panel, the check page and the release."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, case, func, literal, select

from outreach.audiences.models import Contact, Subscription, Suppression
from outreach.db import db

RECEIVES = ""
UNSUBSCRIBED = "unsubscribed"
SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class RecipientCount:
    """The sum that leads to the people who receive; `by_language` counts those by what they read."""

    subscribed: int
    repeated: int
    unsubscribed: int
    suppressed: int
    will_receive: int
    by_language: dict[str | None, int]


def select_recipients(audience_ids: Sequence[int]) -> Select[tuple[int, int, str | None, str]]:
    """Select everybody in the audiences once: contact_id, audience_id, language, reason.

    The first audience in which a contact is subscribed owns them. `reason` is empty for those who receive, else why
    not; somebody who left one audience and stays in another still receives.
    """
    order = case({number: position for position, number in enumerate(audience_ids)}, value=Subscription.audience_id)
    has_left = Subscription.ended_at.is_not(None)
    ranked = (
        select(
            Subscription.contact_id,
            Subscription.audience_id,
            has_left.label("has_left"),
            func.row_number()
            .over(partition_by=Subscription.contact_id, order_by=(case((has_left, 1), else_=0), order))
            .label("rank"),
        )
        .where(Subscription.audience_id.in_(audience_ids))
        .subquery()
    )
    reason = case(
        (ranked.c.has_left, literal(UNSUBSCRIBED)),
        (Suppression.id.is_not(None), literal(SUPPRESSED)),
        else_=literal(RECEIVES),
    )
    return (
        select(ranked.c.contact_id, ranked.c.audience_id, Contact.language, reason.label("reason"))
        .join(Contact, Contact.id == ranked.c.contact_id)
        .outerjoin(Suppression, Suppression.email_hash == Contact.email_hash)
        .where(ranked.c.rank == 1)
    )


def count_recipients(audience_ids: Sequence[int]) -> RecipientCount:
    """Count who receives a campaign to these audiences, and who does not and why."""
    chosen = select_recipients(audience_ids).subquery()
    rows = db.session.execute(
        select(chosen.c.reason, chosen.c.language, func.count()).group_by(chosen.c.reason, chosen.c.language)
    ).all()
    totals = dict.fromkeys((RECEIVES, UNSUBSCRIBED, SUPPRESSED), 0)
    by_language: dict[str | None, int] = {}
    for reason, language, number in rows:
        totals[reason] += number
        if reason == RECEIVES:
            by_language[language] = number
    subscribed = _count_subscriptions(audience_ids)
    return RecipientCount(
        subscribed=subscribed,
        repeated=subscribed - totals[RECEIVES] - totals[SUPPRESSED],
        unsubscribed=totals[UNSUBSCRIBED],
        suppressed=totals[SUPPRESSED],
        will_receive=totals[RECEIVES],
        by_language=by_language,
    )


def _count_subscriptions(audience_ids: Sequence[int]) -> int:
    lasting = and_(Subscription.audience_id.in_(audience_ids), Subscription.ended_at.is_(None))
    return db.session.scalar(select(func.count()).where(lasting)) or 0
