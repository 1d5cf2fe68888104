"""Dispatches counted in groups, one statement each, however many lines the log has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func

from outreach.audiences.models import Audience
from outreach.campaigns.models import Kind
from outreach.db import db
from outreach.dispatch.log import LogFilter, select_counted
from outreach.dispatch.models import Dispatch
from outreach.dispatch.rules import Channel


@dataclass(frozen=True, slots=True)
class Tally:
    """How many dispatches of one sort a month has; `audience` and `kind` are slugs, empty where a line names none."""

    first_on: date
    audience: str
    kind: str
    channel: Channel
    dispatches: int


def list_tallies(chosen: LogFilter) -> list[Tally]:
    """Count the chosen dispatches by month, audience, kind and channel."""
    parts = (
        extract("year", Dispatch.sent_on),
        extract("month", Dispatch.sent_on),
        func.coalesce(Audience.slug, ""),
        func.coalesce(Kind.slug, ""),
        Dispatch.channel,
    )
    rows = db.session.execute(select_counted(chosen, *parts, func.count(Dispatch.id)).group_by(*parts))
    return [
        Tally(date(int(year), int(month), 1), audience, kind, Channel(channel), number)
        for year, month, audience, kind, channel, number in rows
    ]


def add_by_month(tallies: list[Tally], is_wanted: Callable[[Tally], bool]) -> dict[date, int]:
    """Add the tallies that are wanted, by the first day of their month."""
    months: dict[date, int] = {}
    for tally in _choose(tallies, is_wanted):
        months[tally.first_on] = months.get(tally.first_on, 0) + tally.dispatches
    return months


def _choose(tallies: list[Tally], is_wanted: Callable[[Tally], bool]) -> Iterator[Tally]:
    return (tally for tally in tallies if is_wanted(tally))
