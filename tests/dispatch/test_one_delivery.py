"""The page of one delivery: what happened to it, and its mail as it was sent."""

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import select

import making
from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.audiences.models import Contact
from outreach.audiences.queries import get_audience
from outreach.audiences.service import Evidence, unsubscribe
from outreach.campaigns.models import Campaign, Sender
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.dispatch.correcting import Change, correct_line
from outreach.dispatch.models import Delivery
from outreach.dispatch.rebuilding import rebuild_mail
from outreach.dispatch.rules import Outcome
from outreach.mail.memory import ACCEPT, MemoryTransport, ScriptedReply
from outreach.mail.transport import Stage
from signing import Client, sign_in_as

HOSTILE = "Ana <script>alert(1)</script> {{nombre}}"


@pytest.fixture
def transport() -> MemoryTransport:
    lost, refused = ScriptedReply(Stage.DOT, None), ScriptedReply(Stage.RCPT, 550, "5.1.1 <b>nobody</b>")
    answers = {"persona00001@example.org": lost, "persona00002@example.org": refused}
    return MemoryTransport(lambda envelope: answers.get(envelope.rcpt_to, ACCEPT))


@pytest.fixture
def deliveries(app: Flask, config: Config, transport: MemoryTransport) -> Sequence[Delivery]:
    """One accepted, one uncertain, one refused, one left out."""
    del app
    making.add_people("diaspora", making.make_people(4, languages=("es", "en")))
    contact = db.session.scalars(select(Contact).order_by(Contact.id)).all()
    contact[0].name = HOSTILE
    unsubscribe(contact[3], get_audience("diaspora"), Evidence("a test"))
    campaign = making.schedule_campaign()
    jobs.tick(config, lambda: transport)
    assert making.read_balanced(campaign).is_balanced
    found = db.session.scalars(select(Delivery).order_by(Delivery.contact_id)).all()
    assert [each.outcome for each in found] == [Outcome.SENT, Outcome.UNCERTAIN, Outcome.FAILED, Outcome.SKIPPED]
    return found


@pytest.fixture
def writer(app: Flask) -> Client:
    return sign_in_as(app, Role.WRITER)


def test_the_timeline_tells_each_story(deliveries: Sequence[Delivery], writer: Client) -> None:
    pages = [writer.get(f"/entregas/{each.id}").text for each in deliveries]
    assert "El servidor de correo lo aceptó" in pages[0]
    assert "Se perdió la respuesta del servidor de correo" in pages[1]
    assert "después del punto final" in pages[1]
    assert "El servidor de correo lo rechazó" in pages[2]
    assert "5.1.1 &lt;b&gt;nobody&lt;/b&gt;" in pages[2]
    assert "se dio de baja" in pages[3]
    assert "Ver el correo" not in pages[3]


def test_a_persons_word_and_a_correction_join_the_timeline(deliveries: Sequence[Delivery], writer: Client) -> None:
    number = deliveries[1].id
    writer.submit(f"/entregas/{number}", {"outcome": "failed", "reason": "no aparece <i>"})
    line = db.session.get_one(Delivery, number).dispatch_id
    correct_line(line, Change(information_es="Boletín corregido."), "Faltaba una palabra", writer.user)
    page = writer.get(f"/entregas/{number}").text
    assert "Una persona confirmó que no salió" in page
    assert "no aparece &lt;i&gt;" in page
    assert "Persona redaccion" in page
    assert "Faltaba una palabra" in page


def test_the_mail_is_the_one_that_left(deliveries: Sequence[Delivery], transport: MemoryTransport) -> None:
    mail = rebuild_mail(deliveries[0])
    (sent,) = [content for envelope, content in transport.outbox if envelope.rcpt_to == "persona00000@example.org"]
    assert mail.size == len(sent)
    assert dict(mail.headers)["Message-ID"].encode() in sent
    assert "Hola" in mail.subject
    assert mail.doubts == ()


def test_the_mail_shows_hostile_values_as_text_and_hides_the_readers_key(
    deliveries: Sequence[Delivery], writer: Client, config: Config
) -> None:
    page = writer.get(f"/entregas/{deliveries[0].id}/correo")
    frame = writer.get(f"/entregas/{deliveries[0].id}/correo.html")
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "<script>" not in frame.text
    assert "<script>alert" not in page.text
    for shown in (page.text, frame.text):
        assert "/baja/v1." not in shown
        assert f"{config.base_url}/baja/" in shown


def test_opening_a_mail_is_for_some_and_leaves_a_trail(
    app: Flask, deliveries: Sequence[Delivery], writer: Client
) -> None:
    path = f"/entregas/{deliveries[0].id}/correo"
    reader = sign_in_as(app, Role.READER)
    assert "Ver el correo" not in reader.get(f"/entregas/{deliveries[0].id}").text
    assert [reader.get(each).status_code for each in (path, f"{path}.html")] == [403, 403]
    for _ in range(2):
        assert writer.get(path).status_code == 200
        assert writer.get(f"{path}.html").status_code == 200
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "open-mail")).one()
    assert (entry.subject, entry.subject_id, entry.user_id) == ("delivery", deliveries[0].id, writer.user_id)


def test_what_changed_since_is_said(deliveries: Sequence[Delivery], writer: Client) -> None:
    contact = db.session.get_one(Contact, deliveries[0].contact_id)
    contact.name, contact.updated_at = "Otra", clock.now()
    db.session.scalars(select(Sender)).one().name = "Otro nombre"
    page = writer.get(f"/entregas/{deliveries[0].id}/correo").text
    assert "Los datos de esta persona cambiaron después del envío" in page
    assert "El remitente o las audiencias cambiaron" in page


def test_nobody_sees_a_mail_that_was_never_meant_to_leave(deliveries: Sequence[Delivery], writer: Client) -> None:
    answer = writer.get(f"/entregas/{deliveries[3].id}/correo")
    assert answer.status_code == 400
    assert "la entrega se omitió" in answer.text
    assert writer.get("/entregas/999999/correo").status_code == 404


def test_uncertain_ones_show_what_to_look_for_and_two_buttons(
    app: Flask, deliveries: Sequence[Delivery], writer: Client
) -> None:
    path = f"/campanas/{deliveries[1].campaign_id}/avance?resultado=uncertain"
    page = writer.get(path).text
    assert "grep -F" in page
    assert page.count('name="outcome"') == 2
    assert 'name="outcome"' not in sign_in_as(app, Role.READER).get(path).text
    answer = writer.submit(f"/entregas/{deliveries[1].id}", {"outcome": "sent", "reason": "9:04"})
    assert "resultado" not in answer.location
    assert making.read_balanced(db.session.get_one(Campaign, deliveries[1].campaign_id)).sent == 2
