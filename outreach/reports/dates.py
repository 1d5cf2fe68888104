"""Dates as the reports print them: weekday with a capital and no comma, months in lower case, several in one cell.

Names of days and months are CLDR's (es_MX, en_US); the order around them is the reports' (design §8), because CLDR's
full date has a comma that no report uses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from outreach.translation import LOCALES

# A week that begins on its Monday.
_WEEK = [date(2024, 1, day) for day in range(1, 8)]
_AND = {"es": "y", "en": "and"}


@dataclass(frozen=True, slots=True)
class DateForm:
    """How a cell writes its days: «Jueves 01 de octubre de 2020.» has the weekday, the padding and the stop."""

    weekday: bool = False
    day_padding: bool = False
    first_of_month: str = "1"
    date_stop: bool = False


@lru_cache(maxsize=1_024)
def write_day(day: date, form: DateForm, language: str, *, with_year: bool = True) -> str:
    """Write one day, as «Jueves 1 de octubre de 2020» or "Thursday, October 1, 2020"."""
    if language == "es":
        year = f" de {day.year}" if with_year else ""
        text = f"{_day_in_spanish(day, form)} de {_month_name(day, language)}{year}"
    else:
        text = _day_in_english(day, form, with_year=with_year)
    return _finish(text, form)


def write_days(days: Iterable[date], form: DateForm, language: str) -> str:
    """Write the days of one cell in order, each once; what they share (month, year) is written once."""
    ordered = sorted(set(days))
    if len(ordered) == 1:
        return write_day(ordered[0], form, language)
    text = _days_in_spanish(ordered, form) if language == "es" else _days_in_english(ordered, form)
    return _finish(text, form)


def write_month(day: date, language: str) -> str:
    """Name the month of `day` inside a sentence, as «marzo de 2026»."""
    return f"{_month_name(day, language)}{' de ' if language == 'es' else ' '}{day.year}"


def write_month_only(day: date, language: str) -> str:
    """Write a date of which only the month is known, as the reports do: «Abril 2025»."""
    return _capitalised(f"{_month_name(day, language)} {day.year}")


def list_months(first: date, last: date, language: str) -> str:
    """Name a span of months; the year is written once when both share it: «enero a junio de 2026»."""
    start = _month_name(first, language) if first.year == last.year else write_month(first, language)
    return f"{start} {'a' if language == 'es' else 'to'} {write_month(last, language)}"


def write_moment(instant: datetime, zone: str, language: str) -> str:
    """Write an aware instant as day and time of the IANA `zone`: «3 de marzo de 2026, 9:05 h»."""
    local = instant.astimezone(ZoneInfo(zone))
    day = write_day(local.date(), DateForm(), language)
    if language == "es":
        return f"{day}, {local.hour}:{local.minute:02d} h"
    return f"{day}, {format_datetime(local, 'h:mm a', locale=LOCALES['en'])}"


def join_with_and(parts: Sequence[str], language: str) -> str:
    """Join with commas and a final «y» or "and" (US English keeps the comma before it from three on)."""
    if len(parts) == 1:
        return parts[0]
    comma = "," if language == "en" and len(parts) > len("ab") else ""
    return f"{', '.join(parts[:-1])}{comma} {_AND[language]} {parts[-1]}"


def _month_name(day: date, language: str) -> str:
    return _list_names("MMMM", language)[day.month - 1]


def _weekday_name(day: date, language: str) -> str:
    return _list_names("EEEE", language)[day.weekday()]


@lru_cache(maxsize=4)
def _list_names(pattern: str, language: str) -> tuple[str, ...]:
    """Return the months from January, or the weekdays from Monday: a table asks for them in every row."""
    days = [date(2024, month, 1) for month in range(1, 13)] if pattern == "MMMM" else _WEEK
    return tuple(format_date(day, pattern, locale=LOCALES[language]) for day in days)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _finish(text: str, form: DateForm) -> str:
    return _capitalised(text) + ("." if form.date_stop else "")


def _figure(day: date, form: DateForm) -> str:
    if day.day == 1 and form.first_of_month == "1°":
        return form.first_of_month
    return f"{day.day:02d}" if form.day_padding else str(day.day)


def _day_in_spanish(day: date, form: DateForm) -> str:
    return f"{_weekday_name(day, 'es')} {_figure(day, form)}" if form.weekday else _figure(day, form)


def _days_in_spanish(ordered: Sequence[date], form: DateForm) -> str:
    """Write «9, 16 y 30 de abril y 7 de mayo de 2025»; a comma stands before «y» where a month has several days."""
    years = []
    for year, in_year in groupby(ordered, key=lambda day: day.year):
        months = []
        for _month, in_month in groupby(in_year, key=lambda day: day.month):
            days = list(in_month)
            listed = join_with_and([_day_in_spanish(day, form) for day in days], "es")
            months.append(f"{listed} de {_month_name(days[0], 'es')}")
        years.append(f"{_join_groups(months)} de {year}")
    return _join_groups(years)


def _join_groups(groups: Sequence[str]) -> str:
    if len(groups) == 1:
        return groups[0]
    comma = "," if any(" y " in group for group in groups) else ""
    return f"{', '.join(groups[:-1])}{comma} y {groups[-1]}"


def _day_in_english(day: date, form: DateForm, *, with_year: bool) -> str:
    figure = f"{day.day:02d}" if form.day_padding else str(day.day)
    weekday = f"{_weekday_name(day, 'en')}, " if form.weekday else ""
    return f"{weekday}{_month_name(day, 'en')} {figure}" + (f", {day.year}" if with_year else "")


def _days_in_english(ordered: Sequence[date], form: DateForm) -> str:
    """Write "April 9, 16, and 30, 2025"; with weekdays "Friday, July 9; Tuesday, July 20, 2021"."""
    years = []
    for year, in_year in groupby(ordered, key=lambda day: day.year):
        days = list(in_year)
        months = [
            _days_of_month_in_english(list(group), form) for _month, group in groupby(days, lambda day: day.month)
        ]
        separator = "; " if form.weekday else " and "
        years.append(f"{separator.join(months)}, {year}")
    return "; ".join(years)


def _days_of_month_in_english(days: Sequence[date], form: DateForm) -> str:
    if form.weekday:
        return "; ".join(_day_in_english(day, form, with_year=False) for day in days)
    figures = [f"{day.day:02d}" if form.day_padding else str(day.day) for day in days]
    return f"{_month_name(days[0], 'en')} {join_with_and(figures, 'en')}"
