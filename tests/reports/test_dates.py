from datetime import UTC, date, datetime

import pytest

from outreach.reports.dates import DateForm, write_day, write_days, write_moment, write_month_only

PLAIN = DateForm()
WEEKDAY = DateForm(weekday=True)


@pytest.mark.parametrize(
    ("day", "form", "spanish", "english"),
    [
        (date(2022, 10, 6), PLAIN, "6 de octubre de 2022", "October 6, 2022"),
        (date(2020, 10, 1), DateForm(weekday=True, date_stop=True), "Jueves 1 de octubre de 2020.", None),
        (date(2022, 9, 1), DateForm(day_padding=True), "01 de septiembre de 2022", "September 01, 2022"),
        (date(2023, 2, 1), DateForm(first_of_month="1°"), "1° de febrero de 2023", "February 1, 2023"),
        (date(2023, 2, 1), DateForm(first_of_month="1°", day_padding=True), "1° de febrero de 2023", None),
        (date(2023, 2, 11), DateForm(first_of_month="1°"), "11 de febrero de 2023", None),
        (date(2025, 4, 9), DateForm(day_padding=True, date_stop=True), "09 de abril de 2025.", "April 09, 2025."),
        (date(2020, 11, 4), WEEKDAY, "Miércoles 4 de noviembre de 2020", "Wednesday, November 4, 2020"),
        (date(2020, 10, 31), WEEKDAY, "Sábado 31 de octubre de 2020", "Saturday, October 31, 2020"),
    ],
)
def test_a_day_is_written_as_the_layout_says(day: date, form: DateForm, spanish: str, english: str | None) -> None:
    assert write_day(day, form, "es") == spanish
    assert english is None or write_day(day, form, "en") == english


@pytest.mark.parametrize(
    ("days", "form", "spanish", "english"),
    [
        (["2025-04-30", "2025-04-09", "2025-04-16"], PLAIN, "9, 16 y 30 de abril de 2025", "April 9, 16, and 30, 2025"),
        (["2022-11-04", "2022-11-11"], PLAIN, "4 y 11 de noviembre de 2022", "November 4 and 11, 2022"),
        (["2022-11-04", "2022-11-04"], PLAIN, "4 de noviembre de 2022", "November 4, 2022"),
        (
            ["2021-07-09", "2021-07-20", "2021-07-22"],
            WEEKDAY,
            "Viernes 9, martes 20 y jueves 22 de julio de 2021",
            "Friday, July 9; Tuesday, July 20; Thursday, July 22, 2021",
        ),
        (
            ["2025-04-30", "2025-05-07"],
            DateForm(date_stop=True),
            "30 de abril y 7 de mayo de 2025.",
            "April 30 and May 7, 2025.",
        ),
        (["2025-04-09", "2025-04-16", "2025-05-07"], PLAIN, "9 y 16 de abril, y 7 de mayo de 2025", None),
        (["2024-12-30", "2025-01-01"], PLAIN, "30 de diciembre de 2024 y 1 de enero de 2025", None),
        (["2024-12-30", "2025-01-01", "2025-01-08"], PLAIN, "30 de diciembre de 2024, y 1 y 8 de enero de 2025", None),
        (
            ["2025-04-09", "2025-05-07", "2025-06-01"],
            DateForm(first_of_month="1°"),
            "9 de abril, 7 de mayo y 1° de junio de 2025",
            None,
        ),
        (["2024-02-29", "2024-03-01"], WEEKDAY, "Jueves 29 de febrero y viernes 1 de marzo de 2024", None),
        (["2023-02-01", "2023-02-08"], DateForm(first_of_month="1°"), "1° y 8 de febrero de 2023", None),
        (["2022-09-01", "2022-09-05"], DateForm(day_padding=True), "01 y 05 de septiembre de 2022", None),
    ],
)
def test_the_days_of_a_cell_share_month_and_year(
    days: list[str], form: DateForm, spanish: str, english: str | None
) -> None:
    dates = [date.fromisoformat(day) for day in days]
    assert write_days(dates, form, "es") == spanish
    assert english is None or write_days(dates, form, "en") == english


def test_a_month_alone_has_a_capital_and_no_de() -> None:
    assert write_month_only(date(2025, 4, 1), "es") == "Abril 2025"
    assert write_month_only(date(2025, 4, 1), "en") == "April 2025"


def test_an_instant_is_written_in_the_zone_of_the_reader() -> None:
    instant = datetime(2026, 3, 4, 3, 5, tzinfo=UTC)
    assert write_moment(instant, "America/Mexico_City", "es") == "3 de marzo de 2026, 21:05 h"
    assert write_moment(instant, "America/Mexico_City", "en") == "March 3, 2026, 9:05 PM"


SPANISH_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SPANISH_DAYS = ("Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo")
ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_name(month: int) -> None:
    spanish, english = SPANISH_MONTHS[month - 1], ENGLISH_MONTHS[month - 1]
    assert write_day(date(2026, month, 2), PLAIN, "es") == f"2 de {spanish} de 2026"
    assert write_day(date(2026, month, 2), PLAIN, "en") == f"{english} 2, 2026"
    assert write_month_only(date(2026, month, 1), "es") == f"{spanish.capitalize()} 2026"


@pytest.mark.parametrize("day", range(2, 9))
def test_every_weekday_has_its_name(day: int) -> None:
    spanish, english = SPANISH_DAYS[day - 2], ENGLISH_DAYS[day - 2]
    assert write_day(date(2026, 3, day), WEEKDAY, "es") == f"{spanish} {day} de marzo de 2026"
    assert write_day(date(2026, 3, day), WEEKDAY, "en") == f"{english}, March {day}, 2026"
