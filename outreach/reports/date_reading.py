"""The words and figures of a cell of dates, taken from left to right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from outreach.reports.names_of_days import MONTH_NUMBERS, WEEKDAY_NUMBERS, fold_word

_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?!\d)"
    r"|(?P<numeric>\d{1,2}(?P<sign>[/.-])\d{1,2}(?P=sign)(?:\d{4}|\d{2}))(?!\d)"
    r"|(?P<named>\d{1,2}(?P<dash>[/-])[^\W\d_]{3,10}\.?(?P=dash)(?:\d{4}|\d{2}))(?!\d)"
    r"|(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:h|hrs?|horas)\b\.?)?)"
    r"|(?P<year>\d{4})(?!\d)"
    r"|(?P<day>\d{1,2})(?!\d)(?P<ordinal>\s?[°ºª]|\.?(?:er|ro|o)\b)?"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<rest>\d+|\S)"
)
_SILENT_WORDS = frozenset({"de", "del", "y", "e", "el", "los", "dia", "dias"})
_SILENT_SIGNS = frozenset(",;.")
_RANGE_WORDS = frozenset({"al", "a", "hasta"})
_RANGE_SIGNS = frozenset("-–—")
_FIRST_IN_WORDS = "primero"
_CENTURY = 2000
_SHORT_YEAR = 2


@dataclass(slots=True)
class Entry:
    """One date as a cell writes it, a part missing where it stands with a later one or nowhere."""

    day: int | None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    weekday_place: tuple[int, int] | None = None
    is_padded: bool = False
    is_ordinal: bool = False

    @property
    def first_day(self) -> date:
        """Its day, the first of a month alone; raises ValueError for one that the calendar lacks."""
        return date(self.year or 0, self.month or 0, 1 if self.day is None else self.day)


@dataclass(slots=True)
class Reading:
    """What reading a cell from left to right gives; `strange` is what belongs to no date."""

    entries: list[Entry] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    weekday: tuple[int, tuple[int, int]] | None = None
    is_numeric: bool = False
    has_range: bool = False


def read_entries(text: str) -> Reading:
    """Read a cell from left to right: days wait for their month, and days and months for their year."""
    reading = Reading()
    for token in _TOKEN.finditer(text):
        if token["iso"] or token["numeric"] or token["named"]:
            _take_numeric(reading, token["iso"] or token["numeric"] or token["named"])
        elif token["time"]:
            reading.strange.append(token["time"])
        elif token["year"]:
            _share(reading.entries, "year", int(token["year"]))
        elif token["day"]:
            _take_day(reading, token)
        elif token["word"]:
            _take_word(reading, token)
        elif token["rest"] in _RANGE_SIGNS:
            reading.has_range = True
        elif token["rest"] not in _SILENT_SIGNS:
            reading.strange.append(token["rest"])
    return reading


def _take_numeric(reading: Reading, text: str) -> None:
    """Read year, month and day, or day, month and year, as Mexico writes them; a month may be named (9-abr-2025)."""
    first, month, last = (part.rstrip(".") for part in re.split(r"[/-]|\.(?=\d)", text))
    year, day = (first, last) if "-" in text and len(first) > _SHORT_YEAR else (last, first)
    century = _CENTURY if len(year) == _SHORT_YEAR else 0
    reading.is_numeric = True
    number = int(month) if month.isdigit() else MONTH_NUMBERS.get(fold_word(month), 0)
    reading.entries.append(Entry(int(day), number, int(year) + century))


def _take_day(reading: Reading, token: re.Match[str]) -> None:
    entry = Entry(int(token["day"]), is_padded=token["day"].startswith("0"), is_ordinal=bool(token["ordinal"]))
    _append(reading, entry)


def _append(reading: Reading, entry: Entry) -> None:
    if reading.weekday:
        entry.weekday, entry.weekday_place = reading.weekday
        reading.weekday = None
    reading.entries.append(entry)


def _take_word(reading: Reading, token: re.Match[str]) -> None:
    word = _part_from_preposition(fold_word(token["word"]))
    waiting = [entry for entry in reading.entries if entry.month is None]
    if word in MONTH_NUMBERS and (waiting or word not in WEEKDAY_NUMBERS):
        if waiting:
            _share(waiting, "month", MONTH_NUMBERS[word])
        else:
            reading.entries.append(Entry(None, MONTH_NUMBERS[word]))
    elif word in WEEKDAY_NUMBERS:
        reading.weekday = (WEEKDAY_NUMBERS[word], token.span())
    elif word == _FIRST_IN_WORDS:
        _append(reading, Entry(1))
    elif word in _RANGE_WORDS:
        reading.has_range = True
    elif word not in _SILENT_WORDS:
        reading.strange.append(token["word"])


def _part_from_preposition(word: str) -> str:
    """Return a month that somebody wrote together with the «de» behind it, as «octubrede», without it."""
    return word.removesuffix("de") if word.removesuffix("de") in MONTH_NUMBERS else word


def _share(entries: Sequence[Entry], part: str, value: int) -> None:
    """Give the month or the year to whatever came before and still waits for it."""
    for entry in entries:
        if getattr(entry, part) is None:
            setattr(entry, part, value)
