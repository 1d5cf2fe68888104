"""The options that choose lines of the dispatch log, the same in every command that reads it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from outreach.dispatch.log import LogFilter
from outreach.dispatch.rules import Channel
from outreach.reports.periods import Period, parse_day, parse_period
from outreach.translation import gettext as _

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--period", metavar="PERIOD", help="A quarter (2020-T4), a year (2026) or a month (2026-03)."),
    click.option("--from", "first", metavar="DATE", help="The first day, as 2026-03-03."),
    click.option("--to", "last", metavar="DATE", help="The last day, as 2026-04-09."),
    click.option("--audience", "audiences", multiple=True, metavar="SLUG", help="Only this audience; may be repeated."),
    click.option("--sender", default="", metavar="ADDRESS", help="Only what left from this address."),
    click.option("--channel", type=click.Choice([channel.value for channel in Channel]), help="Only this channel."),
    click.option("--kind", default="", metavar="KIND", help="Only this kind, as boletin."),
    click.option("--words", default="", metavar="WORDS", help="Only lines whose text has all these words."),
)


def filter_options(command: Command) -> Callable[..., Any]:
    """Give `command` the options of the log; it receives them as `chosen`, a LogFilter."""

    @wraps(command)
    def run(**given: Any) -> Any:  # noqa: ANN401  # whatever further options the command has
        return command(chosen=_read(given), **given)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run


def require_period(chosen: LogFilter) -> Period:
    """Return the period of `chosen`; wrong usage when it has no first and last day."""
    if chosen.first_on and chosen.last_on:
        return Period(chosen.first_on, chosen.last_on)
    message = _("Escriba --period 2026-T1, o bien --from y --to.")
    raise click.UsageError(message)


def _read(given: dict[str, Any]) -> LogFilter:
    period, first, last = given.pop("period"), given.pop("first"), given.pop("last")
    if period and (first or last):
        message = _("Escriba --period, o bien --from y --to, pero no los dos.")
        raise click.UsageError(message)
    channel = given.pop("channel")
    days = parse_period(period) if period else None
    first_on = days.first_on if days else parse_day(first) if first else None
    last_on = days.last_on if days else parse_day(last) if last else None
    if first_on and last_on:
        Period(first_on, last_on)
    return LogFilter(
        first_on=first_on,
        last_on=last_on,
        audiences=given.pop("audiences"),
        channel=Channel(channel) if channel else None,
        sender=given.pop("sender"),
        kind=given.pop("kind"),
        words=given.pop("words"),
    )
