"""The statutory days of rest, year by year, as the law has them."""

from datetime import date

import pytest

from outreach.campaigns.holidays import find_weekday, list_statutory_days

YEARS = {
    2024: "01-01 02-05 03-18 05-01 09-16 10-01 11-18 12-25",
    2025: "01-01 02-03 03-17 05-01 09-16 11-17 12-25",
    2026: "01-01 02-02 03-16 05-01 09-16 11-16 12-25",
    2027: "01-01 02-01 03-15 05-01 09-16 11-15 12-25",
    2028: "01-01 02-07 03-20 05-01 09-16 11-20 12-25",
    2029: "01-01 02-05 03-19 05-01 09-16 11-19 12-25",
    2030: "01-01 02-04 03-18 05-01 09-16 10-01 11-18 12-25",
}


@pytest.mark.parametrize(("year", "days"), YEARS.items())
def test_a_year_has_the_days_of_the_law(year: int, days: str) -> None:
    assert " ".join(f"{day.on:%m-%d}" for day in list_statutory_days(year)) == days


def test_each_day_has_its_name_in_both_languages() -> None:
    assert all(day.name_es and day.name_en for day in list_statutory_days(2024))


def test_a_weekday_is_found_when_the_month_begins_with_it() -> None:
    assert find_weekday(2026, 6, 1) == date(2026, 6, 1)
    assert find_weekday(2026, 6, 2, 6) == date(2026, 6, 14)
