"""Restricted periods in words."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from outreach.campaigns.planning.departure import Departure
from outreach.campaigns.planning.models import RestrictedPeriod
from outreach.campaigns.planning.service import list_audience_rows
from outreach.campaigns.queries import list_kinds
from outreach.campaigns.times import describe_departure
from outreach.config import current_config
from outreach.translation import current_language, current_locale
from outreach.translation import gettext as _

_DAYS = {"es": "d 'de' MMMM 'de' y", "en": "MMMM d, y"}


def describe_span(starts_at: datetime, ends_at: datetime) -> str:
    """Return from when to when, in words, by the Institute's clocks; hours only where they are not midnight."""
    zone = ZoneInfo(current_config().timezone)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    if end.time() == time(0):
        end -= timedelta(days=1)
        last = _write_day(end)
    else:
        last = _write_moment(end)
    first = _write_day(start) if start.time() == time(0) else _write_moment(start)
    if first == last:
        return _("el %(day)s", day=first)
    return _("del %(first)s al %(last)s", first=first, last=last)


def say_departure(departure: Departure) -> str:
    """Return when a campaign leaves as part of a sentence: el martes 3 de marzo de 2026 a las 9:00 (hora de …)."""
    when = describe_departure(departure.at, departure.zone)
    if departure.is_local_time:
        return _("%(when)s, o a esa hora en el lugar de cada persona", when=when)
    return when


def make_scope_words() -> Callable[[RestrictedPeriod], str]:
    """Return what says whom a period concerns, in words; kinds and audiences are read once for all periods."""
    named = "name_en" if current_language() == "en" else "name_es"
    kinds, audiences = list_kinds(), list_audience_rows()

    def describe(period: RestrictedPeriod) -> str:
        chosen = (
            [getattr(kind, named) for kind in kinds if kind.id in period.kind_ids],
            [getattr(audience, named) for audience in audiences if audience.id in period.audience_ids],
        )
        return " · ".join(", ".join(part) for part in chosen if part) or _("Todos los envíos")

    return describe


def _write_day(moment: datetime) -> str:
    return format_date(moment.date(), _DAYS[current_language()], locale=current_locale())


def _write_moment(moment: datetime) -> str:
    return _("%(day)s a las %(hour)s", day=_write_day(moment), hour=f"{moment:%H:%M}")
