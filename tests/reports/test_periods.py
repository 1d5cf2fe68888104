from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.reports.periods import Period, PeriodError, parse_day, parse_period, quarter_of


@pytest.mark.parametrize(
    ("text", "first_on", "last_on"),
    [
        ("2020-T4", date(2020, 10, 1), date(2020, 12, 31)),
        ("2024-t1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (" 2026-03-03/2026-04-09 ", date(2026, 3, 3), date(2026, 4, 9)),
        ("2026-03-03..2026-04-09", date(2026, 3, 3), date(2026, 4, 9)),
        ("2026-03-03 a 2026-04-09", date(2026, 3, 3), date(2026, 4, 9)),
        ("2026-03-03 2026-03-03", date(2026, 3, 3), date(2026, 3, 3)),
    ],
)
def test_a_period_is_read(text: str, first_on: date, last_on: date) -> None:
    assert parse_period(text) == Period(first_on, last_on)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2020-T5", "«2020-T5» no es un periodo"),
        ("", "no es un periodo"),
        ("marzo", "no es un periodo"),
        ("2026-13", "no es un periodo"),
        ("2023-04-31/2023-05-02", "2023-04-31 no existe"),
        ("2026-03-03/ayer", "«ayer» no es una fecha"),
        ("2026-04-09/2026-03-03", "termina (2026-03-03) antes de empezar (2026-04-09)"),
    ],
)
def test_what_is_no_period_is_refused_in_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(PeriodError) as refusal:
        parse_period(text)
    assert reason in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_day_is_written_with_four_two_and_two_figures() -> None:
    assert parse_day("2026-03-31") == date(2026, 3, 31)
    with pytest.raises(PeriodError, match="no es una fecha"):
        parse_day("31/03/2026")


@pytest.mark.parametrize(
    ("text", "words", "opening", "english"),
    [
        ("2020-T4", "el cuarto trimestre de 2020", "Durante el cuarto trimestre de 2020", "the fourth quarter of 2020"),
        ("2021-T3", "el tercer trimestre de 2021", "Durante el tercer trimestre de 2021", "the third quarter of 2021"),
        ("2026", "2026", "Durante 2026", "2026"),
        ("2026-03", "marzo de 2026", "Durante marzo de 2026", "March 2026"),
        (
            "2022-09-01/2023-08-31",
            "septiembre de 2022 a agosto de 2023",
            "De septiembre de 2022 a agosto de 2023",
            "September 2022 to August 2023",
        ),
        ("2026-01-01/2026-06-30", "enero a junio de 2026", "De enero a junio de 2026", "January to June 2026"),
        (
            "2026-03-03/2026-04-09",
            "del 3 de marzo al 9 de abril de 2026",
            "Del 3 de marzo al 9 de abril de 2026",
            "from March 3 to April 9, 2026",
        ),
        (
            "2026-03-03/2026-03-09",
            "del 3 al 9 de marzo de 2026",
            "Del 3 al 9 de marzo de 2026",
            "from March 3 to March 9, 2026",
        ),
        (
            "2025-12-30/2026-01-04",
            "del 30 de diciembre de 2025 al 4 de enero de 2026",
            "Del 30 de diciembre de 2025 al 4 de enero de 2026",
            "from December 30, 2025 to January 4, 2026",
        ),
        ("2026-03-03/2026-03-03", "3 de marzo de 2026", "El 3 de marzo de 2026", "March 3, 2026"),
    ],
)
def test_a_period_has_words(text: str, words: str, opening: str, english: str) -> None:
    period = parse_period(text)
    assert period.words("es") == words
    assert period.opening("es") == opening
    assert period.words("en") == english


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_lies_in_the_quarter_it_belongs_to(day: date) -> None:
    period = quarter_of(day)
    assert period.first_on <= day <= period.last_on
    assert parse_period(f"{day.year}-T{period.quarter}") == period


@pytest.mark.parametrize(
    ("period", "before", "year_before"),
    [
        ("2026-T1", "2025-T4", "2025-T1"),
        ("2026", "2025", "2025"),
        ("2026-03", "2026-02", "2025-03"),
        ("2024-02", "2024-01", "2023-02"),
        ("2025-02", "2025-01", "2024-02"),
        ("2022-09-01/2023-08-31", "2021-09-01/2022-08-31", "2021-09-01/2022-08-31"),
        ("2026-03-03/2026-04-09", "2026-01-24/2026-03-02", "2025-03-03/2025-04-09"),
        ("2024-02-29/2024-02-29", "2024-02-28/2024-02-28", "2023-02-28/2023-02-28"),
    ],
)
def test_a_period_is_compared_with_the_one_before_and_a_year_ago(period: str, before: str, year_before: str) -> None:
    asked = parse_period(period)
    assert asked.before() == parse_period(before)
    assert asked.year_before() == parse_period(year_before)


def test_a_period_lists_the_months_that_it_touches() -> None:
    months = parse_period("2025-11-15/2026-01-02").list_months()
    assert [f"{month:%Y-%m-%d}" for month in months] == ["2025-11-01", "2025-12-01", "2026-01-01"]
