"""Instants in words, with the zone they are read in."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from outreach.translation import current_language, current_locale
from outreach.translation import gettext as _

MEXICO_CITY = "America/Mexico_City"
_PATTERNS = {"es": "EEEE d 'de' MMMM 'de' y, H:mm", "en": "EEEE, MMMM d, y, h:mm a"}


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
    return _("%(zone)s, %(offset)s", zone=_name(zone), offset=offset)


def _name(zone: str) -> str:
    if zone == MEXICO_CITY:
        return _("hora de la Ciudad de México")
    return _("hora de %(place)s", place=zone.rpartition("/")[2].replace("_", " "))
