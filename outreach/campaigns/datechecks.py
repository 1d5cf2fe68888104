"""What is looked at in dates: events that are over or end before they begin, and weekdays that do not match."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, get_day_names, get_month_names

from outreach.campaigns.blocks import BLOCK_FIELDS, FieldKind
from outreach.campaigns.composition import Composition, Piece
from outreach.campaigns.events import read_times
from outreach.campaigns.facts import Facts, Finding, Severity
from outreach.campaigns.prose import to_text
from outreach.campaigns.rules import BlockType, Language
from outreach.translation import LOCALES, current_locale
from outreach.translation import gettext as _

# From Monday, and from January.
_DAYS = {language: tuple(get_day_names(locale=LOCALES[language])[day] for day in range(7)) for language in Language}
_MONTHS = {
    language: tuple(get_month_names(locale=LOCALES[language])[month] for month in range(1, 13)) for language in Language
}
_ACCENTS = str.maketrans("áéíóú", "aeiou")


def _join(words: tuple[str, ...]) -> str:
    """Return a pattern for any of the words, with or without its accent."""
    return "|".join(word.replace("á", "[áa]").replace("é", "[ée]") for word in words)


# «jueves 12 de marzo de 2026», and «viernes 9, martes 20 y jueves 22 de julio», where the month stands once.
_SPANISH = re.compile(
    rf"(?P<days>(?:\b(?:{_join(_DAYS[Language.ES])}),? \d{{1,2}}[°º]?(?:, | y | e |(?= de )))+) ?de "
    rf"(?P<month>{_join(_MONTHS[Language.ES])})\b(?:,? del? (?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
_SPANISH_DAY = re.compile(rf"(?P<weekday>{_join(_DAYS[Language.ES])}),? (?P<day>\d{{1,2}})", re.IGNORECASE)
# "Thursday, March 12, 2026" and "Thursday 12 March 2026".
_ENGLISH = re.compile(
    rf"\b(?P<weekday>{_join(_DAYS[Language.EN])}),? (?:the )?(?:"
    rf"(?P<month>{_join(_MONTHS[Language.EN])}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b|"
    rf"(?P<day_first>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month_last>{_join(_MONTHS[Language.EN])})\b)"
    r"(?:,? (?P<year>\d{4}))?",
    re.IGNORECASE,
)
_FAR = timedelta(days=120)
_LEAP_DAY = (2, 29)
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A date as somebody wrote it: weekday and month from 0 and 1, the year perhaps left out."""

    written: str
    weekday: int
    day: int
    month: int
    year: int | None


def check_dates(composition: Composition, languages: tuple[Language, ...], facts: Facts) -> Iterator[Finding]:
    """Yield what is doubtful or impossible in the events, and every weekday that its date does not have."""
    for number, piece in enumerate(composition.pieces, 1):
        if piece.type is BlockType.EVENT:
            yield from _check_event(piece, number, facts)
    for language in languages:
        for text, place in _list_texts(composition, language):
            yield from _check_weekdays(text, place, language, facts)


def _check_event(piece: Piece, number: int, facts: Facts) -> Iterator[Finding]:
    times = read_times(piece.fields)
    if times is None:
        return
    place = f"block/{number}/day/{Language.ES}"
    if times.is_backwards:
        sentence = _("El evento del bloque %(number)s termina antes de empezar: corrija sus horas.", number=number)
        yield Finding("event-backwards", Severity.ERROR, sentence, place)
    elif times.ends is not None and times.begins is None:
        sentence = _("Al evento del bloque %(number)s le falta la hora en que empieza: escríbala.", number=number)
        yield Finding("event-without-begin", Severity.ERROR, sentence, place)
    elif times.ends_at < facts.now:
        sentence = _("El evento del bloque %(number)s ya pasó: revise su fecha.", number=number)
        yield Finding("event-past", Severity.WARNING, sentence, place)


def _list_texts(composition: Composition, language: Language) -> Iterator[tuple[str, str]]:
    words = composition.words.get(language)
    if words:
        yield words.subject, f"version/{language}/subject"
        yield words.preheader, f"version/{language}/preheader"
    for number, piece in enumerate(composition.pieces, 1):
        for field in BLOCK_FIELDS[piece.type]:
            text = piece.fields.get(field.name, {}).get(language, "")
            if text and field.kind.is_text:
                shown = to_text(text) if field.kind is FieldKind.PROSE else text
                yield shown, f"block/{number}/{field.name}/{language}"


def _check_weekdays(text: str, place: str, language: Language, facts: Facts) -> Iterator[Finding]:
    for found in find_days(_PLACEHOLDER.sub(" ", text), language):
        days = _list_candidates(found, facts.now.date())
        if not days and (found.year or (found.month, found.day) != _LEAP_DAY):
            sentence = _("La fecha «%(written)s» no existe: corríjala.", written=found.written)
            yield Finding("impossible-date", Severity.WARNING, sentence, place)
        elif days and all(day.weekday() != found.weekday for day in days):
            sentence = _(
                "«%(written)s» no coincide con el calendario: el %(date)s es %(weekday)s. Corrija el día o la fecha.",
                written=found.written,
                date=format_date(days[0], "d MMM y", locale=current_locale()),
                weekday=format_date(days[0], "EEEE", locale=current_locale()),
            )
            yield Finding("weekday-mismatch", Severity.WARNING, sentence, place)


def _list_candidates(found: WrittenDay, today: date) -> list[date]:
    """Return the days that may be meant: without a year the nearest, and another year's where that one is far."""
    years = (found.year,) if found.year else (today.year - 1, today.year, today.year + 1)
    days = [day for year in years if (day := _make_day(year, found.month, found.day))]
    days.sort(key=lambda day: abs(day - today))
    return days[: 2 if days and abs(days[0] - today) > _FAR else 1]


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_days(text: str, language: Language) -> Iterator[WrittenDay]:
    """Yield the dates of `text` that are written with their weekday."""
    plain = " ".join(text.split())
    return _find_spanish(plain) if language is Language.ES else _find_english(plain)


def _find_spanish(text: str) -> Iterator[WrittenDay]:
    for found in _SPANISH.finditer(text):
        month = _place(found["month"], _MONTHS[Language.ES]) + 1
        for each in _SPANISH_DAY.finditer(found["days"]):
            weekday = _place(each["weekday"], _DAYS[Language.ES])
            ending = found[0][len(found["days"]) :].strip()
            yield WrittenDay(
                f"{each[0]} {ending}", weekday, int(each["day"]), month, int(found["year"]) if found["year"] else None
            )


def _find_english(text: str) -> Iterator[WrittenDay]:
    for found in _ENGLISH.finditer(text):
        month = _place(found["month"] or found["month_last"], _MONTHS[Language.EN]) + 1
        weekday = _place(found["weekday"], _DAYS[Language.EN])
        day = int(found["day"] or found["day_first"])
        yield WrittenDay(found[0], weekday, day, month, _read_year(found))


def _read_year(found: re.Match[str]) -> int | None:
    return int(found["year"]) if found["year"] else None


def _place(name: str, names: tuple[str, ...]) -> int:
    folded = name.lower().translate(_ACCENTS)
    return next(place for place, known in enumerate(names) if known.lower().translate(_ACCENTS) == folded)
