"""The days a series falls on: its rule, and what becomes of a day on which nobody works."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from outreach.campaigns.holidays import find_weekday

MONDAY = 0
_SATURDAY = 5
_DAYS_IN_A_WEEK = 7
_MONTHS_IN_A_YEAR = 12
LAST = 5
MOST_DATES = 60
MOST_WEEKS = 26
_LONGEST_MOVE = 60


class Pattern(StrEnum):
    """How the days of a series follow each other."""

    MONTH_DAY = "month_day"
    MONTH_WEEKDAY = "month_weekday"
    WEEKS = "weeks"
    FIXED = "fixed"


MONTHLY = frozenset({Pattern.MONTH_DAY, Pattern.MONTH_WEEKDAY})


class Shift(StrEnum):
    """Where an edition goes whose day is a non-working one."""

    BEFORE = "before"
    AFTER = "after"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The rule of a series; each pattern reads its own fields.

    MONTH_DAY: `day`, 1 to 31, the last one in shorter months. MONTH_WEEKDAY: `ordinal`, 1 to 4 or LAST, of `weekday`
    (0 is Monday). WEEKS: every so many `weeks` on the weekday of `anchor_on`, counted from it. FIXED: `dates`.
    """

    pattern: Pattern
    day: int = 1
    ordinal: int = 1
    weekday: int = MONDAY
    weeks: int = 2
    anchor_on: date | None = None
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """One date of a series: `due_on` by its rule, and `sends_on` where that moved it off non-working days."""

    due_on: date
    sends_on: date

    @property
    def is_moved(self) -> bool:
        """Tell whether the rule's own day is not the one it leaves on."""
        return self.due_on != self.sends_on


def walk(rule: Recurrence, first_on: date, last_on: date) -> Iterator[date]:
    """Yield the days of the rule between two days, both included, in their order."""
    match rule.pattern:
        case Pattern.FIXED:
            yield from (day for day in sorted(set(rule.dates)) if first_on <= day <= last_on)
        case Pattern.WEEKS:
            yield from _walk_weeks(rule, first_on, last_on)
        case _:
            for year, month in _walk_months(first_on, last_on):
                day = _find_in_month(rule, year, month)
                if first_on <= day <= last_on:
                    yield day


def plan(rule: Recurrence, shift: Shift, days_off: Collection[date], span: tuple[date, date]) -> Iterator[PlannedDate]:
    """Yield the rule's dates in `span`, by their own day, each moved as `shift` says off weekends and `days_off`."""
    for day in walk(rule, *span):
        yield PlannedDate(day, move(day, shift, days_off))


def move(day: date, shift: Shift, days_off: Collection[date]) -> date:
    """Return the working day next to `day` in the direction of `shift`; `day` itself if it is one, or with SAME."""
    if shift == Shift.SAME:
        return day
    step = timedelta(days=-1 if shift == Shift.BEFORE else 1)
    for _ in range(_LONGEST_MOVE):
        if is_working(day, days_off):
            break
        day += step
    return day


def is_working(day: date, days_off: Collection[date]) -> bool:
    """Tell whether `day` is neither a Saturday, a Sunday nor one of `days_off`."""
    return day.weekday() < _SATURDAY and day not in days_off


def write_rule(rule: Recurrence) -> dict[str, Any]:
    """Return the rule as the database keeps it."""
    kept: dict[str, Any] = {"pattern": rule.pattern.value}
    match rule.pattern:
        case Pattern.MONTH_DAY:
            kept["day"] = rule.day
        case Pattern.MONTH_WEEKDAY:
            kept |= {"ordinal": rule.ordinal, "weekday": rule.weekday}
        case Pattern.WEEKS:
            kept |= {"weeks": rule.weeks, "anchor_on": rule.anchor_on.isoformat() if rule.anchor_on else None}
        case Pattern.FIXED:
            kept["dates"] = [day.isoformat() for day in sorted(set(rule.dates))]
    return kept


def read_rule(kept: Mapping[str, Any]) -> Recurrence:
    """Return the rule that the database keeps."""
    anchor = kept.get("anchor_on")
    return Recurrence(
        pattern=Pattern(kept["pattern"]),
        day=kept.get("day", 1),
        ordinal=kept.get("ordinal", 1),
        weekday=kept.get("weekday", MONDAY),
        weeks=kept.get("weeks", 2),
        anchor_on=date.fromisoformat(anchor) if anchor else None,
        dates=tuple(date.fromisoformat(day) for day in kept.get("dates", ())),
    )


def _walk_weeks(rule: Recurrence, first_on: date, last_on: date) -> Iterator[date]:
    if rule.anchor_on is None:
        return
    step = _DAYS_IN_A_WEEK * rule.weeks
    behind = (first_on - rule.anchor_on).days
    day = rule.anchor_on + timedelta(days=step * max(0, -(-behind // step)))
    while day <= last_on:
        yield day
        day += timedelta(days=step)


def _walk_months(first_on: date, last_on: date) -> Iterator[tuple[int, int]]:
    first = first_on.year * _MONTHS_IN_A_YEAR + first_on.month - 1
    last = last_on.year * _MONTHS_IN_A_YEAR + last_on.month - 1
    for number in range(first, last + 1):
        yield number // _MONTHS_IN_A_YEAR, number % _MONTHS_IN_A_YEAR + 1


def _find_in_month(rule: Recurrence, year: int, month: int) -> date:
    years, following = divmod(month, _MONTHS_IN_A_YEAR)
    last = date(year + years, following + 1, 1) - timedelta(days=1)
    if rule.pattern is Pattern.MONTH_DAY:
        return date(year, month, min(rule.day, last.day))
    if rule.ordinal == LAST:
        return last - timedelta(days=(last.weekday() - rule.weekday) % _DAYS_IN_A_WEEK)
    return find_weekday(year, month, rule.ordinal, rule.weekday)
