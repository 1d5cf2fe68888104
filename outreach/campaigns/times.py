"""Instants in words, with the zone they are read in."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_timezone_location

from outreach.translation import current_language, current_locale
from outreach.translation import gettext as _

MEXICO_CITY = "America/Mexico_City"
_PATTERNS = {"es": "EEEE d 'de' MMMM 'de' y, H:mm", "en": "EEEE, MMMM d, y, h:mm a"}
_DAYS = {"es": "EEEE d 'de' MMMM 'de' y", "en": "EEEE, MMMM d, y"}
_HOURS = {"es": "H:mm", "en": "h:mm a"}


def describe(instant: datetime, zone: str) -> str:
    """Return `instant` in words in the IANA `zone`: martes 3 de marzo de 2026, 9:00 (hora de …, UTC−6)."""
    local = instant.astimezone(ZoneInfo(zone))
    when = format_datetime(local, _PATTERNS[current_language()], locale=current_locale())
    return f"{when} ({name_zone(zone, instant)})"


def name_zone(zone: str, instant: datetime) -> str:
    """Return the zone in words with its offset at `instant`, as «hora de la Ciudad de México, UTC−6»."""
    local = instant.astimezone(ZoneInfo(zone))
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    sign = "−" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    offset = f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"
    return _("%(zone)s, %(offset)s", zone=name_place(zone), offset=offset)


def name_place(zone: str) -> str:
    """Return whose time it is: «hora de la Ciudad de México», «hora de Nueva York»."""
    if zone == MEXICO_CITY:
        return _("hora de la Ciudad de México")
    return _("hora de %(place)s", place=name_city(zone))


def name_city(zone: str) -> str:
    """Return the city that the IANA `zone` is named after, as the page's language calls it: «Los Ángeles»."""
    city: str = get_timezone_location(zone, locale=current_locale(), return_city=True)
    return city


def describe_departure(instant: datetime, zone: str) -> str:
    """Return `instant` as part of a sentence: el martes 3 de marzo de 2026 a las 9:00 (hora de …, UTC−6)."""
    local = instant.astimezone(ZoneInfo(zone))
    day = format_date(local.date(), _DAYS[current_language()], locale=current_locale())
    hour = format_time(local, _HOURS[current_language()], locale=current_locale())
    if current_language() == "es":
        article = "la" if local.hour == 1 else "las"
        return f"el {day} a {article} {hour} ({name_zone(zone, instant)})"
    return f"on {day} at {hour} ({name_zone(zone, instant)})"
