"""What becomes of a delivery, by the stage at which the mail server went wrong and by how, through the engine.

Two people, one connection: the first to reach the stage meets the trouble, the server then takes what comes.
"""

import select as readiness
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select, text

import making
from outreach import clock
from outreach.app import create_app
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.config import Config, SmtpSettings, current_config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.dispatch.arming import arm
from outreach.dispatch.errors import SendingError
from outreach.dispatch.models import Delivery
from outreach.dispatch.rules import Outcome
from outreach.mail.pipelining import PipeliningTransport
from outreach.mail.transport import Stage
from outreach.mail.wire import Timeouts, Wire
from smtp_servers import Answer, Fault, Script, ScriptedServer

# q: back in the queue, the attempt does not count; w: waits for its next try, the attempt counts; f: failed;
# u: uncertain; p: back in the queue, the attempt does not count, and the campaign is paused.
MEANINGS = {
    "q": (Outcome.QUEUED, 0, False),
    "w": (Outcome.WAITING, 1, False),
    "f": (Outcome.FAILED, 1, False),
    "u": (Outcome.UNCERTAIN, 1, False),
    "p": (Outcome.QUEUED, 0, True),
}
HEADINGS = "         421 450 451 452 454 500 501 503 530 535 550 552 554 silence drop garbage endless"
ONE_BY_ONE = """
greeting       q   q   q   q   q   q   q   q   q   q   q   q   q       q    q       q       q
auth           q   q   q   q   q   p   p   -   p   p   p   p   p       q    q       q       q
mail           q   w   w   w   w   p   p   p   p   p   p   f   p       q    q       q       q
rcpt           q   w   w   w   w   f   f   q   p   p   f   f   f       q    q       q       q
data           q   w   w   w   w   f   f   q   p   p   f   f   f       q    q       q       q
content        q   w   w   w   w   f   f   q   p   p   f   f   f       u    q       q       q
dot            q   w   w   w   w   f   f   f   p   p   f   f   f       u    u       u       u
"""
# Content and final dot are one write here: what a server says, or fails to say, in the middle of the content is read as
# its answer to the dot. A clear code means the same there; without one the message is in doubt.
IN_GROUPS = ONE_BY_ONE.replace(
    "content        q   w   w   w   w   f   f   q   p   p   f   f   f       u    q       q       q",
    "content        q   w   w   w   w   f   f   f   p   p   f   f   f       u    u       u       u",
)
FAULTS = {"silence": Fault.SILENCE, "drop": Fault.DROP, "garbage": Fault.GARBAGE, "endless": Fault.ENDLESS}
PATIENT = Timeouts(*(10.0 for _ in Stage))
IMPATIENT = 0.25
FIRST = "persona00000@example.org"


def _read_table(table: str) -> Iterator[tuple[str, str, str]]:
    for line in table.strip().splitlines():
        stage, *cells = line.split()
        for trouble, cell in zip(HEADINGS.split(), cells, strict=True):
            # A dash: 503 to a sign-in means signed in already (RFC 4954 §4).
            if cell != "-":
                yield stage, trouble, cell


ROWS = [
    pytest.param(*row, offers, id=f"{name}-{row[0]}-{row[1]}")
    for name, table, offers in (("alone", ONE_BY_ONE, ()), ("groups", IN_GROUPS, ("PIPELINING",)))
    for row in _read_table(table)
]


class _Unhurried(PipeliningTransport):
    """Gives the server time to speak before the final dot, where that is a write of its own."""

    def _send_content(self, wire: Wire, content: bytes) -> None:
        wire.send(content[:100])
        assert isinstance(wire.sock, socket.socket)
        readiness.select([wire.sock], [], [], IMPATIENT)
        super()._send_content(wire, content[100:])


def _write_script(stage: str, trouble: str) -> Script:
    """Make trouble once, or for the first reader where there is more than one answer to keep back."""
    answer: Answer = FAULTS.get(trouble, f"{trouble} no")
    if stage == "content":
        # Who was refused half way gets no second answer.
        return {"content": _to_first(answer), "dot": _to_first(b"")}
    return {stage: [answer]}


def _to_first(answer: Answer) -> Callable[[str], Answer | None]:
    return lambda address: answer if address == FIRST else None


def _open(server: ScriptedServer, stage: str, trouble: str) -> Callable[[], PipeliningTransport]:
    user = "ana" if stage == "auth" else None
    settings = SmtpSettings("127.0.0.1", server.port, user, "clave" if user else None)
    late = {"content": "dot", "data": "data_command"}.get(stage, stage)
    timeouts = replace(PATIENT, **{late: IMPATIENT}) if trouble == "silence" else PATIENT
    return lambda: _Unhurried(settings, timeouts)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Make one application for all rows: what its engine has compiled once serves them all."""
    folder = tmp_path_factory.mktemp("stages")
    environment = {"OUTREACH_DATA_DIR": str(folder), "OUTREACH_SECRET_KEY": "a secret for tests only"}
    application = create_app(Config.from_environment(environment))
    with application.app_context():
        event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return application


@pytest.fixture(scope="module")
def scheduled(application: Flask, installed: Path) -> Path:
    """Make an installation in which a campaign for two people is due."""
    with application.app_context():
        folder = current_config().data_dir
        shutil.copy(installed, folder)
        making.add_people("diaspora", making.make_people(2))
        making.schedule_campaign(text=making.SPANISH)
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
        return Path(shutil.copy(folder / installed.name, folder / "scheduled.db"))


@pytest.fixture
def campaign(application: Flask, scheduled: Path, installed: Path) -> Iterator[Campaign]:
    with application.app_context():
        for left in scheduled.parent.glob(f"{installed.name}*"):
            left.unlink()
        shutil.copy(scheduled, scheduled.with_name(installed.name))
        shutil.rmtree(scheduled.parent / "workers", ignore_errors=True)
        arm(current_config(), making.get_user(making.ADMINISTRATOR))
        db.session.commit()
        yield db.session.scalars(select(Campaign)).one()
        db.session.remove()
        db.engine.dispose()


def _tick(open_transport: Callable[[], PipeliningTransport]) -> None:
    config = current_config()
    one = replace(config, smtp=replace(config.smtp, connections=1))
    try:
        jobs.tick(one, open_transport)
    except SendingError:
        assert db.session.scalars(select(Campaign.state_reason)).one()


@pytest.mark.parametrize(("stage", "trouble", "expected", "offers"), ROWS)
def test_the_stage_and_the_answer_decide(
    campaign: Campaign, stage: str, trouble: str, expected: str, offers: tuple[str, ...]
) -> None:
    outcome, attempts, is_paused = MEANINGS[expected]
    features = (*offers, "SIZE 10485760", *(["AUTH PLAIN"] if stage == "auth" else []))
    with ScriptedServer(_write_script(stage, trouble), features) as server:
        _tick(_open(server, stage, trouble))
        taken = [message.rcpt_to for message in server.taken]
    ledger = making.read_balanced(campaign)
    first, second = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert (first.outcome, first.attempts) == (outcome, attempts)
    assert (campaign.state == CampaignState.PAUSED) is is_paused
    # One message a connection may follow a pause: the one that was announced in the same write as the dot.
    is_held = is_paused and not (offers and stage in {"content", "dot"})
    assert second.outcome == (Outcome.QUEUED if is_held else Outcome.SENT)
    assert taken == ([] if is_held else [second.contact.email])
    assert ledger.sent == len(taken)


def test_a_connection_that_is_refused_is_nobodys_fault(campaign: Campaign) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port: int = closed.getsockname()[1]
    _tick(lambda: PipeliningTransport(SmtpSettings("127.0.0.1", port), PATIENT))
    assert making.read_balanced(campaign).pending == 2
    assert {(row.outcome, row.attempts) for row in db.session.scalars(select(Delivery))} == {(Outcome.QUEUED, 0)}
    assert campaign.state == CampaignState.SENDING


@pytest.mark.parametrize("offers", [(), ("PIPELINING",)])
def test_greylisting_for_five_minutes_delivers_once_at_the_second_try(
    campaign: Campaign, offers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    met: dict[tuple[str, str], datetime] = {}
    # The soonest of all second tries.
    monkeypatch.setattr("random.random", lambda: 0.0)

    def greylist(address: str) -> str | None:
        sender = next(line for line in reversed(server.commands) if line.startswith("MAIL"))
        known = met.setdefault((sender, address), clock.now())
        return None if clock.now() - known >= timedelta(seconds=300) else "451 4.7.1 Greylisted"

    def tick() -> None:
        _tick(lambda: PipeliningTransport(SmtpSettings("127.0.0.1", server.port), PATIENT))

    with (
        ScriptedServer({"rcpt": greylist}, offers) as server,
        time_machine.travel(clock.now(), tick=False) as travel,
    ):
        tick()
        assert making.read_balanced(campaign).pending == 2
        travel.shift(timedelta(seconds=240))
        tick()
        travel.move_to(max(db.session.scalars(select(Delivery.next_attempt_at))))
        db.session.rollback()
        tick()
    assert making.read_balanced(campaign).sent == 2
    assert [server.count_for(address) for _, address in met] == [1, 1]
    assert {row.attempts for row in db.session.scalars(select(Delivery))} == {2}
