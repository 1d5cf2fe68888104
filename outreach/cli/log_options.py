"""Options of commands that add to the log, read into what the services ask for."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import click

from outreach.dispatch.rules import Channel
from outreach.reports.periods import Period, PeriodError, parse_day, parse_period
from outreach.reports.printed_dates import PrintedDay, read_printed_dates
from outreach.translation import gettext as _

_MONTH = re.compile(r"\d{4}-\d{2}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# What tables that were prepared elsewhere say.
_ALIASES = {"other": Channel.OTHER}


def channel_option(text: str, *, required: bool = False) -> Callable[..., Any]:
    """Give a command `--channel`, with the word that tables from elsewhere use for another one."""
    names = [*(channel.value for channel in Channel), *_ALIASES]
    return click.option("--channel", type=click.Choice(names), required=required, help=text)


def read_channel(name: str | None) -> Channel:
    """Return the channel of an option, e-mail when it was not given."""
    if not name:
        return Channel.EMAIL
    return _ALIASES.get(name) or Channel(name)


def read_day_option(text: str) -> PrintedDay:
    """Read one day, or a month alone as 2026-03; raise PeriodError for anything else."""
    given = text.strip()
    if _MONTH.fullmatch(given):
        return PrintedDay(parse_period(given).first_on, is_month_only=True)
    found = read_printed_dates(given)
    if len(found.days) == 1:
        return found.days[0]
    if found.problems and not found.days:
        raise PeriodError(found.problems[0].message)
    raise PeriodError(_("«%(text)s» son varias fechas: añada una línea por cada una.", text=text))


def read_period_option(edges: tuple[str, str]) -> Period:
    """Read the first and the last day of a period; a month or a quarter stands for its own edge."""
    return Period(_read_edge(edges[0], is_last=False), _read_edge(edges[1], is_last=True))


def _read_edge(text: str, *, is_last: bool) -> date:
    if _DAY.fullmatch(text.strip()):
        return parse_day(text)
    period = parse_period(text)
    return period.last_on if is_last else period.first_on
