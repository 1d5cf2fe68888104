"""Names of months and days as a person may have written them, and what they may have meant by a day that is none."""

import unicodedata
from calendar import monthrange
from datetime import date
from itertools import filterfalse

from babel.dates import format_date, get_day_names, get_month_names

from outreach.translation import LOCALES, current_language
from outreach.translation import gettext as _

_SHORTEST = 3
_LAST_MONTH = 12
_ANY_YEAR = 2000


def fold_word(word: str) -> str:
    """Return a word in lower case without its accents."""
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(filterfalse(unicodedata.combining, apart))


def _list_names(names: dict[int, str]) -> dict[str, int]:
    folded = {fold_word(name): number for number, name in names.items()}
    return folded | {name[:_SHORTEST]: number for name, number in folded.items()}


# Full names and their first three letters; «mar» is a month after a day, and else a day of the week.
MONTH_NUMBERS = {**_list_names(dict(get_month_names("wide", locale="es"))), "setiembre": 9, "sept": 9, "set": 9}
WEEKDAY_NUMBERS = _list_names(dict(get_day_names("wide", locale="es")))


def name_weekday(weekday: int, language: str | None = None) -> str:
    """Name a day of the week, Monday being 0."""
    return str(get_day_names("wide", locale=LOCALES[language or current_language()])[weekday])


def write_impossible(day: int, month: int, year: int) -> str:
    """Write a day that the calendar lacks, as «31 de abril»; in figures if there is no such month either."""
    if not 1 <= month <= _LAST_MONTH:
        return f"{day:02d}/{month:02d}/{year}"
    name = format_date(date(_ANY_YEAR, month, 1), "MMMM", locale=LOCALES[current_language()])
    return _("%(day)s de %(month)s", day=day, month=name)


def suggest_instead(day: int, month: int, year: int, weekday: int | None) -> list[date]:
    """Suggest what a day that does not exist may have been: the month's last day, or that day of a month beside it.

    With the day of the week that was printed, the ones that fall on it come first among the months beside.
    """
    if not (1 <= month <= _LAST_MONTH and date.min.year < year < date.max.year):
        swapped = _make(month, day, year)
        return [swapped] if swapped else []
    last = date(year, month, monthrange(year, month)[1])
    beside = [found for step in (-1, 1) if (found := _make(day, month + step, year))]
    beside.sort(key=lambda found: found.weekday() != weekday)
    return [last, *beside[:1]]


def _make(day: int, month: int, year: int) -> date | None:
    if month in {0, _LAST_MONTH + 1}:
        year, month = (year - 1, _LAST_MONTH) if month == 0 else (year + 1, 1)
    try:
        return date(year, month, day)
    except ValueError:
        return None
