"""When a campaign leaves: what people type, what it means, and what is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from campaigns.campaign_samples import make_approved_campaign, make_ready_campaign, put_in_state
from outreach.campaigns.errors import ApprovalError, ForbiddenMoveError, ScheduleError
from outreach.campaigns.queries import list_due
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.scheduling import parse_local, schedule, schedule_now
from outreach.campaigns.times import describe
from outreach.translation import speaking

pytestmark = pytest.mark.both_databases

ZONE = "America/Mexico_City"

INSTANTS = [
    ("2026-03-03T09:00", ZONE, "2026-03-03T15:00"),
    ("2026-03-03 09:00", ZONE, "2026-03-03T15:00"),
    ("2026-07-03T09:00:00", ZONE, "2026-07-03T15:00"),
    ("2026-07-03T09:00", "America/Tijuana", "2026-07-03T16:00"),
    # skipped times move forward by what the clocks skip
    ("2026-03-08T02:30", "America/New_York", "2026-03-08T07:30"),
    ("2026-03-29T02:30", "Europe/Madrid", "2026-03-29T01:30"),
    ("2026-03-08T00:30", "America/Havana", "2026-03-08T05:30"),
    ("2026-09-06T00:30", "America/Santiago", "2026-09-06T04:30"),
    # of a time that comes twice, the first counts
    ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30"),
    ("2026-10-25T02:30", "Europe/Madrid", "2026-10-25T00:30"),
]


@pytest.mark.parametrize(("text", "zone", "expected"), INSTANTS)
def test_a_wall_time_is_one_instant(text: str, zone: str, expected: str) -> None:
    assert parse_local(text, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_skipped_time_is_shown_moved_forward() -> None:
    instant = parse_local("2026-03-08T02:30", "America/New_York")
    assert f"{instant.astimezone(ZoneInfo('America/New_York')):%H:%M}" == "03:30"


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)))  # noqa: DTZ001 - wall times
def test_later_wall_times_are_never_much_earlier_instants(wall: datetime) -> None:
    first = parse_local(f"{wall:%Y-%m-%dT%H:%M}", "America/New_York")
    second = parse_local(f"{wall + timedelta(hours=2):%Y-%m-%dT%H:%M}", "America/New_York")
    assert second > first


@pytest.mark.parametrize(
    "text",
    ["", "mañana", "2026-03-03", "2026-02-30T09:00", "2026-03-03T09:00-06:00", "2026-03-03T25:00", "3/3/2026 9:00"],
)
def test_what_is_no_wall_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ScheduleError, match=r"2026-03-03T09:00\.$"):
        parse_local(text, ZONE)


@pytest.mark.parametrize("zone", ["", "CST", "Marte/Olimpo", "../etc/passwd", "UTC-6"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(ScheduleError):
        parse_local("2026-03-03T09:00", zone)


def test_an_instant_is_said_in_words_with_its_zone(now: datetime) -> None:
    assert describe(now, ZONE) == "martes 3 de marzo de 2026, 9:00 (hora de la Ciudad de México, UTC−6)"
    assert "UTC+5:30" in describe(now, "Asia/Kolkata")
    with speaking("en"):
        assert describe(now, ZONE).startswith("Tuesday, March 3, 2026, 9:00 AM (")


def test_a_schedule_keeps_the_instant_the_zone_and_the_end(app: Flask, now: datetime) -> None:
    assert app
    campaign = make_approved_campaign()
    schedule(campaign, now + timedelta(hours=2), ZONE, now + timedelta(hours=3))
    assert (campaign.scheduled_at, campaign.scheduled_zone) == (now + timedelta(hours=2), ZONE)
    assert campaign.not_after
    assert campaign.not_after - now == timedelta(hours=3)
    schedule(campaign, now + timedelta(hours=5), ZONE)
    assert campaign.scheduled_at == now + timedelta(hours=5)
    assert not campaign.not_after
    assert campaign.state == CampaignState.SCHEDULED


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=1), timedelta(days=400)])
def test_a_time_that_has_passed_is_refused_saying_both_times(app: Flask, now: datetime, ago: timedelta) -> None:
    assert app
    campaign = make_approved_campaign()
    with pytest.raises(ScheduleError) as refusal:
        schedule(campaign, now - ago, ZONE)
    assert describe(now - ago, ZONE) in str(refusal.value)
    assert describe(now, ZONE) in str(refusal.value)
    assert campaign.state == CampaignState.APPROVED


def test_an_end_before_the_start_is_refused(app: Flask, now: datetime) -> None:
    assert app
    campaign = make_approved_campaign()
    with pytest.raises(ScheduleError, match="No enviar después de"):
        schedule(campaign, now + timedelta(hours=2), ZONE, now + timedelta(hours=1))
    with pytest.raises(ScheduleError, match="No enviar después de"):
        schedule_now(campaign, ZONE, now - timedelta(hours=1))


def test_a_draft_is_not_scheduled(app: Flask, now: datetime) -> None:
    assert app
    with pytest.raises(ForbiddenMoveError, match="Borrador"):
        schedule(make_ready_campaign(), now + timedelta(hours=1), ZONE)


def test_nothing_is_scheduled_without_a_valid_approval(app: Flask) -> None:
    assert app
    campaign = put_in_state(make_ready_campaign(), CampaignState.APPROVED)
    with pytest.raises(ApprovalError, match="visto bueno vigente"):
        schedule_now(campaign, ZONE)
    assert campaign.state == CampaignState.APPROVED


def test_what_was_changed_behind_the_approval_is_not_scheduled(app: Flask) -> None:
    assert app
    campaign = make_approved_campaign()
    campaign.sender.name = "Otra"
    with pytest.raises(ApprovalError):
        schedule_now(campaign, ZONE)


def test_a_campaign_is_due_from_its_instant_on(app: Flask, now: datetime) -> None:
    assert app
    campaign = make_approved_campaign()
    assert list_due(now + timedelta(days=1)) == []
    schedule(campaign, now + timedelta(hours=1), ZONE)
    assert list_due(now + timedelta(minutes=59)) == []
    assert list_due(now + timedelta(hours=1)) == [campaign]
    put_in_state(campaign, CampaignState.HELD)
    assert list_due(now + timedelta(hours=2)) == []
