"""The Institute's non-working days: the law's, with the Institute's own rows over them."""

from datetime import date

import pytest
from flask import Flask

from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.campaigns.errors import ScheduleError
from outreach.campaigns.planning.calendar import add_days, is_working_day, list_days_off, remove_days
from outreach.campaigns.planning.models import DayOff
from outreach.translation import speaking
from signing import make_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def somebody(app: Flask) -> User:
    assert app
    return make_user(Role.ADMINISTRATOR)


def make_row(first: str, last: str, name: str = "Vacaciones", *, is_working: bool = False) -> DayOff:
    return DayOff(
        starts_on=date.fromisoformat(first), ends_on=date.fromisoformat(last), name=name, is_working=is_working
    )


def test_the_law_gives_days_without_any_row(somebody: User) -> None:
    assert somebody
    assert list_days_off(date(2026, 3, 1), date(2026, 3, 31)) == {date(2026, 3, 16): "Natalicio de Benito Juárez"}
    assert not is_working_day(date(2026, 3, 16))
    assert is_working_day(date(2026, 3, 17))
    assert not is_working_day(date(2026, 3, 21))
    with speaking("en"):
        assert list_days_off(date(2026, 3, 16), date(2026, 3, 16)) == {date(2026, 3, 16): "Benito Juárez's birthday"}


def test_a_row_adds_every_day_of_its_stretch_across_the_year(somebody: User) -> None:
    add_days(make_row("2026-12-24", "2027-01-04"), somebody)
    found = list_days_off(date(2026, 12, 31), date(2027, 1, 5))
    assert list(found) == [date(2026, 12, 31), *(date(2027, 1, day) for day in (1, 2, 3, 4))]
    assert set(found.values()) == {"Vacaciones"}


def test_a_row_can_say_that_a_statutory_day_is_worked(somebody: User) -> None:
    add_days(make_row("2027-02-01", "2027-02-01", "Proceso electoral", is_working=True), somebody)
    assert is_working_day(date(2027, 2, 1))


def test_a_working_row_overrules_one_that_is_off_whichever_came_first(somebody: User) -> None:
    add_days(make_row("2026-07-15", "2026-07-15", "Guardia", is_working=True), somebody)
    row = make_row("2026-07-13", "2026-07-17")
    add_days(row, somebody)
    assert is_working_day(date(2026, 7, 15))
    assert not is_working_day(date(2026, 7, 14))
    remove_days(row, somebody)
    assert is_working_day(date(2026, 7, 14))


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("2026-07-17", "2026-07-13", "Vacaciones"),
        ("2026-01-01", "2028-01-01", "Vacaciones"),
        ("2026-07-13", "2026-07-17", "  "),
        ("2026-07-13", "2026-07-17", "x" * 201),
        ("2026-07-13", "2026-07-17", "dos\nlíneas"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(somebody: User, first: str, last: str, name: str) -> None:
    with pytest.raises(ScheduleError):
        add_days(make_row(first, last, name), somebody)
    assert list_days_off(date(2026, 7, 1), date(2026, 7, 31)) == {}
