"""The sum that leads to the people who receive a campaign, and what they lack."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, case, func, literal, not_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

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
    read = {language or None: _count_readers(choice, language) for language in languages}
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
    if _is_plain(choice):
        return _count_people(choice, places), _count_excluded(choice), 0
    placed = selection.select_present(choice).subquery()
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


def _is_plain(choice: Choice) -> bool:
    """Tell whether audiences alone decide, so that one step into their index answers for each person."""
    return not choice.has_filters and not choice.excluded_campaign_ids


def _count_people(choice: Choice, places: int) -> int:
    if len(choice.audience_ids) == 1:
        return places  # nobody is twice in one audience
    people = selection.select_present(replace(choice, excluded_audience_ids=())).subquery()
    return db.session.scalar(select(func.count()).select_from(people)) or 0


def _count_excluded(choice: Choice) -> int:
    if not choice.excluded_audience_ids:
        return 0
    place = aliased(Subscription)
    excluded = (
        select(place.contact_id)
        .where(place.audience_id.in_(choice.excluded_audience_ids), place.ended_at.is_(None))
        .where(_has_place(place.contact_id, choice.audience_ids))
        .distinct()
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(excluded)) or 0


def _has_place(
    contact_id: ColumnElement[int] | InstrumentedAttribute[int], audience_ids: Sequence[int], *, lasts: bool = False
) -> ColumnElement[bool]:
    place = select(Subscription.id).where(
        Subscription.contact_id == contact_id, Subscription.audience_id.in_(audience_ids)
    )
    return (place.where(Subscription.ended_at.is_(None)) if lasts else place).exists()


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _count_readers(choice: Choice, language: str) -> int:
    """Count those who receive and read a language that few read, or named none."""
    readers = selection.select_readers(language)
    if not _is_plain(choice):
        return _count(choice, selection.RECEIVES, readers)
    readers = readers.where(_has_place(Contact.id, choice.audience_ids, lasts=True))
    if choice.excluded_audience_ids:
        readers = readers.where(~_has_place(Contact.id, choice.excluded_audience_ids, lasts=True))
    counted = readers.where(Contact.id.not_in(selection.select_suppressed())).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0


def _count(choice: Choice, reason: str, among: Select[int]) -> int:
    found = selection.select_everybody(choice, among).subquery()
    return db.session.scalar(select(func.count()).select_from(found).where(found.c.reason == reason)) or 0


def _count_places(audience_ids: Sequence[int]) -> dict[int, int]:
    """Count the places of each audience over its own stretch of one index, in one statement."""
    if not audience_ids:
        return {}
    counts = [
        select(func.count()).where(Subscription.audience_id == number).scalar_subquery().label(f"places_{number}")
        for number in audience_ids
    ]
    return dict(zip(audience_ids, db.session.execute(select(*counts)).one(), strict=True))


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
