"""The audit of a table of dispatches: what a careful reader would ask about, each with its row and a reason."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from outreach.reports.audit_texts import (
    Session,
    find_doubled_word,
    has_unbalanced_quotes,
    is_no_dispatch,
    list_sessions,
)
from outreach.reports.dates import DateForm, write_day
from outreach.reports.findings import WHOLE_TABLE, Code, Finding
from outreach.reports.periods import Period
from outreach.reports.printed_dates import PrintedDates, PrintedDay
from outreach.translation import current_language, ngettext
from outreach.translation import gettext as _

# Up to this share of a table is an exception that its rows are told of; beyond, the table has two ways.
_EXCEPTION = 0.2
_FEWEST = 3
_STOPS = (".", ".”", '."', ".»")
_OTHER_ENDS = ("!", "?", "…", "!”", "?”", '!"', '?"', "!»", "?»")
_TWO_DIGITS = 10


@dataclass(frozen=True, slots=True)
class AuditedRow:
    """A row as the audit sees it; `printed` is its text in the table, `information` what enters the log."""

    row: int
    dates: PrintedDates
    information: str
    printed: str = ""
    audience: str = ""
    channel: str = ""

    @property
    def is_single(self) -> bool:
        """Tell whether it is of one known day."""
        return len(self.dates.days) == 1 and not self.dates.days[0].is_month_only

    @property
    def topic(self) -> tuple[str, str, str]:
        """What makes it the same dispatch as another of its day."""
        return (" ".join(self.information.split()).rstrip(".").casefold(), self.audience, self.channel)


def audit_rows(rows: Sequence[AuditedRow], period: Period | None, stated_total: int | None) -> list[Finding]:
    """Return what is to be looked at, by row; what speaks of the whole table comes first."""
    found = [
        *_check_dates(rows, period),
        *_check_order(rows),
        *_check_repeats(rows),
        *_check_texts(rows),
        *_check_sessions(rows),
        *_check_forms(rows),
        *_check_ends(rows),
        *_check_several(rows),
        *_check_total(rows, stated_total),
    ]
    return sorted(found, key=lambda finding: finding.row)


def _check_dates(rows: Iterable[AuditedRow], period: Period | None) -> Iterator[Finding]:
    for row in rows:
        for problem in row.dates.problems:
            yield Finding(row.row, problem.code, problem.message, is_refusal=not row.dates.days)
        outside = [printed.day for printed in row.dates.days if period and not _is_inside(printed, period)]
        if outside and period:
            message = _(
                "%(day)s no está en el periodo, que va del %(first)s al %(last)s.",
                day=_write(outside[0]),
                first=_write(period.first_on),
                last=_write(period.last_on),
            )
            yield Finding(row.row, Code.OUTSIDE_PERIOD, message)


def _is_inside(printed: PrintedDay, period: Period) -> bool:
    first = period.first_on.replace(day=1) if printed.is_month_only else period.first_on
    return first <= printed.day <= period.last_on


def _check_order(rows: Iterable[AuditedRow]) -> Iterator[Finding]:
    """Ask about rows of an earlier day than the row above; where cells hold several days, of an earlier month."""
    dated = [row for row in rows if row.dates.days]
    for above, row in pairwise(dated):
        before, day = above.dates.days[0].day, row.dates.days[0].day
        if not (above.is_single and row.is_single):
            before, day = before.replace(day=1), day.replace(day=1)
        if day < before:
            message = _(
                "%(day)s va antes que la fila de arriba, del %(before)s.",
                day=_write(row.dates.days[0].day),
                before=_write(above.dates.days[0].day),
            )
            yield Finding(row.row, Code.OUT_OF_ORDER, message)


def _check_repeats(rows: Iterable[AuditedRow]) -> Iterator[Finding]:
    seen: dict[tuple[date, tuple[str, str, str]], int] = {}
    for row in rows:
        for day in dict.fromkeys(printed.day for printed in row.dates.days):
            first = seen.setdefault((day, row.topic), row.row)
            if first != row.row:
                message = _("Dice lo mismo que la fila %(first)s, del %(day)s.", first=first, day=_write(day))
                yield Finding(row.row, Code.DUPLICATE_ROW, message)


def _check_texts(rows: Iterable[AuditedRow]) -> Iterator[Finding]:
    for row in rows:
        if not row.information:
            message = _("No dice qué se envió: escríbalo o indíquelo para toda la tabla.")
            yield Finding(row.row, Code.MISSING_INFORMATION, message)
        if is_no_dispatch(row.printed):
            message = _("«%(text)s» parece una reunión o gestión, no un envío.", text=_shorten(row.printed))
            yield Finding(row.row, Code.NOT_A_DISPATCH, message)
        if has_unbalanced_quotes(row.printed):
            message = _("En «%(text)s» unas comillas no tienen pareja.", text=_shorten(row.printed))
            yield Finding(row.row, Code.UNBALANCED_QUOTES, message)
        doubled = find_doubled_word(row.printed)
        if doubled:
            message = _(
                "«%(doubled)s» repite una palabra; ¿basta «%(word)s»?", doubled=doubled, word=doubled.split()[0]
            )
            yield Finding(row.row, Code.DOUBLED_WORD, message)


def _check_sessions(rows: Iterable[AuditedRow]) -> Iterator[Finding]:
    seen: dict[tuple[int, Session], tuple[int, date]] = {}
    for row in rows:
        for printed in row.dates.days[:1]:
            for session in list_sessions(row.printed):
                first, day = seen.setdefault((printed.day.year, session), (row.row, printed.day))
                if day != printed.day:
                    message = _(
                        "Anuncia la misma sesión que la fila %(first)s, del %(day)s: revise su número.",
                        first=first,
                        day=_write(day),
                    )
                    yield Finding(row.row, Code.SESSION_ON_TWO_DAYS, message)


def _check_forms(rows: Iterable[AuditedRow]) -> Iterator[Finding]:
    """Ask about dates that are written unlike the rest of the table, each way of writing by itself."""
    written = [row for row in rows if row.dates.days and not row.dates.is_numeric]
    dated = [row for row in written if not any(printed.is_month_only for printed in row.dates.days)]
    low = [row for row in dated if any(1 < printed.day.day < _TWO_DIGITS for printed in row.dates.days)]
    first = [row for row in dated if any(printed.day.day == 1 for printed in row.dates.days)]
    aspects: tuple[tuple[list[AuditedRow], Callable[[DateForm], object], str], ...] = (
        (dated, lambda form: form.weekday, _("el día de la semana")),
        (low, lambda form: form.day_padding, _("el cero antes del día")),
        (first, lambda form: (form.first_of_month, form.day_padding), _("el modo de escribir el día 1")),
        (dated, lambda form: form.date_stop, _("el punto final de la fecha")),
    )
    for observed, read, name in aspects:
        answers = [(row.row, read(row.dates.form)) for row in observed]
        yield from _tell_uneven(answers, Code.UNEVEN_DATE, name)


def _check_ends(rows: Iterable[AuditedRow]) -> Iterator[Finding]:
    """Ask about texts with a full stop among those without, or the reverse; other ends need none."""
    answers = [
        (row.row, row.printed.endswith(_STOPS))
        for row in rows
        if row.printed and not row.printed.endswith(_OTHER_ENDS) and not _ends_with_abbreviation(row.printed)
    ]
    yield from _tell_uneven(answers, Code.UNEVEN_STOP, _("el punto final del texto"))


def _ends_with_abbreviation(text: str) -> bool:
    return "." in text.rsplit(maxsplit=1)[-1].rstrip(".")


def _tell_uneven(answers: Sequence[tuple[int, object]], code: Code, what: str) -> Iterator[Finding]:
    """Name each row that is an exception; where a table has two ways, say so once."""
    if len(answers) < _FEWEST:
        return
    values = [answer for _row, answer in answers]
    usual = max(dict.fromkeys(values), key=values.count)
    odd = [row for row, answer in answers if answer != usual]
    if not odd:
        return
    if len(odd) <= max(1, len(answers) * _EXCEPTION):
        for row in odd:
            yield Finding(row, code, _("A diferencia de las demás, la fila cambia en %(what)s.", what=what))
        return
    message = ngettext(
        "%(num)s fila de %(all)s cambia en %(what)s.",
        "%(num)s filas de %(all)s cambian en %(what)s.",
        len(odd),
        all=len(answers),
        what=what,
    )
    yield Finding(WHOLE_TABLE, code, message)


def _check_several(rows: Iterable[AuditedRow]) -> Iterator[Finding]:
    """Ask about a row with several dates where nearly all rows have one."""
    dated = [row for row in rows if row.dates.days]
    several = [row for row in dated if len(row.dates.days) > 1]
    if len(several) <= len(dated) * _EXCEPTION:
        for row in several:
            message = ngettext(
                "La fila tiene %(num)s fecha: cuenta como %(num)s envío.",
                "La fila tiene %(num)s fechas: cuenta como %(num)s envíos.",
                len(row.dates.days),
            )
            yield Finding(row.row, Code.SEVERAL_DATES, message)


def _check_total(rows: Sequence[AuditedRow], stated: int | None) -> Iterator[Finding]:
    """Compare the total that the report states with the rows and with the dates, a refused one counting as a date."""
    dates = sum(max(1, len(row.dates.days)) for row in rows)
    if stated is None or stated == len(rows) == dates:
        return
    message = _(
        "El informe dice %(stated)s, y la tabla tiene %(rows)s y %(dates)s.",
        stated=stated,
        rows=ngettext("%(num)s fila", "%(num)s filas", len(rows)),
        dates=ngettext("%(num)s fecha", "%(num)s fechas", dates),
    )
    doubtful = sum(is_no_dispatch(row.printed) for row in rows)
    if doubtful:
        message += " " + ngettext("%(num)s fila quizá no es un envío.", "%(num)s filas quizá no son envíos.", doubtful)
    yield Finding(WHOLE_TABLE, Code.STATED_TOTAL, message)


def _write(day: date) -> str:
    return write_day(day, DateForm(), current_language())


def _shorten(text: str) -> str:
    longest = 60
    return text if len(text) <= longest else f"{text[:longest].rstrip()}…"
