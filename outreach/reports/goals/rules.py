"""How a goal is measured, and what is missing of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from outreach.reports.periods import Period


class Measure(StrEnum):
    """What the goal's number is asked of: the whole period, or each of its months."""

    TOTAL = "total"
    MONTHLY = "monthly"


class Standing(StrEnum):
    """How a goal stands today."""

    REACHED = "reached"
    ON_THE_WAY = "on_the_way"
    LATE = "late"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Progress:
    """What a goal asks for and what the log holds.

    `wanted` and `performed` are dispatches of the period, or months with enough of them; `missing_months` are the
    months up to today that have too few, by their first day.
    """

    measure: Measure
    wanted: int
    performed: int
    standing: Standing
    due_on: date
    missing_months: tuple[date, ...] = ()

    @property
    def missing(self) -> int:
        """How many dispatches, or months, are still missing."""
        return max(0, self.wanted - self.performed)

    @property
    def share(self) -> int:
        """What was performed, as a percentage of at most 100."""
        return min(100, round(100 * self.performed / self.wanted)) if self.wanted else 100


def measure_total(number: int, period: Period, dispatches: int, today: date) -> Progress:
    """Judge a goal of `number` dispatches in the period; late means fewer than its elapsed days would ask for."""
    elapsed = min(max((today - period.first_on).days, 0), period.days)
    if dispatches >= number:
        standing = Standing.REACHED
    elif today > period.last_on:
        standing = Standing.MISSED
    else:
        standing = Standing.LATE if dispatches < number * elapsed // period.days else Standing.ON_THE_WAY
    return Progress(Measure.TOTAL, number, dispatches, standing, period.last_on)


def measure_monthly(number: int, period: Period, by_month: Mapping[date, int], today: date) -> Progress:
    """Judge a goal of `number` dispatches in each month of the period; `by_month` goes by the months' first days."""
    firsts = period.list_months()
    done = [first for first in firsts if by_month.get(first, 0) >= number]
    this_month = today.replace(day=1)
    missed = tuple(first for first in firsts if first < this_month and first not in done)
    open_now = tuple(first for first in firsts if first == this_month and first not in done)
    if len(done) == len(firsts):
        standing = Standing.REACHED
    elif today > period.last_on:
        standing = Standing.MISSED
    else:
        standing = Standing.LATE if missed else Standing.ON_THE_WAY
    coming = next((first for first in firsts if first >= this_month and first not in done), None)
    due_on = min(Period.of_month(coming).last_on, period.last_on) if coming else period.last_on
    return Progress(Measure.MONTHLY, len(firsts), len(done), standing, due_on, missed + open_now)
