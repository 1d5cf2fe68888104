"""The only source of the present moment."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def day_in(zone: str, instant: datetime) -> date:
    """Return the calendar day that `instant` (aware) falls on in the IANA `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def midnight_in(zone: str, day: date) -> datetime:
    """Return the instant, in UTC, at which `day` begins in the IANA `zone`."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
