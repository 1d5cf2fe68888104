"""The sum that leads to the people who receive a campaign, and what they lack."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, case, func, literal, not_, select

from outreach.accounts.models import AuditEntry
from outreach.audiences import selection
from outreach.audiences.choice import NO_LANGUAGE, Choice
from outreach.audiences.models import Contact, Subscription
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.db import db

# The languages that few read are counted; the rest reads this one.
_USUAL = "es"
_OTHERS: tuple[str, ...] = ("en", NO_LANGUAGE)
# Seconds: from which a count is worth remembering, and how long at most.
_LONG = 0.25
_KEPT_FOR = 60.0
_MOST_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class RecipientCount:
    """The sum: places − repeated − excluded − filtered − unsubscribed − suppressed = will_receive.

    `by_audience` counts the places in each audience, ended ones too, and adds up to `places`; `by_language` counts
    those who receive by what they read, None for no preference.
    """

    by_audience: dict[int, int]
    places: int
    repeated: int
    excluded: int
    filtered: int
    unsubscribed: int
    suppressed: int
    will_receive: int
    by_language: dict[str | None, int]


@dataclass(frozen=True, slots=True)
class _Remembered:
    count: RecipientCount
    trail: int
    until: float


def count_recipients(choice: Choice) -> RecipientCount:
    """Count whom a campaign to `choice` reaches, and who does not receive it and why.

    One walk counts everybody; the few (who left, suppressed, readers of the rarer languages) are looked up one by one.
    A count that took long is given again for a while if the trail shows that nobody changed anything since.
    """
    remembered: dict[Choice, _Remembered] = current_app.extensions.setdefault("outreach_counts", {})
    trail = db.session.scalar(select(func.max(AuditEntry.id))) or 0
    found = remembered.get(choice)
    if found and found.trail == trail and time.monotonic() < found.until:
        return found.count
    started = time.monotonic()
    counted = _count_anew(choice)
    now = time.monotonic()
    if now - started > _LONG and not choice.campaign_ids:
        if len(remembered) >= _MOST_REMEMBERED:
            remembered.clear()
        remembered[choice] = _Remembered(counted, trail, now + _KEPT_FOR)
    return counted


def _count_anew(choice: Choice) -> RecipientCount:
    by_audience = _count_places(choice.audience_ids)
    places = sum(by_audience.values())
    people, excluded, filtered = _count_everybody(choice, places)
    unsubscribed = _count(choice, selection.UNSUBSCRIBED, selection.select_unsubscribed())
    suppressed = _count(choice, selection.SUPPRESSED, selection.select_suppressed())
    will_receive = people - excluded - filtered - unsubscribed - suppressed
    languages = [language for language in _OTHERS if not choice.languages or language in choice.languages]
    read = {
        language or None: _count(choice, selection.RECEIVES, selection.select_readers(language))
        for language in languages
    }
    read[_USUAL] = will_receive - sum(read.values())
    return RecipientCount(
        by_audience=by_audience,
        places=places,
        repeated=places - people,
        excluded=excluded,
        filtered=filtered,
        unsubscribed=unsubscribed,
        suppressed=suppressed,
        will_receive=will_receive,
        by_language={language: number for language, number in read.items() if number},
    )


def _count_everybody(choice: Choice, places: int) -> tuple[int, int, int]:
    """Count the people of the audiences, and those whom an exclusion and a filter leave out."""
    if len(choice.audience_ids) < 2 and not choice.has_exclusions and not choice.has_filters:  # noqa: PLR2004 - nobody is twice in one audience
        return places, 0, 0
    placed = selection.select_placed(choice).subquery()
    is_excluded = selection.find_exclusion(choice, placed.c.is_excluded, placed.c.contact_id)
    matches = selection.find_match(choice, placed.c.contact_id) if choice.has_filters else literal(1) == 1
    kept = not_(is_excluded) if choice.has_exclusions else literal(1) == 1
    statement = select(
        func.count(),
        _count_if(is_excluded) if choice.has_exclusions else literal(0),
        _count_if(and_(kept, not_(matches))) if choice.has_filters else literal(0),
    ).select_from(placed)
    if choice.has_filters:
        statement = statement.join(Contact, Contact.id == placed.c.contact_id)
    people, excluded, filtered = db.session.execute(statement).one()
    return people, int(excluded or 0), int(filtered or 0)


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _count(choice: Choice, reason: str, among: Select[int]) -> int:
    found = selection.select_everybody(choice, among).subquery()
    return db.session.scalar(select(func.count()).select_from(found).where(found.c.reason == reason)) or 0


def _count_places(audience_ids: Sequence[int]) -> dict[int, int]:
    query = select(Subscription.audience_id, func.count()).where(Subscription.audience_id.in_(audience_ids))
    found = {number: count for number, count in db.session.execute(query.group_by(Subscription.audience_id))}  # noqa: C416 - rows are no pairs to mypy
    return {number: found.get(number, 0) for number in audience_ids}


def count_lacking(choice: Choice, names: Sequence[str]) -> dict[str, int]:
    """Count, by placeholder, the people who receive and for whom it would be empty; one pass for all names."""
    if not names:
        return {}
    chosen = selection.select_everybody(choice).subquery()
    counts = [_count_if(func.coalesce(_find_value(name), "") == "") for name in names]
    query = select(*counts).select_from(chosen).join(Contact, Contact.id == chosen.c.contact_id)
    row = db.session.execute(query.where(chosen.c.reason == selection.RECEIVES)).one()
    return {name: int(number or 0) for name, number in zip(names, row, strict=True)}


def _find_value(name: str) -> ColumnElement[str]:
    column = PERSONAL_FIELDS.get(name)
    found: ColumnElement[str] = getattr(Contact, column) if column else Contact.attributes[name].as_string()
    return found
