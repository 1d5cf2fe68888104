"""Wall times and the instants they name, also where clocks skip an hour or show it twice (T-10)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach.campaigns.errors import ScheduleError
from outreach.translation import gettext as _

# Where many of the diaspora live, beside the City itself; any other zone can be typed on the command line.
DIASPORA = ("America/Los_Angeles", "America/Chicago", "America/New_York", "Europe/Madrid")
OFFERED = (
    *("America/Mexico_City", "America/Cancun", "America/Hermosillo", "America/Tijuana"),
    *(*DIASPORA[:1], "America/Denver", *DIASPORA[1:3], "America/Toronto", "America/Vancouver"),
    *("Europe/London", DIASPORA[3], "Europe/Paris", "Europe/Berlin"),
)


def get_zone(zone: str) -> ZoneInfo:
    """Return the IANA `zone`, or raise ScheduleError."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise ScheduleError(
            _("«%(zone)s» no es una zona horaria: escriba una como America/Mexico_City.", zone=zone)
        ) from problem


def find_instants(wall: datetime, zone: str) -> tuple[datetime, ...]:
    """Return the instants, in UTC, at which clocks in `zone` show `wall`: none, one, or two (the earlier first)."""
    place = get_zone(zone)
    first, second = (wall.replace(tzinfo=place, fold=fold) for fold in (0, 1))
    before, after = first.utcoffset() or timedelta(), second.utcoffset() or timedelta()
    if before < after:
        return ()
    instants = (first.astimezone(UTC), second.astimezone(UTC))
    return instants if before > after else instants[:1]


def place_wall(wall: datetime, zone: str) -> datetime:
    """Return the one instant of `wall` in `zone` for whoever cannot be asked, in UTC.

    A time that the clocks skip moves forward by what they skip; of a time that comes twice, the first counts.
    """
    # With fold 0, zoneinfo reads a skipped time with the offset before the change, which moves it forward.
    return wall.replace(tzinfo=get_zone(zone), fold=0).astimezone(UTC)


def list_neighbours(wall: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the wall times around a skipped `wall` that clocks in `zone` do show, each as far off as they skip."""
    place = get_zone(zone)
    before, after = (wall.replace(tzinfo=place, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return wall - (after - before), wall + (after - before)


def spread(wall: datetime, zones: Iterable[str]) -> dict[str, datetime]:
    """Return when `wall` comes to each of `zones`; what is no zone is left out."""
    return {zone: place_wall(wall, zone) for zone in zones if is_zone(zone)}


@lru_cache(maxsize=1024)
def is_zone(zone: str) -> bool:
    """Tell whether `zone` names an IANA zone."""
    try:
        get_zone(zone)
    except ScheduleError:
        return False
    return True
