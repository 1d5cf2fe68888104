"""Test mails: to staff alone, marked, harmless, counted nowhere, and not too many."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import func, select

import making
from outreach.accounts.models import AuditEntry, User
from outreach.accounts.rules import Role
from outreach.audiences.models import Subscription
from outreach.audiences.tokens import PROOF_TOKEN
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import Rendition
from outreach.config import Config, SmtpSettings
from outreach.db import db
from outreach.dispatch.errors import ProofError
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.proofs import MOST_AT_ONCE, MOST_IN_A_WHILE, describe_result, prepare_proofs, send_proofs
from outreach.mail.memory import MemoryTransport, ScriptedReply
from outreach.mail.transport import Stage
from signing import Client
from smtp_servers import ScriptedServer


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    assert app
    text = making.BILINGUAL.format(audiences='"diaspora"')
    making.add_people("diaspora", [("ana@example.org", "es")])
    made = import_campaign(read_campaign(text.encode()), making.get_user(making.WRITER))
    db.session.commit()
    return made


@pytest.fixture
def server(app: Flask, config: Config) -> Iterator[ScriptedServer]:
    with ScriptedServer() as started:
        app.extensions["outreach"] = replace(config, smtp=SmtpSettings("127.0.0.1", started.port))
        yield started


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _writer() -> User:
    return making.get_user(making.WRITER)


def test_each_version_reaches_each_colleague_marked_and_harmless(
    campaign: Campaign, config: Config, outbox: MemoryTransport
) -> None:
    people = [_writer(), making.get_user(making.REVIEWER), _writer()]
    proofs = prepare_proofs(campaign, list(Rendition), people, _writer())
    db.session.commit()
    result = send_proofs(config, proofs, lambda: outbox)
    assert (result.accepted, result.problems) == (6, ())
    for envelope, content in outbox.outbox:
        message = _read(content)
        assert message["To"] == envelope.rcpt_to
        assert envelope.rcpt_to in {making.WRITER, making.REVIEWER}
        assert message["Subject"].startswith("[Prueba] ")
        assert {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"}.isdisjoint(message.keys())
        body = "".join(part.get_content() for part in message.walk() if not part.is_multipart())
        assert f"{config.base_url}/baja/{PROOF_TOKEN}" in body
        assert "/baja/v1." not in body
        assert "{{" not in body
    subjects = [_read(content)["Subject"] for _envelope, content in outbox.outbox]
    assert "[Prueba] Hola, Persona redaccion" in subjects


def test_nothing_is_counted_and_the_trail_keeps_who_asked(
    campaign: Campaign, config: Config, outbox: MemoryTransport
) -> None:
    send_proofs(config, prepare_proofs(campaign, [Rendition.ES], [_writer()], _writer()), lambda: outbox)
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0
    assert db.session.scalar(select(func.count()).select_from(Dispatch)) == 0
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "send_test")).one()
    assert (entry.subject, entry.subject_id, entry.user_id) == ("campaign", campaign.id, _writer().id)
    assert entry.detail == {"messages": 1, "renditions": ["es"], "users": [_writer().id]}


def test_too_many_or_nobody_or_closed_accounts_are_refused(campaign: Campaign) -> None:
    for renditions, people in (([], [_writer()]), ([Rendition.ES], [])):
        with pytest.raises(ProofError, match="al menos una"):
            prepare_proofs(campaign, renditions, people, _writer())
    crowd = [User(id=number, email=f"p{number}@example.org", is_active=True) for number in range(100, 113)]
    with pytest.raises(ProofError, match=str(MOST_AT_ONCE)):
        prepare_proofs(campaign, [Rendition.ES], crowd, _writer())
    closed = making.get_user(making.REVIEWER)
    closed.is_active = False
    with pytest.raises(ProofError, match="desactivada"):
        prepare_proofs(campaign, [Rendition.ES], [closed], _writer())


def test_a_version_that_is_not_written_is_refused(app: Flask) -> None:
    assert app
    text = making.SPANISH.format(audiences='"diaspora"')
    spanish = import_campaign(read_campaign(text.encode()), _writer())
    with pytest.raises(ProofError, match="no está escrita"):
        prepare_proofs(spanish, [Rendition.BOTH], [_writer()], _writer())


def test_somebody_in_a_hurry_is_asked_to_wait_and_others_are_not(campaign: Campaign) -> None:
    people = [_writer(), making.get_user(making.REVIEWER)]
    for _again in range(MOST_IN_A_WHILE // 6):
        prepare_proofs(campaign, list(Rendition), people, _writer())
    with pytest.raises(ProofError, match="espere"):
        prepare_proofs(campaign, [Rendition.ES], [_writer()], _writer())
    assert prepare_proofs(campaign, [Rendition.ES], [_writer()], making.get_user(making.REVIEWER))


def test_what_the_mail_server_refuses_is_told(campaign: Campaign, config: Config) -> None:
    refusing = MemoryTransport(script=lambda _envelope: ScriptedReply(Stage.RCPT, 550, "5.1.1 no such user"))
    proofs = prepare_proofs(campaign, [Rendition.ES], [_writer()], _writer())
    result = send_proofs(config, proofs, lambda: refusing)
    assert result.accepted == 0
    assert "no such user" in describe_result(result)


def test_the_button_sends_over_the_real_transport_and_says_so(
    campaign: Campaign, server: ScriptedServer, app: Flask
) -> None:
    client = Client(app).as_role(Role.WRITER)
    path = f"/campanas/{campaign.id}/prueba"
    answer = client.submit(path, {"renditions": ["es", "both"], "people": [client.user_id]})
    assert answer.status_code == 303
    assert "Salieron 2 correos de prueba" in client.get(answer.location).text
    assert [taken.rcpt_to for taken in server.taken] == [client.user.email] * 2


def test_nobody_but_staff_can_be_named(campaign: Campaign, server: ScriptedServer, app: Flask) -> None:
    client = Client(app).as_role(Role.WRITER)
    path = f"/campanas/{campaign.id}/prueba"
    for people in ([], [9999], ["ana@example.org"]):
        answer = client.submit(path, {"renditions": ["es"], "people": people})
        assert "al menos una" in client.get(answer.location).text
    assert client.as_role(Role.READER).submit(path).status_code == 403
    assert server.taken == []


def test_a_silent_mail_server_is_a_sentence_and_no_error(campaign: Campaign, app: Flask, config: Config) -> None:
    app.extensions["outreach"] = replace(config, smtp=SmtpSettings("127.0.0.1", 1))
    client = Client(app).as_role(Role.WRITER)
    answer = client.submit(f"/campanas/{campaign.id}/prueba", {"renditions": ["es"], "people": [client.user_id]})
    assert "no aceptó 1 prueba" in client.get(answer.location).text


def test_the_link_of_a_test_mail_lets_nobody_leave(campaign: Campaign, app: Flask) -> None:
    client = Client(app)
    page = client.get(f"/baja/{PROOF_TOKEN}")
    assert (page.status_code, "Este correo era una prueba" in page.text) == (200, True)
    client.post(f"/baja/{PROOF_TOKEN}", data={"List-Unsubscribe": "One-Click"})
    assert campaign.audiences
    assert db.session.scalar(select(func.count()).where(Subscription.ended_at.is_not(None))) == 0
