"""The second person's yes (H-23): who may give it, what it freezes, and that nothing else can leave."""

import hashlib
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaigns.campaign_samples import (
    BULLETIN,
    make_approved_campaign,
    make_campaign,
    make_person,
    make_ready_campaign,
    put_in_state,
)
from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.campaigns.approving import approve, find_valid_approval, is_what_was_approved, say_plan
from outreach.campaigns.composing import compose
from outreach.campaigns.content import edit_block, edit_version
from outreach.campaigns.errors import ApprovalError, ChecksFailedError, ForbiddenMoveError, StaleEditError
from outreach.campaigns.findings import list_errors, list_findings
from outreach.campaigns.models import Approval, Campaign
from outreach.campaigns.planning.departure import Departure
from outreach.campaigns.queries import get_institution
from outreach.campaigns.rendering import render_all
from outreach.campaigns.rules import CampaignState, Language, Rendition
from outreach.campaigns.scheduling import propose
from outreach.campaigns.service import list_returns, return_to_author, submit
from outreach.campaigns.wording import VersionWords
from outreach.db import db


@pytest.fixture(autouse=True)
def _in_application(app: Flask) -> None:
    assert app


def test_an_approval_freezes_every_rendition_and_binds_their_hash(now: datetime) -> None:
    campaign = make_approved_campaign()
    approval = find_valid_approval(campaign)
    assert approval is not None
    assert {rendering.rendition for rendering in approval.renderings} == set(Rendition)
    frozen = {(kept.rendition, kept.subject, kept.html, kept.text) for kept in approval.renderings}
    assert frozen == {(each.rendition, each.subject, each.html, each.text) for each in render_all(compose(campaign))}
    assert len(approval.content_sha256) == len(hashlib.sha256().hexdigest())
    assert (approval.approved_at, approval.is_self_approval) == (now, False)
    assert is_what_was_approved(campaign)


def test_a_campaign_in_spanish_freezes_one_rendition() -> None:
    content = "\n".join(
        line.partition(', en = "')[0] + ("}" if ', en = "' in line else "") for line in BULLETIN.splitlines()
    )
    approval = find_valid_approval(make_approved_campaign(content))
    assert approval is not None
    assert [rendering.rendition for rendering in approval.renderings] == [Rendition.ES]


def test_the_author_cannot_approve() -> None:
    campaign = make_ready_campaign()
    campaign.author.role = Role.ADMINISTRATOR
    with pytest.raises(ApprovalError, match="debe darlo otra persona"):
        approve(campaign, campaign.author)
    assert campaign.state == CampaignState.DRAFT
    assert find_valid_approval(campaign) is None


def test_in_an_office_of_one_the_author_approves_and_the_trail_says_so() -> None:
    campaign = make_ready_campaign()
    campaign.author.role = Role.ADMINISTRATOR
    get_institution().is_one_person_office = True
    assert approve(campaign, campaign.author).is_self_approval
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "approve")).one()
    assert (entry.user_id, entry.subject_id) == (campaign.author_id, campaign.id)
    assert entry.detail["is_self_approval"] is True


@pytest.mark.parametrize("role", [Role.WRITER, Role.READER])
def test_whoever_may_not_approve_is_refused(role: Role) -> None:
    campaign = make_ready_campaign()
    with pytest.raises(ApprovalError, match="rol"):
        approve(campaign, make_person(role, "eva@example.org"))
    assert campaign.state == CampaignState.DRAFT


def test_errors_refuse_the_approval_with_their_sentences() -> None:
    campaign = make_campaign()
    errors = list_errors(list_findings(campaign))
    with pytest.raises(ChecksFailedError) as refusal:
        approve(campaign, make_person(Role.REVIEWER, "beto@example.org"))
    assert errors[0].message in str(refusal.value)
    assert db.session.scalars(select(Approval)).all() == []


def test_a_version_that_nobody_wrote_refuses_the_approval() -> None:
    campaign = make_ready_campaign()
    for block in campaign.blocks:
        edit_block(campaign, block, {name: {"en": ""} for name in block.fields})
    edit_version(campaign, Language.EN, VersionWords())
    with pytest.raises(ChecksFailedError, match="La versión en inglés está vacía"):
        approve(campaign, make_person(Role.REVIEWER, "beto@example.org"))


def test_what_was_not_looked_at_is_not_approved() -> None:
    campaign = make_ready_campaign()
    seen = campaign.edit_count
    edit_version(campaign, Language.ES, VersionWords("Otro asunto", "Otro.", "Otro."))
    with pytest.raises(StaleEditError, match="cambió mientras la revisaba"):
        approve(campaign, make_person(Role.REVIEWER, "beto@example.org"), seen)


def test_an_edit_that_is_saved_while_an_approval_is_made_refuses_it() -> None:
    campaign = make_ready_campaign()
    reviewer = make_person(Role.REVIEWER, "beto@example.org")
    # Another process saves: this session still holds the campaign as it was.
    db.session.execute(
        update(Campaign).values(edit_count=Campaign.edit_count + 1).execution_options(synchronize_session=False)
    )
    with pytest.raises(StaleEditError):
        approve(campaign, reviewer)
    assert find_valid_approval(campaign) is None


@pytest.mark.parametrize("state", [CampaignState.APPROVED, CampaignState.HELD, CampaignState.FINISHED])
def test_only_a_draft_or_a_submitted_campaign_is_approved(state: CampaignState) -> None:
    campaign = put_in_state(make_ready_campaign(), state)
    with pytest.raises(ForbiddenMoveError):
        approve(campaign, make_person(Role.REVIEWER, "beto@example.org"))


def test_a_scheduled_campaign_is_not_approved_again() -> None:
    campaign = put_in_state(make_ready_campaign(), CampaignState.SCHEDULED)
    with pytest.raises(ForbiddenMoveError):
        approve(campaign, make_person(Role.REVIEWER, "beto@example.org"))
    assert campaign.state == CampaignState.SCHEDULED


def test_after_an_edit_a_new_approval_has_another_hash_and_the_old_one_stays_as_evidence() -> None:
    campaign = make_approved_campaign()
    first = find_valid_approval(campaign)
    assert first is not None
    edit_block(campaign, campaign.blocks[0], {"text": {"es": "Hola: ya es abril.", "en": "Hello: it is April."}})
    assert not is_what_was_approved(campaign)
    second = approve(campaign, make_person(Role.REVIEWER, "otra@example.org"))
    db.session.refresh(first)
    assert first.voided_at is not None
    assert first.renderings
    assert second.content_sha256 != first.content_sha256
    assert find_valid_approval(campaign) is second


def test_whatever_is_changed_behind_the_approval_is_noticed() -> None:
    campaign = make_approved_campaign()
    approval = find_valid_approval(campaign)
    assert approval is not None
    places = [
        (approval.renderings[0], "html"),
        (approval.renderings[1], "subject"),
        (approval.renderings[2], "text"),
        (campaign.sender, "address"),
        (campaign.sender, "name"),
        (campaign.versions[0], "information"),
    ]
    for row, column in places:
        kept = getattr(row, column)
        setattr(row, column, kept + "x")
        assert not is_what_was_approved(campaign), column
        setattr(row, column, kept)
    campaign.sends_both_to_all = True
    assert not is_what_was_approved(campaign)
    campaign.sends_both_to_all = False
    assert is_what_was_approved(campaign)


def test_whoever_presses_second_is_told_who_was_first() -> None:
    campaign = make_ready_campaign()
    seen = campaign.edit_count
    approve(campaign, make_person(Role.REVIEWER, "beto@example.org"), seen)
    with pytest.raises(ForbiddenMoveError, match="Persona revision ya dio el visto bueno"):
        approve(campaign, make_person(Role.REVIEWER, "eva@example.org"), seen)


def test_of_two_who_press_at_once_one_approves() -> None:
    campaign = make_ready_campaign()
    # Another process approves between this one's look and its press: this session still holds the old state.
    db.session.execute(
        update(Campaign).values(state=CampaignState.APPROVED).execution_options(synchronize_session=False)
    )
    with pytest.raises(ForbiddenMoveError):
        approve(campaign, make_person(Role.REVIEWER, "eva@example.org"))
    assert db.session.scalars(select(Approval)).all() == []


def test_a_time_that_changed_since_it_was_seen_is_not_approved(now: datetime) -> None:
    campaign = make_ready_campaign()
    seen = say_plan(campaign)
    propose(campaign, Departure(now + timedelta(hours=2), "America/Mexico_City"))
    with pytest.raises(StaleEditError, match="cambió mientras la revisaba"):
        approve(campaign, make_person(Role.REVIEWER, "eva@example.org"), campaign.edit_count, seen)
    approve(campaign, make_person(Role.REVIEWER, "beto@example.org"), campaign.edit_count, say_plan(campaign))


def test_a_note_stays_with_the_draft_until_it_is_handed_in_again() -> None:
    campaign = make_ready_campaign()
    submit(campaign)
    return_to_author(campaign, "Falta la fecha.", make_person(Role.REVIEWER, "beto@example.org"))
    edit_version(campaign, Language.ES, VersionWords("Otro asunto", "Otro.", "Otro."))
    assert campaign.state_reason == "Falta la fecha."
    assert [returned.note for returned in list_returns(campaign)] == ["Falta la fecha."]
    submit(campaign)
    assert campaign.state_reason == ""
    assert [returned.note for returned in list_returns(campaign)] == ["Falta la fecha."]
