"""The sum that leads to the people who receive a campaign, and what they lack."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, case, distinct, func, not_, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from outreach import clock
from outreach.audiences import selection
from outreach.audiences.choice import NO_LANGUAGE, Choice
from outreach.audiences.history import get_history
from outreach.audiences.models import Contact, Subscription
from outreach.audiences.remembering import are_many, is_at_hand, remember
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.audiences.together import ask_in_turn, ask_together
from outreach.db import db

Columns = TypeVarTuple("Columns")

# The languages that few read are counted; the rest reads this one.
_USUAL = "es"
_EARLIER = timedelta(seconds=5)
_OTHERS: tuple[str, ...] = ("en", NO_LANGUAGE)


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
    counted_at: datetime = field(default_factory=clock.now, compare=False)

    @property
    def is_of_before(self) -> bool:
        """Tell whether it was counted for an earlier page, so that this one says when."""
        return clock.now() - self.counted_at > _EARLIER


def count_recipients(choice: Choice, *, is_anew: bool = False) -> RecipientCount:
    """Count whom a campaign to `choice` reaches, and who does not receive it and why.

    A count that took long is given again for a minute (`counted_at` says when it was made), unless `is_anew`.
    """
    return remember(choice, lambda: _count_anew(choice, is_exact=is_anew), is_anew=is_anew)


def is_count_at_hand(choice: Choice) -> bool:
    """Tell whether `count_recipients` answers at once."""
    return is_at_hand(choice)


def _count_anew(choice: Choice, *, is_exact: bool) -> RecipientCount:
    """Ask for each figure where the fewest rows answer it; only the number of people walks through everybody.

    An exact count sees what this connection has not committed.
    """
    ask = ask_together if are_many() and not is_exact else ask_in_turn
    by_audience: dict[int, int]
    few: dict[str, dict[str, int]]
    by_audience, people, excluded, few, *found = ask(
        [
            lambda: _count_places(choice.audience_ids),
            lambda: _count_people(choice),
            lambda: _count_excluded(choice),
            lambda: _count_few(choice),
            *_list_matching(choice),
        ]
    )
    places = sum(by_audience.values())
    people = places if people is None else people
    matching = _add_up(found, choice, people - excluded)
    unsubscribed, suppressed = (sum(few[reason].values()) for reason in (selection.UNSUBSCRIBED, selection.SUPPRESSED))
    receiving = {
        language or None: number - sum(each.get(language, 0) for each in few.values())
        for language, number in matching.items()
    }
    return RecipientCount(
        by_audience=by_audience,
        places=places,
        repeated=places - people,
        excluded=excluded,
        filtered=people - excluded - sum(matching.values()),
        unsubscribed=unsubscribed,
        suppressed=suppressed,
        will_receive=sum(receiving.values()),
        by_language={language: number for language, number in receiving.items() if number},
    )


def _count_places(audience_ids: Sequence[int]) -> dict[int, int]:
    """Count the places of each audience over its own stretch of one index, in one statement."""
    if not audience_ids:
        return {}
    counts = [
        select(func.count()).where(Subscription.audience_id == number).scalar_subquery().label(f"places_{number}")
        for number in audience_ids
    ]
    return dict(zip(audience_ids, db.session.execute(select(*counts)).one(), strict=True))


def _count_people(choice: Choice) -> int | None:
    """Count everybody once; None where nobody can be twice, so that each place is a person."""
    if len(choice.audience_ids) < 2:  # noqa: PLR2004 - nobody is twice in one audience
        return None
    audiences = Choice(tuple(sorted(choice.audience_ids)))
    return remember(("people", audiences), lambda: _count_rows(selection.select_present(audiences)))


def _count_excluded(choice: Choice) -> int:
    """Count who has an excluded audience, and of the others who got an excluded campaign, from these people's side."""
    excluded = 0
    if choice.excluded_audience_ids:
        place = aliased(Subscription)
        held = select(place.contact_id).where(
            place.audience_id.in_(choice.excluded_audience_ids), place.ended_at.is_(None)
        )
        excluded += _count_rows(held.where(_has_place(place.contact_id, choice.audience_ids)).distinct())
    if choice.excluded_campaign_ids:
        got = get_history().select_may_have_received(choice.excluded_campaign_ids).subquery()
        number: ColumnElement[int] = got.c.contact_id
        counted = select(func.count(distinct(number))).where(_has_place(number, choice.audience_ids))
        if choice.excluded_audience_ids:
            counted = counted.where(not_(_has_place(number, choice.excluded_audience_ids, lasts=True)))
        excluded += db.session.scalar(counted) or 0
    return excluded


def _list_matching(choice: Choice) -> list[Callable[[], dict[str, int]]]:
    """Return what counts by language those who match the filters and whom no exclusion leaves out.

    A filter that no index answers is asked of the older and of the newer half; else only the languages that few read
    are counted.
    """
    if choice.countries or choice.attributes or choice.received_campaign_ids:
        middle = (db.session.scalar(select(func.max(Contact.id))) or 0) // 2
        people = _keep(select(Contact.id), choice).where(*_list_filters(choice))
        halves = people.where(Contact.id <= middle), people.where(Contact.id > middle)
        return [partial(_count_by_language, half) for half in halves]
    return [partial(_count_readers, choice, language) for language in _OTHERS]


def _count_readers(choice: Choice, language: str) -> dict[str, int]:
    return {language: _count_rows(_keep(selection.select_readers(language), choice))}


def _add_up(found: Sequence[dict[str, int]], choice: Choice, kept: int) -> dict[str, int]:
    """Add up by language; of the `kept` people, those of whom nothing was counted read the usual one."""
    added: dict[str, int] = {}
    for counts in found:
        for language, number in counts.items():
            added[language] = added.get(language, 0) + number
    added.setdefault(_USUAL, kept - sum(added.values()))
    return {
        language: number for language, number in added.items() if not choice.languages or language in choice.languages
    }


def _keep(people: Select[*Columns], choice: Choice, *, lasts: bool = False) -> Select[*Columns]:
    """Keep, of some contacts, those of the audiences (who did not leave them all) whom no exclusion leaves out."""
    people = people.where(_has_place(Contact.id, choice.audience_ids, lasts=lasts))
    if choice.excluded_audience_ids:
        people = people.where(not_(_has_place(Contact.id, choice.excluded_audience_ids, lasts=True)))
    if choice.excluded_campaign_ids:
        number: ColumnElement[int] = Contact.id.expression
        people = people.where(not_(get_history().may_have_received(number, choice.excluded_campaign_ids)))
    return people


def _keep_receiving(people: Select[*Columns], choice: Choice) -> Select[*Columns]:
    """Keep, of some contacts, those who receive: everything that sends nobody away is asked before their places."""
    people = _keep(people, choice, lasts=True).where(Contact.id.not_in(selection.select_suppressed()))
    return people.where(*_list_filters(choice)) if choice.has_filters else people


def _list_filters(choice: Choice) -> list[ColumnElement[bool]]:
    """Return the filters as one reading of everybody's row answers them, or of those who got an earlier campaign."""
    rest = replace(choice, received_campaign_ids=())
    filters = [selection.find_match(rest, Contact.id.expression)]
    if choice.received_campaign_ids:
        filters.append(Contact.id.in_(get_history().select_received(choice.received_campaign_ids)))
    return filters


def _count_by_language(people: Select[int]) -> dict[str, int]:
    """Count contacts by language without sorting them."""
    counts = [_count_if(func.coalesce(Contact.language, NO_LANGUAGE) == language) for language in _OTHERS]
    everybody, *others = db.session.execute(people.with_only_columns(func.count(), *counts)).one()
    found = {language: int(number or 0) for language, number in zip(_OTHERS, others, strict=True)}
    return {**found, _USUAL: everybody - sum(found.values())}


def _count_few(choice: Choice) -> dict[str, dict[str, int]]:
    """Count by reason and language those who left or are suppressed, found from the few rows that say so."""
    few: dict[str, dict[str, int]] = {selection.UNSUBSCRIBED: {}, selection.SUPPRESSED: {}}
    among = union(selection.select_unsubscribed(), selection.select_suppressed()).subquery()
    found = selection.select_everybody(choice, select(among.c[0])).subquery()
    language = func.coalesce(found.c.language, NO_LANGUAGE)
    query = (
        select(found.c.reason, language, func.count()).where(found.c.reason.in_(few)).group_by(found.c.reason, language)
    )
    for reason, read, number in db.session.execute(query):
        name = read if read in _OTHERS else _USUAL
        few[reason][name] = few[reason].get(name, 0) + number
    return few


def _has_place(
    contact_id: ColumnElement[int] | InstrumentedAttribute[int], audience_ids: Sequence[int], *, lasts: bool = False
) -> ColumnElement[bool]:
    place = select(Subscription.id).where(
        Subscription.contact_id == contact_id, Subscription.audience_id.in_(audience_ids)
    )
    return (place.where(Subscription.ended_at.is_(None)) if lasts else place).exists()


def _count_rows(rows: Select[*Columns]) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def count_zones(choice: Choice) -> dict[str, int]:
    """Count those who receive by their time zone as it was imported, empty where unknown; remembered like the sum."""
    return remember(("zones", choice), lambda: _count_zones_anew(choice))


def are_zones_at_hand(choice: Choice) -> bool:
    """Tell whether `count_zones` answers at once."""
    return is_at_hand(("zones", choice))


def _count_zones_anew(choice: Choice) -> dict[str, int]:
    """Walk through the index of those whose zone is known; the rest is what remains of the sum."""
    known = select(Contact.timezone, func.count()).where(Contact.timezone > "").group_by(Contact.timezone)
    rows = db.session.execute(_keep_receiving(known, choice))
    zones = {zone: number for zone, number in rows}  # noqa: C416 - rows are no pairs to mypy
    rest = count_recipients(choice).will_receive - sum(zones.values())
    return {**zones, "": rest} if rest > 0 else zones


def count_lacking(choice: Choice, names: Sequence[str]) -> dict[str, int]:
    """Count, by placeholder, the people who receive and for whom it would be empty; one pass for all names."""
    if not names:
        return {}
    return remember(("lacking", choice, tuple(names)), lambda: _count_lacking_anew(choice, names))


def _count_lacking_anew(choice: Choice, names: Sequence[str]) -> dict[str, int]:
    """Read everybody's row once, and look for the places of those only who lack something."""
    is_lacking = [func.coalesce(_find_value(name), "") == "" for name in names]
    people = _keep_receiving(select(*map(_count_if, is_lacking)).where(or_(*is_lacking)), choice)
    return {name: int(number or 0) for name, number in zip(names, db.session.execute(people).one(), strict=True)}


def _find_value(name: str) -> ColumnElement[str]:
    column = PERSONAL_FIELDS.get(name)
    found: ColumnElement[str] = getattr(Contact, column) if column else Contact.attributes[name].as_string()
    return found
