"""What the page of progress says of the time ahead, and how it leads through long lists."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update

import making
from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.db import db
from outreach.dispatch.listing import PAGE_SIZE, list_deliveries
from outreach.dispatch.models import Delivery
from outreach.dispatch.progress import estimate_end, read_progress
from outreach.dispatch.release import release
from outreach.dispatch.rules import Outcome
from outreach.dispatch.tallies import recount
from signing import Client, sign_in_as

pytestmark = pytest.mark.both_databases


@pytest.fixture
def campaign(app: Flask, now: datetime) -> Campaign:
    """A campaign to 120 people, released and not sent yet."""
    del app
    making.add_people("diaspora", making.make_people(120))
    campaign = making.schedule_campaign()
    assert release(db.session.connection(), campaign, now)
    db.session.commit()
    return campaign


@pytest.fixture
def writer(app: Flask, campaign: Campaign) -> Client:
    del campaign
    return sign_in_as(app, Role.WRITER)


def accept(count: int, first_at: datetime, seconds: float) -> None:
    """Let the first `count` deliveries be accepted, one every so many seconds."""
    numbers = db.session.scalars(select(Delivery.id).order_by(Delivery.id).limit(count)).all()
    for place, number in enumerate(numbers):
        at = first_at + timedelta(seconds=seconds * place)
        db.session.execute(
            update(Delivery).where(Delivery.id == number).values(outcome=Outcome.SENT, finished_at=at, attempts=1)
        )
    for number in db.session.scalars(select(Campaign.id)).all():
        recount(db.session.connection(), number)
    db.session.commit()


def test_the_end_is_reckoned_from_the_latest_messages(now: datetime) -> None:
    latest = [now - timedelta(seconds=second) for second in range(1, 11)]
    assert estimate_end(latest, 60, now) == now + timedelta(seconds=60)
    assert estimate_end(latest, 0, now) is None
    assert estimate_end(latest[:1], 60, now) is None
    assert estimate_end([now, now], 60, now) is None


def test_the_page_says_since_when_how_many_and_until_when(campaign: Campaign, writer: Client, now: datetime) -> None:
    accept(30, now - timedelta(seconds=30), 1)
    db.session.get_one(Campaign, campaign.id).updated_at = now - timedelta(minutes=1)
    page = " ".join(writer.get(f"/campanas/{campaign.id}/avance").text.split())
    assert "Desde las 9:00 · 30 de 120 · termina hacia las 9:01" in page
    assert making.read_balanced(campaign).pending == 90


def test_what_left_before_a_pause_says_nothing_of_the_speed(campaign: Campaign, now: datetime) -> None:
    accept(30, now - timedelta(hours=3), 1)
    assert read_progress(db.session.get_one(Campaign, campaign.id), now).ends_at is None


def test_silence_is_told(campaign: Campaign, writer: Client, now: datetime) -> None:
    accept(30, now - timedelta(minutes=10), 1)
    db.session.get_one(Campaign, campaign.id).updated_at = now - timedelta(minutes=20)
    page = writer.get(f"/campanas/{campaign.id}/avance").text
    assert "No sale nada desde las 8:50" in page
    assert "termina hacia" not in page


def test_whoever_waits_for_another_try_is_told_apart(campaign: Campaign, writer: Client, now: datetime) -> None:
    first = db.session.scalar(select(Delivery.id).order_by(Delivery.id).limit(1))
    later = now + timedelta(minutes=6)
    db.session.execute(
        update(Delivery).where(Delivery.id == first).values(outcome=Outcome.WAITING, next_attempt_at=later)
    )
    db.session.commit()
    assert "1 espera otro intento, a las 9:06." in writer.get(f"/campanas/{campaign.id}/avance").text


def test_a_reason_says_whether_somebody_has_to_act(campaign: Campaign, writer: Client) -> None:
    path = f"/campanas/{campaign.id}/avance"
    found = db.session.get_one(Campaign, campaign.id)
    found.state_reason = "El servidor de correo <b>falla</b>."
    assert "se vuelve a intentar sin que usted haga nada" in writer.get(path).text
    db.session.get_one(Campaign, campaign.id).state = CampaignState.PAUSED
    page = writer.get(path).text
    assert "Se detuvo por sí solo." in page
    assert "&lt;b&gt;falla" in page


def test_long_lists_are_walked_forwards_and_backwards(campaign: Campaign) -> None:
    first = list_deliveries(campaign.id)
    assert (len(first.deliveries), first.before) == (PAGE_SIZE, None)
    second = list_deliveries(campaign.id, after=first.after or 0)
    last = list_deliveries(campaign.id, after=second.after or 0)
    assert (len(last.deliveries), last.after) == (20, None)
    seen = [each.id for page in (first, second, last) for each in page.deliveries]
    assert seen == sorted(set(seen))
    assert len(seen) == 120
    back = list_deliveries(campaign.id, before=last.before or 0)
    assert [each.id for each in back.deliveries] == [each.id for each in second.deliveries]
    start = list_deliveries(campaign.id, before=back.before or 0)
    assert [each.id for each in start.deliveries] == [each.id for each in first.deliveries]
    assert start.before is None
    assert list_deliveries(campaign.id, before=1).deliveries == ()
    assert list_deliveries(campaign.id, (Outcome.SENT,)).deliveries == ()


def test_the_page_leads_on_and_refuses_numbers_that_are_none(campaign: Campaign, writer: Client) -> None:
    path = f"/campanas/{campaign.id}/avance?resultado=pending"
    page = writer.get(path).text
    assert "Siguientes" in page
    assert "Anteriores" not in page
    assert "Anteriores" in writer.get(f"{path}&despues=60").text
    assert writer.get(f"{path}&despues=nada").status_code == 200
    for number in ("-1", "9" * 30):
        assert writer.get(f"{path}&despues={number}").status_code == 404


def test_the_number_of_statements_does_not_grow_with_the_list(campaign: Campaign, writer: Client) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        writer.get(f"/campanas/{campaign.id}/avance")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) <= 12


def test_stopping_asks_first_and_says_how_many_have_left(campaign: Campaign, writer: Client, now: datetime) -> None:
    accept(30, now, 0)
    asked = writer.get(f"/campanas/{campaign.id}/detener").text
    assert "30 mensajes" in asked
    assert "90 mensajes que todavía esperan." in asked
    assert db.session.get_one(Campaign, campaign.id).state == CampaignState.SENDING
    told = writer.get(writer.submit(f"/campanas/{campaign.id}/cancelar").location).text
    assert "El envío se detuvo: salieron 30 mensajes, y lo que faltaba ya no saldrá." in told
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "cancel")).one()
    assert entry.detail == {"sent": 30, "pending": 90}
    assert writer.get(f"/campanas/{campaign.id}/detener").status_code == 400


def test_pausing_says_how_many_have_left(campaign: Campaign, writer: Client, now: datetime) -> None:
    accept(1, now, 0)
    told = writer.get(writer.submit(f"/campanas/{campaign.id}/pausar").location).text
    assert "El envío quedó en pausa: salió 1 mensaje y faltan 119." in told


def test_whoever_only_reads_is_offered_no_button(app: Flask, campaign: Campaign) -> None:
    reader = sign_in_as(app, Role.READER)
    page = reader.get(f"/campanas/{campaign.id}/avance").text
    assert "Pausar" not in page
    assert "Detener" not in page
    assert reader.get(f"/campanas/{campaign.id}/detener").status_code == 403
