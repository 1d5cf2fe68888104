from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.reports.dates import DateForm, write_days, write_month_only
from outreach.reports.printed_dates import PrintedDay, read_printed_dates
from outreach.translation import speaking

READ = {
    "Jueves 1 de octubre de 2020.": "2020-10-01",
    "01 de septiembre de 2022": "2022-09-01",
    "1° de febrero de 2023": "2023-02-01",
    "1º de febrero de 2023": "2023-02-01",
    "Viernes 9, martes 20 y jueves 22 de julio de 2021": "2021-07-09 2021-07-20 2021-07-22",
    "9, 16 y 30 de abril de 2025.": "2025-04-09 2025-04-16 2025-04-30",
    "9, 23 y 30 de septiembre de 2022": "2022-09-09 2022-09-23 2022-09-30",
    "Lunes 7 y miércoles 9 de diciembre de 2020.": "2020-12-07 2020-12-09",
    "30 de abril y 7 de mayo de 2025": "2025-04-30 2025-05-07",
    "9, 16 y 30 de abril, y 7 de mayo de 2025": "2025-04-09 2025-04-16 2025-04-30 2025-05-07",
    "9, 16 y 30 de abril y 7 de mayo de 2025": "2025-04-09 2025-04-16 2025-04-30 2025-05-07",
    "27 de marzo, 3 de abril y 8 de mayo de 2025": "2025-03-27 2025-04-03 2025-05-08",
    "30 de diciembre de 2024 y 6 de enero de 2025": "2024-12-30 2025-01-06",
    "2025-04-09": "2025-04-09",
    "2025-04-09 10:30:00": "2025-04-09",
    "2025-04-09, 2025-04-16": "2025-04-09 2025-04-16",
    "09/04/2025": "2025-04-09",
    "9-4-25": "2025-04-09",
    "Sábado 31 de octubre de 2020": "2020-10-31",
}
IRREGULAR = {
    "24 de enero 2023": "2023-01-24",
    "3, 10, 17 24 y 31 de marzo de 2023": "2023-03-03 2023-03-10 2023-03-17 2023-03-24 2023-03-31",
    "Jueves, 1 de octubre de 2020": "2020-10-01",
    "jueves 1 de octubre de 2020": "2020-10-01",
    "1 de Octubre de 2020": "2020-10-01",
    "1 de octubre del 2020": "2020-10-01",
    "1 octubre 2020": "2020-10-01",
    "1 de oct. de 2020": "2020-10-01",
    "3 de mar de 2020": "2020-03-03",
    "Primero de octubre de 2020": "2020-10-01",
    "1 de octubre de 2020 (reenvío)": "2020-10-01",
    "16 y 9 de abril de 2025": "2025-04-16 2025-04-09",
    "9 y 9 de abril de 2025": "2025-04-09 2025-04-09",
    "Miercoles 7 de octubre de 2020": "2020-10-07",
}


def _days(cell: str) -> str:
    return " ".join(found.day.isoformat() for found in read_printed_dates(cell).days)


def _codes(cell: str) -> list[str]:
    return [problem.code.value for problem in read_printed_dates(cell).problems]


@pytest.mark.parametrize(("cell", "days"), READ.items())
def test_a_date_as_printed_is_read_without_a_finding(cell: str, days: str) -> None:
    assert (_days(cell), _codes(cell)) == (days, [])


@pytest.mark.parametrize(("cell", "days"), IRREGULAR.items())
def test_a_date_that_no_report_would_print_so_is_read_with_a_finding(cell: str, days: str) -> None:
    assert (_days(cell), _codes(cell)) == (days, ["malformed-date"])


@pytest.mark.parametrize("cell", ["", "  ", "pendiente", "N/A", "31", "9 de abril", "9 y 16 de 2025", "2025"])
def test_what_is_no_date_gives_none(cell: str) -> None:
    assert (_days(cell), _codes(cell)) == ("", ["malformed-date"])


@pytest.mark.parametrize("cell", ["del 3 al 7 de abril de 2025", "3-7 de abril de 2025", "3 a 7 de abril de 2025"])
def test_a_span_of_days_does_not_say_when_something_was_sent(cell: str) -> None:
    assert (_days(cell), _codes(cell)) == ("", ["malformed-date"])


@pytest.mark.parametrize(
    ("cell", "months"),
    [
        ("Abril 2025", [date(2025, 4, 1)]),
        ("abril de 2025.", [date(2025, 4, 1)]),
        ("Marzo 2025", [date(2025, 3, 1)]),
        ("Abril, mayo y junio 2025", [date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1)]),
    ],
)
def test_a_month_alone_is_kept_as_a_month(cell: str, months: list[date]) -> None:
    assert read_printed_dates(cell).days == tuple(PrintedDay(month, is_month_only=True) for month in months)
    assert _codes(cell) == ["month-only-date"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (
            "Viernes 31 de abril de 2023",
            "31 de abril no existe; ¿30 de abril o 31 de marzo? El 31 de marzo de 2023 fue viernes, como dice la fila.",
        ),
        ("31 de abril de 2023", "31 de abril no existe; ¿30 de abril o 31 de marzo?"),
        ("29 de febrero de 2023", "29 de febrero no existe; ¿28 de febrero o 29 de enero?"),
        ("9 y 31 de junio de 2025", "31 de junio no existe; ¿30 de junio o 31 de mayo?"),
        ("45 de enero de 2023", "45 de enero no existe; ¿31 de enero?"),
        ("04/30/2025", "04/30/2025 no existe; ¿30 de abril?"),
        ("31/31/2025", "31/31/2025 no existe: revise el día, el mes y el año."),
        ("0 de mayo de 2025", "0 de mayo no existe; ¿31 de mayo?"),
    ],
)
def test_a_day_that_does_not_exist_is_refused_with_a_suggestion(cell: str, message: str) -> None:
    found = read_printed_dates(cell)
    assert found.days == ()
    assert [(problem.code, problem.message) for problem in found.problems] == [("impossible-date", message)]


def test_the_wrong_day_of_the_week_is_told_with_the_right_one() -> None:
    found = read_printed_dates("Martes 2 de agosto de 2021")
    assert found.days == (PrintedDay(date(2021, 8, 2)),)
    (problem,) = found.problems
    assert problem.message == "2 de agosto de 2021 fue lunes; ¿lunes 2 o martes 3 de agosto?"
    assert _codes("Viernes 9, lunes 20 y viernes 22 de julio de 2021") == ["weekday-mismatch", "weekday-mismatch"]


def test_problems_are_told_in_the_language_of_the_page() -> None:
    with speaking("en"):
        (problem,) = read_printed_dates("31 de abril de 2023").problems
        assert "April" in problem.message


FORMS = st.builds(
    DateForm,
    weekday=st.booleans(),
    day_padding=st.booleans(),
    first_of_month=st.sampled_from(["1", "1°"]),
    date_stop=st.booleans(),
)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(st.sets(DAYS, min_size=1, max_size=8), FORMS)
def test_whatever_a_report_prints_is_read_back(days: set[date], form: DateForm) -> None:
    found = read_printed_dates(write_days(days, form, "es"))
    assert [printed.day for printed in found.days] == sorted(days)
    assert found.problems == ()


@given(DAYS)
def test_whatever_month_a_report_prints_is_read_back(day: date) -> None:
    found = read_printed_dates(write_month_only(day, "es"))
    assert found.days == (PrintedDay(day.replace(day=1), is_month_only=True),)


@given(st.text(max_size=60))
def test_no_text_is_too_strange_to_be_looked_at(text: str) -> None:
    found = read_printed_dates(text)
    assert found.days or found.problems
