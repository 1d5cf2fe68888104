"""The periods a report covers: quarters, years, months or any two days, and how a sentence names them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.errors import OutreachError
from outreach.reports.dates import DateForm, list_months, write_day, write_month
from outreach.translation import gettext as _

_QUARTER = re.compile(r"(?P<year>[12]\d{3})-[TtQq](?P<quarter>[1-4])")
_YEAR = re.compile(r"[12]\d{3}")
_MONTH = re.compile(r"(?P<year>[12]\d{3})-(?P<month>0[1-9]|1[0-2])")
_TWO_DAYS = re.compile(r"(?P<first>\S+?)(?:\.\.|/|\s+(?:(?:a|al|to)\s+)?)(?P<last>\S+)")
_DAY = re.compile(r"[12]\d{3}-\d{2}-\d{2}")
_MONTHS_IN_A_QUARTER = 3
_MONTHS_IN_A_YEAR = 12
_ORDINALS = {
    "es": ("primer", "segundo", "tercer", "cuarto"),
    "en": ("first", "second", "third", "fourth"),
}


class PeriodError(OutreachError):
    """What was given is no period."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first_on` to `last_on`, both included, of Mexico City's calendar."""

    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last_on < self.first_on:
            raise PeriodError(
                _(
                    "El periodo termina (%(last)s) antes de empezar (%(first)s): intercambie las dos fechas.",
                    first=self.first_on.isoformat(),
                    last=self.last_on.isoformat(),
                )
            )

    @property
    def has_whole_months(self) -> bool:
        """Tell whether it begins with a month and ends with one."""
        return self.first_on.day == 1 and self.last_on.day == monthrange(self.last_on.year, self.last_on.month)[1]

    @property
    def months(self) -> int:
        """How many months of the calendar it touches."""
        years = self.last_on.year - self.first_on.year
        return years * _MONTHS_IN_A_YEAR + self.last_on.month - self.first_on.month + 1

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_on - self.first_on).days + 1

    @classmethod
    def of_month(cls, day: date) -> "Period":
        """Return the month that `day` falls in."""
        return _whole_months(day.year, day.month, day.month)

    def list_months(self) -> list[date]:
        """Return the first day of each month of the calendar that it touches."""
        return [_add_months(self.first_on.replace(day=1), number) for number in range(self.months)]

    def before(self) -> "Period":
        """Return the period that goes before: as many months where they are whole, else as many days."""
        last = self.first_on - timedelta(days=1)
        if self.has_whole_months:
            return Period(_add_months(self.first_on, -self.months), last)
        return Period(self.first_on - timedelta(days=self.days), last)

    def year_before(self) -> "Period":
        """Return the same period a year ago; 29 February becomes the 28th, and a whole February stays whole."""
        first = _add_months(self.first_on, -_MONTHS_IN_A_YEAR)
        last = _add_months(self.last_on, -_MONTHS_IN_A_YEAR)
        if self.has_whole_months:
            last = last.replace(day=monthrange(last.year, last.month)[1])
        return Period(first, last)

    @property
    def is_year(self) -> bool:
        """Tell whether it is one whole year of the calendar."""
        return self.has_whole_months and self.first_on.month == 1 and self.months == _MONTHS_IN_A_YEAR

    @property
    def quarter(self) -> int | None:
        """The number of the quarter it is, 1 to 4; None when it is something else."""
        begins = self.first_on.month % _MONTHS_IN_A_QUARTER == 1
        is_quarter = self.has_whole_months and begins and self.months == _MONTHS_IN_A_QUARTER
        return (self.first_on.month + 2) // _MONTHS_IN_A_QUARTER if is_quarter else None

    def words(self, language: str) -> str:
        """Name the period: «el cuarto trimestre de 2020», «septiembre de 2022 a agosto de 2023», «2026»."""
        if self.quarter:
            ordinal = _ORDINALS[language][self.quarter - 1]
            pattern = "el {} trimestre de {}" if language == "es" else "the {} quarter of {}"
            return pattern.format(ordinal, self.first_on.year)
        if self.is_year:
            return str(self.first_on.year)
        if self.has_whole_months:
            return self._month_words(language)
        return self._day_words(language)

    def opening(self, language: str) -> str:
        """Say when, as a sentence begins: «Durante el cuarto trimestre de 2020», «De septiembre de 2022 a …»."""
        words = self.words(language)
        if self.quarter or (self.has_whole_months and (self.is_year or self.months == 1)):
            return f"Durante {words}" if language == "es" else f"During {words}"
        if self.first_on == self.last_on:
            return f"El {words}" if language == "es" else f"On {words}"
        if self.has_whole_months:
            return f"De {words}" if language == "es" else f"From {words}"
        return words[0].upper() + words[1:]

    def heading(self, language: str) -> str:
        """Name the period on a line of its own: «Cuarto trimestre de 2020», «Septiembre de 2022 a agosto de 2023»."""
        words = self.words(language).removeprefix("el ").removeprefix("the ")
        return words[0].upper() + words[1:]

    def _month_words(self, language: str) -> str:
        if self.months == 1:
            return write_month(self.first_on, language)
        return list_months(self.first_on, self.last_on, language)

    def _day_words(self, language: str) -> str:
        plain = DateForm()
        if self.first_on == self.last_on:
            return write_day(self.first_on, plain, language)
        last = write_day(self.last_on, plain, language)
        same_month = (self.first_on.year, self.first_on.month) == (self.last_on.year, self.last_on.month)
        if language == "es" and same_month:
            return f"del {self.first_on.day} al {last}"
        first = write_day(self.first_on, plain, language, with_year=self.first_on.year != self.last_on.year)
        return f"del {first} al {last}" if language == "es" else f"from {first} to {last}"


def parse_period(text: str) -> Period:
    """Read `2020-T4`, `2026`, `2026-03` or two days (`2026-03-03/2026-04-09`); raise PeriodError for anything else."""
    given = text.strip()
    if found := _QUARTER.fullmatch(given):
        first_month = (int(found["quarter"]) - 1) * _MONTHS_IN_A_QUARTER + 1
        return _whole_months(int(found["year"]), first_month, first_month + 2)
    if _YEAR.fullmatch(given):
        return _whole_months(int(given), 1, _MONTHS_IN_A_YEAR)
    if found := _MONTH.fullmatch(given):
        return _whole_months(int(found["year"]), int(found["month"]), int(found["month"]))
    if found := _TWO_DAYS.fullmatch(given):
        return Period(parse_day(found["first"]), parse_day(found["last"]))
    raise PeriodError(
        _(
            "«%(text)s» no es un periodo: escriba un trimestre (2026-T1 a 2026-T4), un año (2026), un mes (2026-03) "
            "o dos fechas (2026-03-03/2026-04-09).",
            text=text,
        )
    )


def parse_day(text: str) -> date:
    """Read a day as `2026-03-31`; raise PeriodError when it is written otherwise or does not exist."""
    try:
        return date.fromisoformat(text.strip()) if _DAY.fullmatch(text.strip()) else _refuse_day(text)
    except ValueError as problem:
        raise PeriodError(
            _("La fecha %(text)s no existe: revise el día y el mes.", text=text),
        ) from problem


def quarter_of(day: date) -> Period:
    """Return the quarter that `day` falls in."""
    first_month = (day.month - 1) // _MONTHS_IN_A_QUARTER * _MONTHS_IN_A_QUARTER + 1
    return _whole_months(day.year, first_month, first_month + 2)


def _refuse_day(text: str) -> date:
    raise PeriodError(_("«%(text)s» no es una fecha: escríbala como 2026-03-31.", text=text))


def _whole_months(year: int, first_month: int, last_month: int) -> Period:
    return Period(date(year, first_month, 1), date(year, last_month, monthrange(year, last_month)[1]))


def _add_months(day: date, number: int) -> date:
    """Return the same day `number` months later, or the last of that month where it has none such."""
    years, month = divmod(day.year * _MONTHS_IN_A_YEAR + day.month - 1 + number, _MONTHS_IN_A_YEAR)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
