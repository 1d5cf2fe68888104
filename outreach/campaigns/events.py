"""When an event is: read from its block, in words in each language, and as instants for a calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_time

from outreach.campaigns.times import MEXICO_CITY, name_zone
from outreach.translation import current_language, current_locale
from outreach.translation import gettext as _

_DAY = {"es": "EEEE d 'de' MMMM 'de' y", "en": "EEEE, MMMM d, y"}
_HOUR = {"es": "H:mm", "en": "h:mm a"}

# Where the people live whom the institution writes to; a campaign file may name any other.
ZONES = (
    *(MEXICO_CITY, "America/Tijuana", "America/Hermosillo", "America/Cancun"),
    *("America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York"),
    *("America/Vancouver", "America/Toronto", "Europe/London", "Europe/Madrid", "Europe/Paris", "Europe/Berlin"),
)


@dataclass(frozen=True, slots=True)
class EventTimes:
    """The days and hours of an event in its IANA `zone`; without `begins` it lasts whole days."""

    day: date
    last_day: date
    begins: time | None
    ends: time | None
    zone: str

    @property
    def begins_at(self) -> datetime:
        """The instant it begins, the first of its day if no hour is given."""
        return datetime.combine(self.day, self.begins or time(), ZoneInfo(self.zone))

    @property
    def ends_at(self) -> datetime:
        """The instant it ends: its last day's end where no hour is given."""
        if self.ends is not None:
            return datetime.combine(self.last_day, self.ends, ZoneInfo(self.zone))
        return datetime.combine(self.last_day, time(23, 59), ZoneInfo(self.zone))

    @property
    def is_backwards(self) -> bool:
        """Tell whether it ends before it begins, as far as is known."""
        if self.last_day != self.day or self.begins is None or self.ends is None:
            return self.last_day < self.day
        return self.ends <= self.begins


def read_times(fields: Mapping[str, Mapping[str, str]]) -> EventTimes | None:
    """Return when the event of these fields is; None without a day, or one that cannot be read."""
    day = read_day(_pick(fields, "day"))
    if day is None:
        return None
    zone = _pick(fields, "zone")
    return EventTimes(
        day,
        read_day(_pick(fields, "until")) or day,
        read_hour(_pick(fields, "begins")),
        read_hour(_pick(fields, "ends")),
        zone if is_zone(zone) else MEXICO_CITY,
    )


def _pick(fields: Mapping[str, Mapping[str, str]], name: str) -> str:
    """Return a value that both languages share, wherever it stands."""
    return next((text.strip() for text in fields.get(name, {}).values() if text.strip()), "")


def read_day(text: str) -> date | None:
    """Return the day that `text` (YYYY-MM-DD) names; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_hour(text: str) -> time | None:
    """Return the hour that `text` (HH:MM, or H:MM) names; None for anything else."""
    try:
        hour = time.fromisoformat(text.strip().zfill(len("00:00")))
    except ValueError:
        return None
    return None if hour.tzinfo else hour.replace(second=0, microsecond=0)


def offer_zones(current: str) -> tuple[str, ...]:
    """Return the zones to choose from, `current` among them; nothing stands for Mexico City until another is chosen."""
    zones = ZONES if current else ("", *ZONES[1:])
    return zones if current in zones else (*zones, current)


def is_zone(name: str) -> bool:
    """Tell whether `name` is an IANA zone, such as America/Mexico_City."""
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def describe_event(times: EventTimes) -> str:
    """Return when it is: «Jueves 12 de marzo de 2026, de 18:00 a 20:00 (hora de la Ciudad de México, UTC−6)»."""
    text = _describe_days(times) if times.begins is None else _describe_hours(times)
    return text[:1].upper() + text[1:]


def _describe_days(times: EventTimes) -> str:
    if times.last_day == times.day:
        return _write_day(times.day)
    return _("del %(first)s al %(last)s", first=_write_day(times.day), last=_write_day(times.last_day))


def _describe_hours(times: EventTimes) -> str:
    zone = name_zone(times.zone, times.begins_at)
    begins = _write_hour(times.begins)
    if times.last_day != times.day:
        return _(
            "del %(first)s, %(begins)s, al %(last)s, %(ends)s (%(zone)s)",
            first=_write_day(times.day),
            begins=begins,
            last=_write_day(times.last_day),
            ends=_write_hour(times.ends or time(23, 59)),
            zone=zone,
        )
    day = _write_day(times.day)
    if times.ends is None:
        return _("%(day)s, %(begins)s (%(zone)s)", day=day, begins=begins, zone=zone)
    return _(
        "%(day)s, de %(begins)s a %(ends)s (%(zone)s)", day=day, begins=begins, ends=_write_hour(times.ends), zone=zone
    )


def _write_day(day: date) -> str:
    return format_date(day, _DAY[current_language()], locale=current_locale())


def _write_hour(hour: time | None) -> str:
    return format_time(hour or time(), _HOUR[current_language()], locale=current_locale())
