"""The contract that every transport keeps, run over each of them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from mail_samples import CONTENT, ENVELOPE, PATIENT, make_form, make_recipient, make_settings
from outreach.mail.compiling import compile_message
from outreach.mail.memory import ACCEPT, MemoryTransport, ScriptedReply
from outreach.mail.smtp import SmtpTransport
from outreach.mail.transport import Envelope, Kind, Scope, Stage, Transport, Verdict

Taken = list[tuple[Envelope, bytes]]
REPLIES = {
    "sender@example.org": ScriptedReply(Stage.MAIL, 550, "5.7.1 sender unknown"),
    "nobody@example.org": ScriptedReply(Stage.RCPT, 550, "5.1.1 no such user"),
    "later@example.org": ScriptedReply(Stage.RCPT, 450, "4.2.0 greylisted"),
    "closing@example.org": ScriptedReply(Stage.RCPT, 421, "4.3.2 closing"),
    "spam@example.org": ScriptedReply(Stage.DOT, 554, "5.7.1 looks like spam"),
    "full@example.org": ScriptedReply(Stage.DOT, 452, "4.3.1 disk full"),
    "leaving@example.org": ScriptedReply(Stage.DOT, 421, "4.3.2 closing"),
}


class Handler:
    """Answers for aiosmtpd as the table says."""

    def __init__(self) -> None:
        self.taken: Taken = []

    def answer(self, stage: Stage, key: str) -> str | None:
        reply = REPLIES.get(key)
        return f"{reply.code} {reply.text}" if reply and reply.stage is stage else None

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: ANN401, N802 - aiosmtpd's names and types
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answer(Stage.MAIL, address) or "250 2.1.0 Ok"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: ANN401, N802 - aiosmtpd's names and types
        refusal = self.answer(Stage.RCPT, address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802 - aiosmtpd's names and types
        [to] = envelope.rcpt_tos
        refusal = self.answer(Stage.DOT, to)
        if refusal is None:
            self.taken.append((Envelope(envelope.mail_from, to), envelope.content))
        return refusal or f"250 {ACCEPT.text}"


class LoopbackController(Controller):
    """A strict aiosmtpd on a port that the system chooses."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, ident="strict", hostname="mail.example.org")

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd leaves this one untyped


@dataclass
class Given:
    transport: Transport
    taken: Taken


@contextmanager
def give_smtp() -> Iterator[Given]:
    handler = Handler()
    controller = LoopbackController(handler, hostname="127.0.0.1", port=0)
    controller.start()
    transport = SmtpTransport(make_settings(controller.port), PATIENT)
    try:
        yield Given(transport, handler.taken)
    finally:
        transport.close()
        controller.stop()


@contextmanager
def give_memory() -> Iterator[Given]:
    def script(envelope: Envelope) -> ScriptedReply:
        return REPLIES.get(envelope.mail_from) or REPLIES.get(envelope.rcpt_to) or ACCEPT

    transport = MemoryTransport(script)
    yield Given(transport, transport.outbox)


@pytest.fixture(params=[give_smtp, give_memory])
def given(request: pytest.FixtureRequest) -> Iterator[Given]:
    with request.param() as given:
        yield given


class Hook:
    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        self.seen: list[int] = []

    def __call__(self) -> None:
        self.seen.append(len(self.taken))


def send(given: Given, to: str = ENVELOPE.rcpt_to, mail_from: str = ENVELOPE.mail_from) -> tuple[Verdict, list[int]]:
    hook = Hook(given.taken)
    return given.transport.send(Envelope(mail_from, to), CONTENT, hook), hook.seen


def test_an_accepted_message_arrives_octet_for_octet(given: Given) -> None:
    verdict, seen = send(given)
    assert verdict == Verdict(Kind.ACCEPTED, Scope.MESSAGE, Stage.DOT, 250, ACCEPT.text)
    assert given.taken == [(ENVELOPE, CONTENT)]
    assert seen == [0]


def test_a_compiled_message_arrives_octet_for_octet(given: Given) -> None:
    content = compile_message(make_form()).for_recipient(make_recipient(), {"nombre": ".", "baja": "..x"})
    assert given.transport.send(ENVELOPE, content, lambda: None).kind is Kind.ACCEPTED
    assert given.taken == [(ENVELOPE, content)]


@pytest.mark.parametrize(
    ("to", "kind", "scope", "dots"),
    [
        ("nobody@example.org", Kind.REFUSED, Scope.RECIPIENT, []),
        ("later@example.org", Kind.POSTPONED, Scope.RECIPIENT, []),
        ("closing@example.org", Kind.RETURNED, Scope.CONNECTION, []),
        ("spam@example.org", Kind.REFUSED, Scope.MESSAGE, [0]),
        ("full@example.org", Kind.POSTPONED, Scope.MESSAGE, [0]),
        ("leaving@example.org", Kind.RETURNED, Scope.CONNECTION, [0]),
    ],
)
def test_a_refusal_touches_one_message_and_the_next_one_leaves(
    given: Given, to: str, kind: Kind, scope: Scope, dots: list[int]
) -> None:
    verdict, seen = send(given, to)
    assert (verdict.kind, verdict.scope, verdict.code) == (kind, scope, REPLIES[to].code)
    assert verdict.reply == REPLIES[to].text
    assert seen == dots
    assert send(given)[0].kind is Kind.ACCEPTED
    assert given.taken == [(ENVELOPE, CONTENT)]


def test_a_refused_sender_returns_the_message(given: Given) -> None:
    verdict, seen = send(given, mail_from="sender@example.org")
    assert (verdict.kind, verdict.scope, verdict.stage) == (Kind.RETURNED, Scope.SENDER, Stage.MAIL)
    assert (seen, given.taken) == ([], [])


def test_a_hook_that_fails_keeps_the_message_back(given: Given) -> None:
    def fail() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        given.transport.send(ENVELOPE, CONTENT, fail)
    assert given.taken == []
    assert send(given)[0].kind is Kind.ACCEPTED
    assert len(given.taken) == 1


@pytest.mark.parametrize("content", [b"bare\nline\r\n", b"bare\rreturn\r\n", b"a\r\n.\r\rMAIL\r\n", b"nul\x00\r\n"])
def test_smuggling_material_never_leaves(given: Given, content: bytes) -> None:
    with pytest.raises(ValueError, match="bare CR"):
        given.transport.send(ENVELOPE, content, lambda: None)
    assert given.taken == []


def test_the_null_sender_is_possible(given: Given) -> None:
    assert send(given, mail_from="")[0].kind is Kind.ACCEPTED


def test_many_messages_arrive_in_order(given: Given) -> None:
    people = [f"persona.{number}@example.org" for number in range(250)]
    assert {send(given, to)[0].kind for to in people} == {Kind.ACCEPTED}
    assert [envelope.rcpt_to for envelope, _content in given.taken] == people


def test_closing_twice_and_sending_again_is_fine(given: Given) -> None:
    given.transport.close()
    send(given)
    given.transport.close()
    given.transport.close()
    assert send(given)[0].kind is Kind.ACCEPTED
    assert len(given.taken) == 2


def test_a_message_in_memory_may_be_taken_without_an_answer() -> None:
    transport = MemoryTransport(lambda _envelope: ScriptedReply(Stage.DOT, None, taken=True))
    assert transport.send(ENVELOPE, CONTENT, lambda: None).kind is Kind.UNCERTAIN
    assert len(transport.outbox) == 1
