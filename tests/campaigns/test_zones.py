"""Wall times around the world: skipped, repeated, and the same instant elsewhere."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.errors import ScheduleError
from outreach.campaigns.planning.zones import find_instants, get_zone, is_zone, place_wall, spread
from outreach.campaigns.times import describe, describe_departure
from outreach.translation import speaking

# Wall time, zone, how many instants it names, and the one for whoever cannot be asked.
WALLS = [
    ("2026-03-03T09:00", "America/Mexico_City", 1, "2026-03-03T15:00"),
    ("2026-03-08T02:30", "America/New_York", 0, "2026-03-08T07:30"),
    ("2026-03-29T02:30", "Europe/Madrid", 0, "2026-03-29T01:30"),
    ("2026-03-08T00:30", "America/Havana", 0, "2026-03-08T05:30"),
    ("2026-09-06T00:30", "America/Santiago", 0, "2026-09-06T04:30"),
    ("2026-04-24T00:30", "Africa/Cairo", 0, "2026-04-23T22:30"),
    ("2026-03-29T00:30", "Asia/Beirut", 0, "2026-03-28T22:30"),
    ("2026-10-04T02:10", "Australia/Lord_Howe", 0, "2026-10-03T15:40"),
    ("2026-11-01T01:30", "America/New_York", 2, "2026-11-01T05:30"),
    ("2026-10-25T02:30", "Europe/Madrid", 2, "2026-10-25T00:30"),
    ("2026-11-01T01:30", "America/Tijuana", 2, "2026-11-01T08:30"),
    ("2026-04-05T02:30", "America/Mexico_City", 1, "2026-04-05T08:30"),
]

# What nine in the morning of Mexico City is elsewhere, around the changes of clocks.
NINE_IN_MEXICO = [
    ("2026-03-07", "7:00", "9:00", "10:00", "16:00"),
    ("2026-03-08", "8:00", "10:00", "11:00", "16:00"),
    ("2026-03-28", "8:00", "10:00", "11:00", "16:00"),
    ("2026-03-29", "8:00", "10:00", "11:00", "17:00"),
    ("2026-10-24", "8:00", "10:00", "11:00", "17:00"),
    ("2026-10-25", "8:00", "10:00", "11:00", "16:00"),
    ("2026-10-31", "8:00", "10:00", "11:00", "16:00"),
    ("2026-11-01", "7:00", "9:00", "10:00", "16:00"),
]


@pytest.mark.parametrize(("text", "zone", "count", "expected"), WALLS)
def test_a_wall_time_names_none_one_or_two_instants(text: str, zone: str, count: int, expected: str) -> None:
    wall = datetime.fromisoformat(text)
    instants = find_instants(wall, zone)
    assert len(instants) == count
    assert place_wall(wall, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert all(instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall for instant in instants)
    assert list(instants) == sorted(set(instants))


@pytest.mark.parametrize(("day", "angeles", "chicago", "york", "madrid"), NINE_IN_MEXICO)
def test_the_same_instant_is_told_elsewhere(day: str, angeles: str, chicago: str, york: str, madrid: str) -> None:
    instant = place_wall(datetime.fromisoformat(f"{day}T09:00"), "America/Mexico_City")
    for zone, city, hour in (
        ("America/Los_Angeles", "Los Ángeles", angeles),
        ("America/Chicago", "Chicago", chicago),
        ("America/New_York", "Nueva York", york),
        ("Europe/Madrid", "Madrid", madrid),
    ):
        assert f", {hour} (hora de {city}, UTC" in describe(instant, zone)


def test_an_instant_stands_in_a_sentence_in_both_languages() -> None:
    nine = datetime(2026, 3, 3, 15, tzinfo=UTC)
    assert describe_departure(nine, "America/Mexico_City") == (
        "el martes 3 de marzo de 2026 a las 9:00 (hora de la Ciudad de México, UTC−6)"
    )
    assert "a la 1:00" in describe_departure(nine - timedelta(hours=8), "America/Mexico_City")
    with speaking("en"):
        assert describe_departure(nine, "America/New_York").startswith("on Tuesday, March 3, 2026 at 10:00 AM (")


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)),  # noqa: DTZ001 - wall times
    st.sampled_from(["America/New_York", "Europe/Madrid", "America/Mexico_City", "Australia/Lord_Howe"]),
)
def test_later_wall_times_are_never_earlier_instants_by_more_than_a_change_of_clocks(wall: datetime, zone: str) -> None:
    assert place_wall(wall + timedelta(hours=2), zone) > place_wall(wall, zone)


def test_whoever_lives_farther_east_has_their_turn_first() -> None:
    turns = spread(datetime(2026, 3, 3, 9), ["Pacific/Honolulu", "Pacific/Auckland", "", "Marte/Olimpo"])  # noqa: DTZ001 - a wall time
    assert turns["Pacific/Honolulu"] - turns["Pacific/Auckland"] == timedelta(hours=23)
    assert set(turns) == {"Pacific/Honolulu", "Pacific/Auckland"}


@pytest.mark.parametrize("zone", ["", "CST", "Marte/Olimpo", "../etc/passwd", "UTC-6"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    assert not is_zone(zone)
    with pytest.raises(ScheduleError, match="zona horaria"):
        get_zone(zone)
