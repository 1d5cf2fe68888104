"""When a campaign leaves: what people type, what it means, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from campaigns.campaign_samples import make_approved_campaign, make_ready_campaign, put_in_state
from outreach.campaigns.errors import AmbiguousTimeError, ApprovalError, ForbiddenMoveError, ScheduleError
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
]


@pytest.mark.parametrize(("text", "zone", "expected"), INSTANTS)
def test_a_wall_time_is_one_instant(text: str, zone: str, expected: str) -> None:
    assert parse_local(text, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "before", "after"),
    [
        ("2026-03-08T02:30", "America/New_York", "01:30", "03:30"),
        ("2026-03-29T02:30", "Europe/Madrid", "01:30", "03:30"),
        ("2022-04-03T02:30", ZONE, "01:30", "03:30"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_with_its_neighbours(
    text: str, zone: str, before: str, after: str
) -> None:
    with pytest.raises(ScheduleError) as refusal:
        parse_local(text, zone)
    assert str(refusal.value).endswith(f"esa hora no existe: elija las {before} o las {after}.")
    assert parse_local(f"{text[:11]}{after}", zone) - parse_local(f"{text[:11]}{before}", zone) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "zone", "first"),
    [
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30"),
        ("2026-10-25T02:30", "Europe/Madrid", "2026-10-25T00:30"),
    ],
)
def test_a_time_that_comes_twice_is_asked_about(text: str, zone: str, first: str) -> None:
    instant = datetime.fromisoformat(first).replace(tzinfo=UTC)
    with pytest.raises(AmbiguousTimeError, match="se repite"):
        parse_local(text, zone)
    assert parse_local(text, zone, 1) == instant
    assert parse_local(text, zone, 2) == instant + timedelta(hours=1)


def test_the_city_changes_its_clocks_no_more() -> None:
    for text in ("2026-04-05T02:30", "2026-10-25T01:30"):
        assert parse_local(text, ZONE) - datetime.fromisoformat(f"{text}+00:00") == timedelta(hours=6)


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
