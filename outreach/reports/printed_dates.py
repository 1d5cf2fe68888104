"""Dates as reports print them, read back: «Viernes 9, martes 20 y jueves 22 de julio de 2021», «Abril 2025», ISO.

A cell is read from left to right: days wait for their month, and days and months for their year, so that what several
dates share stands once, as it is printed. What a cell does not say in the way a report would print it is a problem, and
so is a day of the calendar that does not exist or falls on another day of the week.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from outreach.reports.date_reading import Entry, Reading, read_entries
from outreach.reports.dates import DateForm, write_day, write_days
from outreach.reports.findings import Code
from outreach.reports.names_of_days import (
    name_weekday,
    suggest_instead,
    write_impossible,
)
from outreach.translation import current_language
from outreach.translation import gettext as _

_PLAIN = DateForm()


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """One date of a cell; of a month without a day it is the first."""

    day: date
    is_month_only: bool = False


@dataclass(frozen=True, slots=True)
class DateProblem:
    """What is wrong with a cell, in a sentence."""

    code: Code
    message: str


@dataclass(frozen=True, slots=True)
class PrintedDates:
    """What a cell says: its dates in its own order, none when it must be refused, and how it is written."""

    days: tuple[PrintedDay, ...]
    problems: tuple[DateProblem, ...] = ()
    form: DateForm = _PLAIN
    is_numeric: bool = False


def read_printed_dates(cell: str) -> PrintedDates:
    """Read the dates of a cell; what cannot be read as a date gives none, and a problem that says why."""
    text = " ".join(cell.split())
    if not text:
        return _refuse(Code.MALFORMED_DATE, _("Falta la fecha."))
    reading = read_entries(text)
    refusal = _find_refusal(text, reading)
    if refusal:
        return PrintedDates((), (refusal,))
    days = tuple(PrintedDay(entry.first_day, is_month_only=entry.day is None) for entry in reading.entries)
    form = _find_form(text, reading.entries)
    return PrintedDates(days, tuple(_list_problems(text, reading, form)), form, reading.is_numeric)


def is_only_dates(cell: str) -> bool:
    """Tell whether a cell holds dates and no other words, be they printed well or not; a number alone is none."""
    reading = read_entries(" ".join(cell.split()))
    has_no_day = all(entry.day is None for entry in reading.entries)
    has_month = any(entry.month is not None for entry in reading.entries)
    return has_month and not reading.strange and not (has_no_day and reading.has_range)


def _refuse(code: Code, message: str) -> PrintedDates:
    return PrintedDates((), (DateProblem(code, message),))


def _find_refusal(text: str, reading: Reading) -> DateProblem | None:
    if not reading.entries:
        return DateProblem(
            Code.MALFORMED_DATE,
            _("«%(text)s» no es una fecha: escríbala como «1 de octubre de 2020» o «Abril 2025».", text=text[:80]),
        )
    if reading.has_range:
        return DateProblem(
            Code.MALFORMED_DATE,
            _(
                "«%(text)s» dice un lapso: escriba cada día en que se envió, como «3, 4 y 5 de abril de 2025».",
                text=text[:80],
            ),
        )
    for part, missing in (("month", _("el mes")), ("year", _("el año"))):
        if any(getattr(entry, part) is None for entry in reading.entries):
            return DateProblem(
                Code.MALFORMED_DATE,
                _("A «%(text)s» le falta %(part)s: escriba la fecha completa.", text=text[:80], part=missing),
            )
    impossible = [entry for entry in reading.entries if not _exists(entry)]
    if impossible:
        return DateProblem(Code.IMPOSSIBLE_DATE, _describe_impossible(impossible[0]))
    return None


def _exists(entry: Entry) -> bool:
    try:
        return bool(entry.first_day)
    except ValueError:
        return False


def _describe_impossible(entry: Entry) -> str:
    day, month, year = 1 if entry.day is None else entry.day, entry.month or 0, entry.year or 0
    candidates = suggest_instead(day, month, year, entry.weekday)
    message = _("%(day)s no existe", day=write_impossible(day, month, year))
    if not candidates:
        return _("%(problem)s: revise el día, el mes y el año.", problem=message)
    language = current_language()
    written = [write_day(candidate, _PLAIN, language, with_year=candidate.year != year) for candidate in candidates]
    question = _(" o ").join(written)
    matching = [candidate for candidate in candidates if candidate.weekday() == entry.weekday]
    if not matching:
        return _("%(problem)s; ¿%(days)s?", problem=message, days=question)
    return _(
        "%(problem)s; ¿%(days)s? El %(day)s fue %(weekday)s, como dice la fila.",
        problem=message,
        days=question,
        day=write_day(matching[0], _PLAIN, language),
        weekday=name_weekday(matching[0].weekday()),
    )


def _find_form(text: str, entries: Sequence[Entry]) -> DateForm:
    return DateForm(
        weekday=any(entry.weekday is not None for entry in entries),
        day_padding=any(entry.is_padded for entry in entries),
        first_of_month="1°" if any(entry.is_ordinal for entry in entries) else "1",
        date_stop=text.endswith("."),
    )


def _list_problems(text: str, reading: Reading, form: DateForm) -> Iterator[DateProblem]:
    mismatches = [entry for entry in reading.entries if _is_mismatch(entry)]
    for entry in mismatches:
        yield DateProblem(Code.WEEKDAY_MISMATCH, _describe_mismatch(entry))
    if any(entry.day is None for entry in reading.entries):
        message = _("«%(text)s» dice solo el mes: si sabe el día, escríbalo.", text=text[:80])
        yield DateProblem(Code.MONTH_ONLY_DATE, message)
    elif not reading.is_numeric:
        # The table's report would be in Spanish, whatever language the page speaks.
        expected = write_days([entry.first_day for entry in reading.entries], form, "es")
        if _even(_mend_weekdays(text, mismatches)) != _even(expected) or reading.strange:
            message = _("«%(text)s» se leyó como «%(expected)s».", text=text[:120], expected=expected)
            yield DateProblem(Code.MALFORMED_DATE, message)


def _is_mismatch(entry: Entry) -> bool:
    return entry.day is not None and entry.weekday not in {None, entry.first_day.weekday()}


def _describe_mismatch(entry: Entry) -> str:
    day, language = entry.first_day, current_language()
    near = [date.fromordinal(day.toordinal() + step) for step in range(-3, 4)]
    meant = next(candidate for candidate in near if candidate.weekday() == entry.weekday)
    return _(
        "%(day)s fue %(weekday)s; ¿%(weekday)s %(short)s o %(other)s?",
        day=write_day(day, _PLAIN, language),
        weekday=name_weekday(day.weekday()),
        short=day.day,
        other=write_day(meant, DateForm(weekday=True), language, with_year=False).lower(),
    )


def _mend_weekdays(text: str, mismatches: Sequence[Entry]) -> str:
    """Put the right names in the place of wrong ones, in their case: that is a problem of its own."""
    for entry in reversed(mismatches):
        start, end = entry.weekday_place or (0, 0)
        right = name_weekday(entry.first_day.weekday(), "es")
        text = text[:start] + (right.capitalize() if text[start].isupper() else right) + text[end:]
    return text


def _even(text: str) -> str:
    """Level what no reader would call a difference: the sign of the first, and a comma before «y»."""
    return text.replace("º", "°").replace(", y ", " y ")
