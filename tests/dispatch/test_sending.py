"""From the release to the last outcome."""

import dataclasses
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Connection, event, select, update

import making
from outreach import clock
from outreach.audiences.models import Contact
from outreach.audiences.queries import get_audience
from outreach.audiences.rules import SuppressionReason
from outreach.audiences.service import Evidence, suppress, unsubscribe
from outreach.campaigns import scheduling
from outreach.campaigns.models import Campaign, Rendering
from outreach.campaigns.rules import CampaignState
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import courier, jobs
from outreach.dispatch.claiming import Claim
from outreach.dispatch.errors import ReleaseError, SendingError
from outreach.dispatch.models import Attempt, Delivery, Dispatch
from outreach.dispatch.rules import Outcome, SkipReason
from outreach.mail.memory import ACCEPT, MemoryTransport, ScriptedReply
from outreach.mail.transport import Envelope, Stage

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


def _subjects(outbox: MemoryTransport) -> dict[str, str]:
    return {
        envelope.rcpt_to: str(message_from_bytes(raw, policy=policy.default)["Subject"])
        for envelope, raw in outbox.outbox
    }


def _script(answer: Callable[[str], ScriptedReply | None]) -> Callable[[Envelope], ScriptedReply]:
    return lambda envelope: answer(envelope.rcpt_to) or ACCEPT


def test_each_person_gets_one_message_in_their_language(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", [("ana@example.org", "es"), ("bob@example.org", "en"), ("eve@example.org", None)])
    campaign = making.schedule_campaign()
    assert jobs.tick(config, lambda: outbox) == 1
    assert _subjects(outbox) == {
        "ana@example.org": "Hola, Ana",
        "bob@example.org": "Hello, Bob",
        "eve@example.org": "Hola, Eve / Hello, Eve",
    }
    ledger = making.read_balanced(campaign)
    assert (ledger.intended, ledger.sent) == (3, 3)
    assert db.session.get_one(Campaign, campaign.id).state == CampaignState.FINISHED


def test_in_two_audiences_a_person_gets_one_message_owned_by_the_first(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("osc", [("ana@example.org", "es"), ("bob@example.org", "es")])
    making.add_people("ciudadania", [("bob@example.org", "es"), ("eve@example.org", "es")])
    campaign = making.schedule_campaign(["ciudadania", "osc"])
    jobs.tick(config, lambda: outbox)
    assert Counter(envelope.rcpt_to for envelope, _ in outbox.outbox) == {
        "ana@example.org": 1,
        "bob@example.org": 1,
        "eve@example.org": 1,
    }
    rows = db.session.execute(
        select(Dispatch.intended, Dispatch.sent_on).where(Dispatch.campaign_id == campaign.id).order_by(Dispatch.id)
    ).all()
    today = clock.day_in(config.timezone, clock.now())
    assert [tuple(row) for row in rows] == [(2, today), (1, today)]
    assert making.read_balanced(campaign).sent == 3


def test_who_left_and_who_is_suppressed_are_left_out_with_a_reason(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(3))
    gone, opposed = db.session.scalars(select(Contact).order_by(Contact.id).limit(2)).all()
    unsubscribe(gone, get_audience("diaspora"), Evidence("prueba"))
    suppress(opposed.email_key, SuppressionReason.OPPOSITION, "prueba")
    db.session.commit()
    campaign = making.schedule_campaign()
    jobs.tick(config, lambda: outbox)
    assert [envelope.rcpt_to for envelope, _ in outbox.outbox] == ["persona00002@example.org"]
    ledger = making.read_balanced(campaign)
    assert (ledger.intended, ledger.sent, ledger.skipped) == (3, 1, 2)
    reasons = db.session.scalars(select(Delivery.reason).where(Delivery.outcome == Outcome.SKIPPED)).all()
    assert sorted(reasons) == [SkipReason.SUPPRESSED, SkipReason.UNSUBSCRIBED]


def test_who_leaves_in_the_middle_of_a_send_gets_nothing_more(app: Flask, config: Config) -> None:
    making.add_people("diaspora", making.make_people(20))
    outbox = MemoryTransport()

    def leave(address: str) -> ScriptedReply | None:
        if address == "persona00003@example.org":
            _let_leave(app, 15)
        return None

    outbox.script = _script(leave)
    campaign = making.schedule_campaign()
    jobs.tick(_with_connections(config, 1), lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert ledger.sent == 15
    assert ledger.skipped == 5
    assert len(outbox.outbox) == 15


def _with_connections(config: Config, number: int) -> Config:
    return dataclasses.replace(config, smtp=dataclasses.replace(config.smtp, connections=number))


def test_who_leaves_right_after_a_claim_gets_nothing(
    app: Flask, config: Config, outbox: MemoryTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.add_people("diaspora", making.make_people(20))
    campaign = making.schedule_campaign()
    take = courier.Courier._claim  # noqa: SLF001 - the moment between a claim's commit and the first message

    def take_and_lose_some(run: courier.Courier) -> list[Claim]:
        claims = take(run)
        if claims:
            _let_leave(app, 15)
        return claims

    monkeypatch.setattr(courier.Courier, "_claim", take_and_lose_some)
    jobs.tick(_with_connections(config, 1), lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert (ledger.sent, ledger.skipped) == (15, 5)


def _let_leave(app: Flask, last: int) -> None:
    """Let everybody after the last who stays leave."""
    with app.app_context():
        for contact in db.session.scalars(select(Contact).where(Contact.id > last)).all():
            unsubscribe(contact, get_audience("diaspora"), Evidence("prueba"))
        db.session.commit()


def test_a_postponed_message_waits_longer_each_time_and_leaves_once(config: Config) -> None:
    making.add_people("diaspora", [("ana@example.org", "es")])
    outbox = MemoryTransport(_script(lambda _address: ScriptedReply(Stage.RCPT, 451, "4.7.1 Greylisted")))
    campaign = making.schedule_campaign()
    waits = []
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(3):
            jobs.tick(config, lambda: outbox)
            assert making.read_balanced(campaign).pending == 1
            due = db.session.scalars(select(Delivery.next_attempt_at)).one()
            waits.append((due - clock.now()) / timedelta(minutes=1))
            jobs.tick(config, lambda: outbox)
            travel.move_to(due)
        outbox.script = _script(lambda _address: None)
        jobs.tick(config, lambda: outbox)
    assert [low <= wait <= high for wait, low, high in zip(waits, (4.8, 12, 24), (7.2, 18, 36), strict=True)] == [
        True
    ] * 3
    assert making.read_balanced(campaign).sent == 1
    assert len(outbox.outbox) == 1
    assert db.session.scalars(select(Delivery.attempts)).one() == 4
    assert len(db.session.scalars(select(Attempt)).all()) == 3


def test_a_message_that_is_postponed_for_days_fails_in_the_end(config: Config) -> None:
    making.add_people("diaspora", [("ana@example.org", "es")])
    outbox = MemoryTransport(_script(lambda _address: ScriptedReply(Stage.RCPT, 450, "4.2.0 Later")))
    campaign = making.schedule_campaign()
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(30):
            jobs.tick(config, lambda: outbox)
            travel.shift(timedelta(hours=8))
    ledger = making.read_balanced(campaign)
    assert (ledger.failed, ledger.pending) == (1, 0)
    assert db.session.scalars(select(Delivery.reason)).one() == "expired"


def test_a_refused_address_fails_and_the_others_leave(config: Config) -> None:
    making.add_people("diaspora", making.make_people(10))
    outbox = MemoryTransport(
        _script(lambda address: ScriptedReply(Stage.RCPT, 550, "5.1.1 Unknown") if "00004" in address else None)
    )
    campaign = making.schedule_campaign()
    jobs.tick(config, lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert (ledger.sent, ledger.failed) == (9, 1)


def test_a_lost_answer_is_uncertain_and_never_sent_again_by_itself(config: Config) -> None:
    making.add_people("diaspora", making.make_people(4))
    outbox = MemoryTransport(
        _script(lambda address: ScriptedReply(Stage.DOT, None, taken=True) if "00002" in address else None)
    )
    campaign = making.schedule_campaign()
    jobs.tick(config, lambda: outbox)
    jobs.tick(config, lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert (ledger.sent, ledger.uncertain) == (3, 1)
    assert max(Counter(envelope.rcpt_to for envelope, _ in outbox.outbox).values()) == 1


def test_a_refused_sender_pauses_the_campaign_and_burns_nobody(config: Config) -> None:
    making.add_people("diaspora", making.make_people(30))
    outbox = MemoryTransport(_script(lambda _address: ScriptedReply(Stage.MAIL, 550, "5.7.1 Sender rejected")))
    campaign = making.schedule_campaign()
    jobs.tick(config, lambda: outbox)
    assert making.read_balanced(campaign).pending == 30
    kept = db.session.get_one(Campaign, campaign.id)
    assert kept.state == CampaignState.PAUSED
    assert "5.7.1 Sender rejected" in kept.state_reason


def test_a_message_refused_again_and_again_pauses_the_campaign(config: Config) -> None:
    making.add_people("diaspora", making.make_people(60))
    outbox = MemoryTransport(_script(lambda _address: ScriptedReply(Stage.DOT, 554, "5.6.0 Looks like spam")))
    campaign = making.schedule_campaign()
    jobs.tick(config, lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert 5 <= ledger.failed <= 8
    assert ledger.pending == 60 - ledger.failed
    assert db.session.get_one(Campaign, campaign.id).state == CampaignState.PAUSED


def test_a_mail_server_that_is_down_says_so_and_loses_nobody(config: Config) -> None:
    making.add_people("diaspora", making.make_people(30))
    outbox = MemoryTransport(_script(lambda _address: ScriptedReply(Stage.CONNECT, None, "Connection refused")))
    campaign = making.schedule_campaign()
    with pytest.raises(SendingError, match="Connection refused"):
        jobs.tick(config, lambda: outbox)
    assert making.read_balanced(campaign).pending == 30
    outbox.script = _script(lambda _address: None)
    jobs.tick(config, lambda: outbox)
    assert making.read_balanced(campaign).sent == 30


def test_a_server_that_drops_every_answer_stops_the_run_after_a_few(config: Config) -> None:
    making.add_people("diaspora", making.make_people(60))
    outbox = MemoryTransport(_script(lambda _address: ScriptedReply(Stage.DOT, None)))
    campaign = making.schedule_campaign()
    with pytest.raises(SendingError):
        jobs.tick(config, lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert 5 <= ledger.uncertain <= 8
    assert ledger.pending == 60 - ledger.uncertain


def test_a_paused_campaign_claims_nothing_and_a_resumed_one_goes_on(app: Flask, config: Config) -> None:
    making.add_people("diaspora", making.make_people(40))
    campaign = making.schedule_campaign()
    number = campaign.id
    outbox = MemoryTransport()

    def pause(address: str) -> ScriptedReply | None:
        if "00009" in address:
            with app.app_context():
                scheduling.pause(db.session.get_one(Campaign, number))
                db.session.commit()
        return None

    outbox.script = _script(pause)
    one = _with_connections(config, 1)
    jobs.tick(one, lambda: outbox)
    sent = making.read_balanced(campaign).sent
    assert sent in {10, 11}  # at most one more message a connection
    jobs.tick(one, lambda: outbox)
    assert making.read_balanced(campaign).sent == sent
    scheduling.resume(db.session.get_one(Campaign, number))
    db.session.commit()
    outbox.script = _script(lambda _address: None)
    jobs.tick(one, lambda: outbox)
    assert making.read_balanced(campaign).sent == 40


def test_a_cancelled_campaign_skips_the_rest(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(5))
    campaign = making.schedule_campaign()
    jobs.look(config)
    scheduling.cancel(db.session.get_one(Campaign, campaign.id))
    db.session.commit()
    jobs.tick(config, lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert (ledger.skipped, ledger.sent) == (5, 0)
    assert outbox.outbox == []


def test_what_was_not_approved_is_held(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(2))
    campaign = making.schedule_campaign()
    rendering = db.session.scalars(select(Rendering).limit(1)).one()
    rendering.html = rendering.html.replace("saludo", "insulto")
    db.session.commit()
    jobs.tick(config, lambda: outbox)
    kept = db.session.get_one(Campaign, campaign.id)
    assert kept.state == CampaignState.HELD
    assert "visto bueno" in kept.state_reason
    assert outbox.outbox == []


def test_a_start_that_is_too_late_is_held(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(2))
    campaign = making.schedule_campaign()
    with time_machine.travel(clock.now() + timedelta(hours=3), tick=False):
        jobs.tick(config, lambda: outbox)
    assert db.session.get_one(Campaign, campaign.id).state == CampaignState.HELD
    assert outbox.outbox == []


def test_nothing_leaves_after_the_campaigns_end(config: Config) -> None:
    making.add_people("diaspora", making.make_people(2))
    outbox = MemoryTransport(_script(lambda _address: ScriptedReply(Stage.RCPT, 451, "4.3.0 Later")))
    campaign = making.schedule_campaign()
    kept = db.session.get_one(Campaign, campaign.id)
    kept.not_after = clock.now() + timedelta(hours=1)
    db.session.commit()
    with time_machine.travel(clock.now(), tick=False) as travel:
        jobs.tick(config, lambda: outbox)
        assert making.read_balanced(campaign).pending == 2
        travel.shift(timedelta(hours=2))
        outbox.script = _script(lambda _address: None)
        jobs.tick(config, lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert ledger.sent == 0
    assert ledger.pending == 0
    assert outbox.outbox == []
    assert db.session.get_one(Campaign, campaign.id).state == CampaignState.FINISHED


def test_two_schedulers_start_a_campaign_once(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(3))
    campaign = making.schedule_campaign()
    assert jobs.look(config) == 1
    assert jobs.look(config) == 0
    jobs.tick(config, lambda: outbox)
    assert making.read_balanced(campaign).sent == 3


def test_nothing_is_released_when_a_delivery_belongs_to_no_dispatch(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(3))
    campaign = making.schedule_campaign()

    def spoil(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO deliveries"):
            connection.execute(update(Delivery).where(Delivery.contact_id == 2).values(dispatch_id=0))

    event.listen(db.engine, "after_cursor_execute", spoil)
    with pytest.raises(ReleaseError, match=r"Se escribieron 3 entregas .* cuentan 2"):
        jobs.tick(config, lambda: outbox)
    db.session.rollback()
    event.remove(db.engine, "after_cursor_execute", spoil)
    assert db.session.get_one(Campaign, campaign.id).state == CampaignState.SCHEDULED
    assert outbox.outbox == []
    jobs.tick(config, lambda: outbox)
    assert making.read_balanced(campaign).sent == 3
