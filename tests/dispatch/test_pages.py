"""The page that follows a campaign, and the page of one delivery."""

import pytest
from flask import Flask
from sqlalchemy import select

import making
from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.dispatch.models import Attempt, Delivery
from outreach.dispatch.rules import Outcome
from outreach.mail.memory import ACCEPT, MemoryTransport, ScriptedReply
from outreach.mail.transport import Stage
from signing import Client, sign_in_as

pytestmark = pytest.mark.both_databases


@pytest.fixture
def campaign(app: Flask, config: Config) -> Campaign:
    del app
    making.add_people("diaspora", making.make_people(4))
    campaign = making.schedule_campaign()
    lost = ScriptedReply(Stage.DOT, None)
    script = MemoryTransport(lambda envelope: lost if "00002" in envelope.rcpt_to else ACCEPT)
    jobs.tick(config, lambda: script)
    assert making.read_balanced(campaign).uncertain == 1
    return campaign


@pytest.fixture
def writer(app: Flask) -> Client:
    return sign_in_as(app, Role.WRITER)


def _find_uncertain() -> Delivery:
    return db.session.scalars(select(Delivery).where(Delivery.outcome == Outcome.UNCERTAIN)).one()


def test_each_figure_opens_the_people_behind_it(campaign: Campaign, writer: Client) -> None:
    path = f"/campanas/{campaign.id}/avance"
    assert writer.get(path).text.count("@example.org</a>") == 4
    assert writer.get(f"{path}?resultado=sent").text.count("@example.org</a>") == 3
    assert "persona00002@example.org" in writer.get(f"{path}?resultado=uncertain").text
    assert "No hay entregas con ese resultado" in writer.get(f"{path}?resultado=failed").text


def test_the_moving_part_is_asked_for_only_while_something_moves(campaign: Campaign, writer: Client) -> None:
    part = writer.get(f"/campanas/{campaign.id}/avance/cifras").text
    assert "hx-trigger" not in part
    db.session.get_one(Campaign, campaign.id).state = CampaignState.SENDING
    assert "hx-trigger" in writer.get(f"/campanas/{campaign.id}/avance/cifras").text


def test_a_new_state_loads_the_whole_page_again(campaign: Campaign, writer: Client) -> None:
    path = f"/campanas/{campaign.id}/avance/cifras"
    assert "HX-Refresh" not in writer.get(f"{path}?estado={campaign.state}").headers
    assert writer.get(f"{path}?estado=sending").headers["HX-Refresh"] == "true"


def test_an_uncertain_delivery_shows_what_to_look_for_and_takes_a_persons_word(
    campaign: Campaign, writer: Client
) -> None:
    delivery = _find_uncertain()
    page = writer.get(f"/entregas/{delivery.id}").text
    assert "Message-ID" in page
    assert f"&lt;c{campaign.id}." in page
    answer = writer.submit(f"/entregas/{delivery.id}", {"outcome": "sent", "reason": ""})
    assert answer.status_code == 422
    answer = writer.submit(f"/entregas/{delivery.id}", {"outcome": "sent", "reason": "9:04, aceptado"})
    assert answer.status_code == 303
    assert making.read_balanced(campaign).sent == 4
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "resolve")).one()
    assert (entry.subject_id, entry.user_id, entry.origin) == (delivery.id, writer.user_id, "127.0.0.1")
    kept = db.session.scalars(select(Attempt.reply).where(Attempt.stage == "resolved")).one()
    assert kept == "9:04, aceptado"
    assert writer.submit(f"/entregas/{delivery.id}", {"outcome": "failed", "reason": "otra vez"}).status_code == 400


@pytest.mark.parametrize("path", ["pausar", "reanudar", "cancelar"])
def test_who_only_reads_moves_nothing(app: Flask, campaign: Campaign, path: str) -> None:
    reader = sign_in_as(app, Role.READER)
    assert reader.submit(f"/campanas/{campaign.id}/{path}").status_code == 403


def test_pausing_resuming_and_cancelling_leave_a_trail(campaign: Campaign, writer: Client) -> None:
    db.session.get_one(Campaign, campaign.id).state = CampaignState.SENDING
    for path, state in (
        ("pausar", CampaignState.PAUSED),
        ("reanudar", CampaignState.SENDING),
        ("cancelar", CampaignState.CANCELLED),
    ):
        assert writer.submit(f"/campanas/{campaign.id}/{path}").status_code == 303
        assert db.session.get_one(Campaign, campaign.id).state == state
    assert writer.submit(f"/campanas/{campaign.id}/pausar").status_code == 400
    trail = select(AuditEntry.action).where(AuditEntry.user_id == writer.user_id, AuditEntry.subject == "campaign")
    actions = db.session.scalars(trail.order_by(AuditEntry.id)).all()
    assert actions == ["pause", "resume", "cancel"]
