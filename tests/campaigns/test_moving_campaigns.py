"""The arrows between a campaign's states, and who may win when two move it at once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from campaigns.campaign_samples import (
    make_approved_campaign,
    make_campaign,
    make_person,
    make_ready_campaign,
    put_in_state,
    read_state,
)
from outreach import clock
from outreach.accounts.rules import Role
from outreach.campaigns import scheduling
from outreach.campaigns.approving import approve
from outreach.campaigns.content import edit_version
from outreach.campaigns.errors import ChecksFailedError, ForbiddenMoveError
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState, Language, can_move
from outreach.campaigns.service import return_to_author, submit
from outreach.campaigns.states import move
from outreach.campaigns.wording import VersionWords
from outreach.db import db

ZONE = "America/Mexico_City"
S = CampaignState
FORBIDDEN = [(origin, target) for origin in S for target in S if not can_move(origin, target)]


@pytest.fixture(autouse=True)
def _in_application(app: Flask) -> None:
    assert app


def test_a_draft_is_submitted_for_review() -> None:
    campaign = make_ready_campaign()
    submit(campaign)
    assert read_state(campaign) == S.IN_REVIEW


def test_a_draft_with_errors_is_not_submitted() -> None:
    campaign = make_campaign()
    with pytest.raises(ChecksFailedError, match="Nadie recibiría"):
        submit(campaign)
    assert read_state(campaign) == S.DRAFT


def test_a_draft_is_approved_without_being_submitted() -> None:
    assert make_approved_campaign().state == S.APPROVED


def test_a_submitted_campaign_is_approved() -> None:
    campaign = make_ready_campaign()
    submit(campaign)
    approve(campaign, make_person(Role.REVIEWER, "beto@example.org"))
    assert read_state(campaign) == S.APPROVED


def test_a_submitted_campaign_goes_back_to_its_author_with_a_note() -> None:
    campaign = make_ready_campaign()
    submit(campaign)
    return_to_author(campaign, "Falta la fecha del taller.", campaign.author)
    assert (campaign.state, campaign.state_reason) == (S.DRAFT, "Falta la fecha del taller.")


@pytest.mark.parametrize("origin", [S.IN_REVIEW, S.APPROVED, S.SCHEDULED, S.HELD])
def test_an_edit_takes_any_campaign_that_waits_back_to_draft(origin: CampaignState) -> None:
    campaign = put_in_state(make_approved_campaign(), origin)
    edit_version(campaign, Language.ES, VersionWords(subject="Otro asunto"))
    assert read_state(campaign) == S.DRAFT


@pytest.mark.parametrize("origin", [S.APPROVED, S.HELD])
def test_an_approved_or_held_campaign_is_scheduled(origin: CampaignState) -> None:
    campaign = put_in_state(make_approved_campaign(), origin)
    scheduling.schedule(campaign, clock.now() + timedelta(hours=1), ZONE)
    assert read_state(campaign) == S.SCHEDULED


def test_a_scheduled_campaign_loses_its_time_and_keeps_its_approval() -> None:
    campaign = make_approved_campaign()
    scheduling.schedule(campaign, clock.now() + timedelta(hours=1), ZONE)
    scheduling.unschedule(campaign)
    assert (campaign.state, campaign.scheduled_at) == (S.APPROVED, None)


@pytest.mark.parametrize("target", [S.SENDING, S.HELD])
def test_the_engine_starts_or_holds_a_scheduled_campaign(target: CampaignState) -> None:
    campaign = put_in_state(make_campaign(), S.SCHEDULED)
    move(campaign, target)
    assert read_state(campaign) == target


def test_a_campaign_that_is_sent_is_paused_and_resumed() -> None:
    campaign = put_in_state(make_campaign(), S.SENDING)
    scheduling.pause(campaign)
    assert read_state(campaign) == S.PAUSED
    scheduling.resume(campaign)
    assert read_state(campaign) == S.SENDING


def test_resuming_a_held_campaign_lets_it_leave_now() -> None:
    campaign = make_approved_campaign()
    scheduling.schedule(campaign, clock.now() + timedelta(hours=1), ZONE)
    move(campaign, S.HELD)
    scheduling.resume(campaign)
    assert read_state(campaign) == S.SCHEDULED
    assert campaign.scheduled_at is not None
    assert campaign.scheduled_at <= clock.now()


def test_the_engine_finishes_a_campaign_that_is_sent() -> None:
    campaign = put_in_state(make_campaign(), S.SENDING)
    move(campaign, S.FINISHED)
    assert read_state(campaign) == S.FINISHED


@pytest.mark.parametrize("origin", [S.DRAFT, S.IN_REVIEW, S.APPROVED, S.SCHEDULED, S.HELD, S.SENDING, S.PAUSED])
def test_a_campaign_that_is_not_over_is_cancelled(origin: CampaignState) -> None:
    campaign = put_in_state(make_campaign(), origin)
    scheduling.cancel(campaign)
    assert read_state(campaign) == S.CANCELLED
    assert campaign.finished_at is not None


@pytest.mark.parametrize(("origin", "target"), FORBIDDEN)
def test_where_no_arrow_leads_nothing_moves(origin: CampaignState, target: CampaignState) -> None:
    campaign = put_in_state(make_campaign(), origin)
    with pytest.raises(ForbiddenMoveError) as refusal:
        move(campaign, target)
    assert read_state(campaign) == origin
    assert "\n" not in str(refusal.value)
    assert campaign.name in str(refusal.value)


@pytest.mark.parametrize("origin", [S.DRAFT, S.SCHEDULED, S.FINISHED])
def test_only_a_paused_or_held_campaign_is_resumed(origin: CampaignState) -> None:
    campaign = put_in_state(make_campaign(), origin)
    with pytest.raises(ForbiddenMoveError):
        scheduling.resume(campaign)
    assert read_state(campaign) == origin


def test_of_two_who_move_a_campaign_only_the_first_wins() -> None:
    campaign = put_in_state(make_campaign(), S.SENDING)
    db.session.execute(
        update(Campaign).values(state=S.FINISHED).execution_options(synchronize_session=False),
    )
    with pytest.raises(ForbiddenMoveError, match="Terminada"):
        scheduling.pause(campaign)
    assert read_state(campaign) == S.FINISHED
