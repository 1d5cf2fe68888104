"""Restricted periods: whom they concern, who lifts them, and that nothing is scheduled in spite of them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from campaigns.campaign_samples import make_approved_campaign, make_person, read_state
from outreach.accounts.models import AuditEntry, User
from outreach.accounts.rules import Role
from outreach.audiences.queries import get_audience
from outreach.campaigns.approving import approve
from outreach.campaigns.content import edit_version
from outreach.campaigns.errors import ChecksFailedError, RestrictedPeriodError, ScheduleError
from outreach.campaigns.findings import list_findings
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.departure import Departure
from outreach.campaigns.planning.models import RestrictedPeriod
from outreach.campaigns.planning.notices import look_at
from outreach.campaigns.planning.restrictions import list_restrictions
from outreach.campaigns.planning.rules import Confirmed, PeriodLevel, is_lifted
from outreach.campaigns.planning.service import confirm, save_period
from outreach.campaigns.queries import get_institution
from outreach.campaigns.rules import CampaignState, Language
from outreach.campaigns.scheduling import propose, resume, schedule, schedule_now
from outreach.campaigns.states import move
from outreach.campaigns.wording import VersionWords
from outreach.db import db

pytestmark = pytest.mark.both_databases

ZONE = "America/Mexico_City"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_application(app: Flask) -> None:
    assert app


def make_period(now: datetime, level: PeriodLevel = PeriodLevel.STOPS, **changes: Any) -> RestrictedPeriod:  # noqa: ANN401 - columns of any type
    period = RestrictedPeriod(
        **{
            "name": "Veda",
            "starts_at": now + HOUR,
            "ends_at": now + 3 * HOUR,
            "level": level,
            "legal_basis": "Acuerdo de prueba.",
            "kind_ids": [],
            "audience_ids": [],
            "is_active": True,
            **changes,
        }
    )
    save_period(period, make_person(Role.ADMINISTRATOR, f"{uuid4().hex}@example.org"))
    return period


def restrict(campaign: Campaign, now: datetime) -> list[str]:
    return [each.name for each in list_restrictions(db.session.connection(), campaign.id, now)]


@pytest.mark.parametrize(
    ("offset", "is_restricted"),
    [
        (HOUR - timedelta(seconds=1), False),
        (HOUR, True),
        (3 * HOUR - timedelta(seconds=1), True),
        (3 * HOUR, False),
    ],
)
def test_a_period_rules_from_its_first_instant_until_just_before_its_last(
    now: datetime, offset: timedelta, *, is_restricted: bool
) -> None:
    campaign = make_approved_campaign()
    make_period(now)
    assert bool(restrict(campaign, now + offset)) is is_restricted


def test_an_inactive_period_and_one_for_others_hold_nothing_up(now: datetime) -> None:
    campaign = make_approved_campaign()
    inactive = make_period(now, is_active=False)
    elsewhere = make_period(now, kind_ids=[campaign.kind_id + 1], name="Otra")
    others = make_period(now, audience_ids=[get_audience("osc").id], name="Otras", level=PeriodLevel.ASKS)
    assert restrict(campaign, now + 2 * HOUR) == []
    inactive.is_active, elsewhere.kind_ids, others.audience_ids = (
        True,
        [campaign.kind_id],
        [link.audience_id for link in campaign.audience_links],
    )
    db.session.flush()
    assert len(restrict(campaign, now + 2 * HOUR)) == 3


def test_nothing_is_scheduled_in_a_period_that_stops(now: datetime) -> None:
    campaign = make_approved_campaign()
    make_period(now)
    with pytest.raises(RestrictedPeriodError, match="«Veda» impide este envío"):
        schedule(campaign, now + 2 * HOUR, ZONE)
    assert read_state(campaign) == CampaignState.APPROVED
    schedule(campaign, now + 3 * HOUR, ZONE)
    assert read_state(campaign) == CampaignState.SCHEDULED


def test_nobody_lifts_a_period_that_stops(now: datetime) -> None:
    campaign = make_approved_campaign()
    make_period(now)
    found = look_at(campaign, Departure(now + 2 * HOUR, ZONE))
    assert found.asks == []
    assert confirm(campaign, found.restrictions, make_person(Role.ADMINISTRATOR, "x@example.org"), "Urge.") == 0
    assert not is_lifted(PeriodLevel.STOPS, [Confirmed(1, True), Confirmed(2, True)])  # noqa: FBT003 - a row


def test_a_period_that_asks_wants_a_reason_from_one_person(now: datetime) -> None:
    campaign = make_approved_campaign()
    make_period(now, PeriodLevel.ASKS)
    departure = Departure(now + 2 * HOUR, ZONE)
    with pytest.raises(RestrictedPeriodError, match="pide un motivo"):
        schedule(campaign, departure.at, ZONE)
    for reason in ("", "   ", "x" * 401):
        with pytest.raises(ScheduleError, match="motivo"):
            confirm(campaign, look_at(campaign, departure).asks, campaign.author, reason)
    assert confirm(campaign, look_at(campaign, departure).asks, campaign.author, "Es información electoral.") == 1
    schedule(campaign, departure.at, ZONE)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "confirm_period")).one()
    assert (entry.user_id, entry.subject_id) == (campaign.author_id, campaign.id)


def give(campaign: Campaign, departure: Departure, user: User) -> None:
    confirm(campaign, look_at(campaign, departure).asks, user, "Es información electoral.")


def test_a_period_that_asks_a_second_person_wants_two_and_one_who_approves(now: datetime) -> None:
    campaign = make_approved_campaign()
    make_period(now, PeriodLevel.ASKS_SECOND)
    departure = Departure(now + 2 * HOUR, ZONE)
    give(campaign, departure, campaign.author)
    give(campaign, departure, campaign.author)
    with pytest.raises(RestrictedPeriodError, match="falta el de otra"):
        schedule(campaign, departure.at, ZONE)
    give(campaign, departure, make_person(Role.WRITER, "otra@example.org"))
    with pytest.raises(RestrictedPeriodError):
        schedule(campaign, departure.at, ZONE)
    give(campaign, departure, make_person(Role.REVIEWER, "jurídico@example.org"))
    schedule(campaign, departure.at, ZONE)


def test_in_an_office_of_one_a_single_word_is_enough(now: datetime) -> None:
    campaign = make_approved_campaign()
    make_period(now, PeriodLevel.ASKS_SECOND)
    get_institution().is_one_person_office = True
    departure = Departure(now + 2 * HOUR, ZONE)
    give(campaign, departure, make_person(Role.ADMINISTRATOR, "sola@example.org"))
    schedule(campaign, departure.at, ZONE)


def test_an_edit_takes_the_word_with_it(now: datetime) -> None:
    campaign = make_approved_campaign()
    make_period(now, PeriodLevel.ASKS)
    departure = Departure(now + 2 * HOUR, ZONE)
    give(campaign, departure, campaign.author)
    edit_version(campaign, Language.ES, VersionWords("Otro asunto", "Otro.", "Otro."))
    approve(campaign, make_person(Role.REVIEWER, "eva@example.org"))
    with pytest.raises(RestrictedPeriodError):
        schedule(campaign, departure.at, ZONE)


def test_now_is_restricted_as_any_other_time(now: datetime) -> None:
    campaign = make_approved_campaign()
    make_period(now, starts_at=now)
    with pytest.raises(RestrictedPeriodError):
        schedule_now(campaign, ZONE)


def test_what_is_paused_or_held_does_not_go_on_in_a_period(now: datetime) -> None:
    campaign = make_approved_campaign()
    schedule(campaign, now + HOUR, ZONE)
    move(campaign, CampaignState.HELD)
    period = make_period(now, starts_at=now)
    with pytest.raises(RestrictedPeriodError):
        resume(campaign)
    campaign.state = CampaignState.PAUSED
    with pytest.raises(RestrictedPeriodError):
        resume(campaign)
    period.is_active = False
    resume(campaign)
    assert read_state(campaign) == CampaignState.SENDING


def test_the_checks_tell_of_a_proposed_time_and_stop_the_approval(now: datetime) -> None:
    campaign = make_approved_campaign()
    campaign.state = CampaignState.DRAFT
    make_period(now)
    propose(campaign, Departure(now + 2 * HOUR, ZONE))
    assert [(each.code, each.severity, each.place) for each in list_findings(campaign)] == [
        ("restricted-stops", "error", "schedule")
    ]
    with pytest.raises(ChecksFailedError, match="Veda"):
        approve(campaign, make_person(Role.REVIEWER, "eva@example.org"))
    propose(campaign, Departure(now + 4 * HOUR, ZONE))
    assert list_findings(campaign) == ()


def test_without_a_time_a_period_of_today_only_warns(now: datetime) -> None:
    campaign = make_approved_campaign()
    make_period(now, starts_at=now)
    assert [(each.code, each.severity) for each in list_findings(campaign)] == [("restricted-stops", "warning")]


@pytest.mark.parametrize("changes", [{"name": " "}, {"name": "x" * 201}, {"legal_basis": "x" * 601}])
def test_a_period_that_makes_no_sense_is_refused(now: datetime, changes: dict[str, Any]) -> None:
    with pytest.raises(ScheduleError):
        make_period(now, **changes)
    with pytest.raises(ScheduleError, match="terminar después"):
        make_period(now, ends_at=now + HOUR)
