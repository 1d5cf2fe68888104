"""What the address of a page asks of the log: its forms only read, so they are questions and carry no token."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from outreach.dispatch.log import LogFilter
from outreach.dispatch.rules import Channel
from outreach.reports.captions import CHAPTER
from outreach.reports.layouts import DEFAULT_LAYOUT
from outreach.reports.periods import Period, PeriodError, parse_day, parse_period, quarter_of
from outreach.reports.report import Options
from outreach.reports.sentences import REACH_COUNTS
from outreach.translation import LANGUAGES, current_language

_LONGEST = 200
_QUARTERS_OFFERED = 12
_LOG_KEYS = ("desde", "hasta", "audiencia", "canal", "remitente", "tipo", "palabras", "clave")
_REPORT_KEYS = (*_LOG_KEYS, "periodo", "tabla", "idioma", "forma", "cuenta", "capitulo")
# What the address says for a report of the whole period.
WHOLE = "completo"


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report as it was asked for; `layout` is a name, and a section is the whole period in one document."""

    chosen: LogFilter
    period: Period
    layout: str
    language: str
    is_section: bool = False
    options: Options = field(default_factory=Options)


def read_log_filter(arguments: MultiDict[str, str]) -> LogFilter:
    """Read which lines are wanted; raise PeriodError for a date that does not exist."""
    first, last = arguments.get("desde", ""), arguments.get("hasta", "")
    channel = arguments.get("canal", "")
    chosen = LogFilter(
        first_on=parse_day(first) if first else None,
        last_on=parse_day(last) if last else None,
        audiences=tuple(slug for slug in dict.fromkeys(arguments.getlist("audiencia")) if slug),
        channel=Channel(channel) if channel in set(Channel) else None,
        sender=arguments.get("remitente", "").strip()[:_LONGEST],
        kind=arguments.get("tipo", ""),
        words=arguments.get("palabras", "").strip()[:_LONGEST],
        programme_key=arguments.get("clave", "").strip()[:_LONGEST],
    )
    if chosen.first_on and chosen.last_on:
        Period(chosen.first_on, chosen.last_on)
    return chosen


def read_report_request(arguments: MultiDict[str, str], today: date) -> ReportRequest:
    """Read which report is wanted: two days go before a period, and without either it is the quarter of `today`."""
    chosen = read_log_filter(arguments)
    asked = arguments.get("periodo", "")
    period = parse_period(asked) if asked else quarter_of(today)
    if chosen.first_on or chosen.last_on:
        period = Period(chosen.first_on or period.first_on, chosen.last_on or period.last_on)
    language = arguments.get("idioma", "")
    counts, chapter = arguments.get("cuenta", ""), arguments.get("capitulo", "").strip()
    return ReportRequest(
        chosen=chosen,
        period=period,
        layout=arguments.get("tabla", "") or DEFAULT_LAYOUT,
        language=language if language in LANGUAGES else current_language(),
        is_section=arguments.get("forma") == WHOLE,
        options=Options(counts if counts in REACH_COUNTS else "", chapter if CHAPTER.fullmatch(chapter) else ""),
    )


def keep_log_question(arguments: MultiDict[str, str]) -> dict[str, Any]:
    """Return what the address asks of the log, for the address of a download."""
    return _keep(arguments, _LOG_KEYS)


def keep_report_question(arguments: MultiDict[str, str]) -> dict[str, Any]:
    """Return what the address asks of a report, for the address of a download."""
    return _keep(arguments, _REPORT_KEYS)


def list_quarters(today: date, asked: str = "") -> dict[str, Period]:
    """Return the quarter of `today` and those before it, newest first, each by how a form asks for it.

    A period that the address asks for and that is none of them comes last, so that the form keeps it.
    """
    quarter = quarter_of(today)
    quarters: dict[str, Period] = {}
    while len(quarters) < _QUARTERS_OFFERED:
        quarters[f"{quarter.first_on.year}-T{quarter.quarter}"] = quarter
        quarter = quarter_of(date.fromordinal(quarter.first_on.toordinal() - 1))
    if asked:
        with suppress(PeriodError):
            period = parse_period(asked)
            if period not in quarters.values():
                quarters[asked] = period
    return quarters


def _keep(arguments: MultiDict[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values for name in names if (values := [value for value in arguments.getlist(name) if value])}
