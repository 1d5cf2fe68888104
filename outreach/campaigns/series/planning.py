"""The dates of a series as its rule, its span and the days off make them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from outreach.campaigns.planning.calendar import list_days_off
from outreach.campaigns.scheduling import parse_local
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.recurrence import MONTHLY, PlannedDate, Recurrence, Shift, plan, read_rule
from outreach.campaigns.series.rules import SeriesState

SHOWN = 5
# The years in which anybody may look for an edition.
EARLIEST, LATEST = 2000, 2100
# Dates move by days, not by months: whoever looks for those of a span looks this much further.
MARGIN = timedelta(days=31)
FURTHEST = timedelta(days=366 * 3)


def preview(rule: Recurrence, shift: Shift, today: date, ends_on: date | None = None) -> list[PlannedDate]:
    """Return the next SHOWN dates of a rule that leave on `today` or later."""
    last_on = min(ends_on or date.max, today + FURTHEST)
    days_off = list_days_off(today - MARGIN, last_on + MARGIN)
    found: list[PlannedDate] = []
    for planned in plan(rule, shift, days_off, (today - MARGIN, last_on)):
        if planned.sends_on >= today:
            found.append(planned)
        if len(found) == SHOWN:
            break
    return found


def list_days_off_around(first_on: date, last_on: date) -> dict[date, str]:
    """Return the non-working days that dates between two days may have to move off."""
    return list_days_off(first_on - 2 * MARGIN, last_on + 2 * MARGIN)


def list_dates(series: Series, first_on: date, last_on: date, days_off: Collection[date]) -> list[PlannedDate]:
    """Return the dates of `series` that leave between two days; one that rests, or has not begun, plans nothing.

    `days_off` comes from `list_days_off_around`.
    """
    if series.state != SeriesState.ACTIVE:
        return []
    begin = max(first_on - MARGIN, series.since_on or date.min)
    end = min(last_on + MARGIN, series.ends_on or date.max)
    if begin > end:
        return []
    dates = plan(read_rule(series.recurrence), series.shift, days_off, (begin, end))
    return [each for each in dates if first_on <= each.sends_on <= last_on]


def find_date(series: Series, due_on: date) -> PlannedDate | None:
    """Return the date of `series` whose own day is `due_on`; None where its rule, or its span, has none."""
    is_within = (series.since_on or date.min) <= due_on <= (series.ends_on or date.max)
    if series.state != SeriesState.ACTIVE or not is_within:
        return None
    days_off = list_days_off_around(due_on, due_on)
    return next(plan(read_rule(series.recurrence), series.shift, days_off, (due_on, due_on)), None)


def drop_known_months(rule: Recurrence, dates: list[PlannedDate], known: set[date]) -> list[PlannedDate]:
    """Leave out the dates of months that have their edition already: a monthly rule that changes its day adds none."""
    if rule.pattern not in MONTHLY:
        return dates
    months = {(day.year, day.month) for day in known}
    return [each for each in dates if each.due_on in known or (each.due_on.year, each.due_on.month) not in months]


def find_due_at(series: Series, sends_on: date) -> datetime:
    """Return the instant at which an edition of `series` should leave on `sends_on`."""
    return parse_local(f"{sends_on.isoformat()}T{series.hour}", series.zone)
