"""The days of a series: every pattern over leap years, month ends and days on which nobody works."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.holidays import list_statutory_days
from outreach.campaigns.series.recurrence import (
    LAST,
    Pattern,
    Recurrence,
    Shift,
    is_working,
    move,
    plan,
    read_rule,
    walk,
    write_rule,
)

DAYS_OFF = {day.on for year in range(2024, 2031) for day in list_statutory_days(year)}


def days(rule: Recurrence, first: str, last: str) -> list[str]:
    return [day.isoformat() for day in walk(rule, date.fromisoformat(first), date.fromisoformat(last))]


def test_the_last_days_of_short_months_stand_for_the_thirty_first() -> None:
    rule = Recurrence(Pattern.MONTH_DAY, day=31)
    assert days(rule, "2028-01-01", "2028-04-30") == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]
    assert days(rule, "2027-02-01", "2027-02-28") == ["2027-02-28"]


def test_the_twenty_ninth_exists_in_every_february() -> None:
    rule = Recurrence(Pattern.MONTH_DAY, day=29)
    assert days(rule, "2027-02-01", "2028-02-29") == [
        "2027-02-28",
        *[f"2027-{month:02}-29" for month in range(3, 13)],
        "2028-01-29",
        "2028-02-29",
    ]


@pytest.mark.parametrize(
    ("ordinal", "expected"),
    [(1, ["2026-02-02", "2026-03-02"]), (2, ["2026-02-09", "2026-03-09"]), (LAST, ["2026-02-23", "2026-03-30"])],
)
def test_a_weekday_of_the_month_is_counted_from_its_first_or_taken_last(ordinal: int, expected: list[str]) -> None:
    assert days(Recurrence(Pattern.MONTH_WEEKDAY, ordinal=ordinal), "2026-02-01", "2026-03-31") == expected


def test_every_second_monday_is_counted_from_its_anchor_over_new_year_and_clock_changes() -> None:
    rule = Recurrence(Pattern.WEEKS, weeks=2, anchor_on=date(2026, 1, 12))
    found = [date.fromisoformat(day) for day in days(rule, "2026-01-01", "2027-12-31")]
    assert found[0] == date(2026, 1, 12)
    assert {after - before for before, after in pairwise(found)} == {timedelta(days=14)}
    assert days(rule, "2026-01-13", "2026-01-26") == ["2026-01-26"]
    assert days(rule, "2025-01-01", "2026-01-11") == []


def test_fixed_dates_are_taken_once_and_in_order() -> None:
    rule = Recurrence(Pattern.FIXED, dates=(date(2026, 5, 4), date(2026, 3, 2), date(2026, 5, 4)))
    assert days(rule, "2026-01-01", "2026-12-31") == ["2026-03-02", "2026-05-04"]


@pytest.mark.parametrize(
    ("shift", "expected"), [(Shift.BEFORE, "2026-03-13"), (Shift.AFTER, "2026-03-17"), (Shift.SAME, "2026-03-16")]
)
def test_a_non_working_monday_moves_as_chosen(shift: Shift, expected: str) -> None:
    rule = Recurrence(Pattern.MONTH_WEEKDAY, ordinal=3)
    (planned,) = plan(rule, shift, DAYS_OFF, (date(2026, 3, 1), date(2026, 3, 31)))
    assert planned.due_on == date(2026, 3, 16)
    assert planned.sends_on.isoformat() == expected
    assert planned.is_moved is (shift is not Shift.SAME)


def test_new_year_moves_into_the_year_before() -> None:
    assert move(date(2028, 1, 1), Shift.BEFORE, DAYS_OFF) == date(2027, 12, 31)
    assert move(date(2028, 1, 1), Shift.AFTER, DAYS_OFF) == date(2028, 1, 3)


RULES = st.one_of(
    st.builds(Recurrence, st.just(Pattern.MONTH_DAY), day=st.integers(1, 31)),
    st.builds(Recurrence, st.just(Pattern.MONTH_WEEKDAY), ordinal=st.integers(1, 5), weekday=st.integers(0, 6)),
    st.builds(
        Recurrence,
        st.just(Pattern.WEEKS),
        weeks=st.integers(1, 26),
        anchor_on=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    ),
    st.builds(
        Recurrence,
        st.just(Pattern.FIXED),
        dates=st.lists(st.dates(date(2024, 1, 1), date(2030, 12, 31)), unique=True).map(tuple),
    ),
)


@given(RULES, st.sampled_from([Shift.BEFORE, Shift.AFTER]), st.dates(date(2024, 1, 1), date(2029, 12, 31)))
def test_dates_rise_leave_on_working_days_and_do_not_depend_on_where_one_looks_from(
    rule: Recurrence, shift: Shift, first: date
) -> None:
    last = first + timedelta(days=365)
    found = list(plan(rule, shift, DAYS_OFF, (first, last)))
    due = [each.due_on for each in found]
    assert due == sorted(set(due))
    assert all(is_working(each.sends_on, DAYS_OFF) for each in found)
    middle = first + timedelta(days=100)
    halves = [*plan(rule, shift, DAYS_OFF, (first, middle)), *plan(rule, shift, DAYS_OFF, (middle, last))]
    assert {each.due_on for each in halves} == set(due)


@given(RULES)
def test_a_rule_is_read_as_it_was_written(rule: Recurrence) -> None:
    assert write_rule(read_rule(write_rule(rule))) == write_rule(rule)
