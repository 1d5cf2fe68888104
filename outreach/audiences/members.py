"""The people of one audience: how many are in which state, and their list, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select

from outreach.audiences.models import Audience, Contact, Subscription, Suppression
from outreach.audiences.search import select_matching
from outreach.audiences.selection import select_suppressed
from outreach.db import db

PAGE_SIZE = 50
MEMBER_STATES = ("subscribed", "left", "excluded")
_LASTS = Subscription.ended_at.is_(None)
_ENDED = Subscription.ended_at.is_not(None)


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """An audience with its people: `subscribed` have a lasting place, `excluded` of them are suppressed."""

    audience: Audience
    subscribed: int
    excluded: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in an audience: `state` is subscribed, left or excluded."""

    contact: Contact
    subscription: Subscription
    state: str


def list_audiences() -> list[AudienceCount]:
    """Return every audience, oldest first, with its counts."""
    everybody, left, excluded = _count_places()
    return [
        AudienceCount(audience, everybody.get(audience.id, 0) - left.get(audience.id, 0), excluded.get(audience.id, 0))
        for audience in db.session.scalars(select(Audience).order_by(Audience.id))
    ]


def count_states(audience_id: int) -> dict[str, int]:
    """Count the people of an audience by state; the empty state counts all."""
    everybody, left, excluded = (found.get(audience_id, 0) for found in _count_places(audience_id))
    return {"": everybody, "subscribed": everybody - left - excluded, "left": left, "excluded": excluded}


def _count_places(audience_id: int | None = None) -> tuple[Mapping[int, int], Mapping[int, int], Mapping[int, int]]:
    """Count all places, those that ended, and the lasting ones of suppressed people, by audience.

    Each count reads one index, or the few rows it is about; the rest follows by subtraction.
    """
    is_suppressed = Subscription.contact_id.in_(select_suppressed())
    return (_count(audience_id), _count(audience_id, _ENDED), _count(audience_id, and_(_LASTS, is_suppressed)))


def _count(audience_id: int | None, *conditions: ColumnElement[bool]) -> Mapping[int, int]:
    # The sum keeps SQLite on the index of the few rows that are meant, or of one audience's own.
    audience = Subscription.audience_id + 0 if conditions else Subscription.audience_id
    query = select(audience, func.count()).where(*conditions).group_by(audience)
    if audience_id is not None:
        query = query.where(audience == audience_id)
    return {number: found for number, found in db.session.execute(query)}  # noqa: C416 - rows are no pairs to mypy


def list_members(audience_id: int, words: str = "", state: str = "", after: int = 0) -> list[Member]:
    """Return the people of an audience behind the contact `after`, at most PAGE_SIZE, in the order they were added."""
    query = select(Contact, Subscription, _is_suppressed()).join(Subscription, Subscription.contact_id == Contact.id)
    query = _keep_state(query.where(Subscription.audience_id == audience_id), state)
    matching = select_matching(words)
    if matching is not None:
        query = query.where(Subscription.contact_id.in_(matching))
    if after:
        query = query.where(Subscription.contact_id > after)
    found = db.session.execute(query.order_by(Subscription.contact_id).limit(PAGE_SIZE))
    return [
        Member(contact, subscription, _name_state(subscription, is_suppressed=is_suppressed))
        for contact, subscription, is_suppressed in found
    ]


def _is_suppressed() -> ColumnElement[bool]:
    return select(Suppression.id).where(Suppression.email_hash == Contact.email_hash).exists()


def _keep_state(query: Select[Contact, Subscription, bool], state: str) -> Select[Contact, Subscription, bool]:
    if state == "left":
        return query.where(_ENDED)
    if state == "excluded":
        return query.where(_LASTS, Subscription.contact_id.in_(select_suppressed()))
    return query.where(_LASTS, ~_is_suppressed()) if state == "subscribed" else query


def _name_state(subscription: Subscription, *, is_suppressed: bool) -> str:
    if subscription.ended_at is not None:
        return "left"
    return "excluded" if is_suppressed else "subscribed"
