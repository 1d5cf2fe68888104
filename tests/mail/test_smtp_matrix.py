"""Every stage of a hand-over against every way a mail server can answer it."""

from dataclasses import replace

import pytest

from mail_samples import CONTENT, ENVELOPE, PATIENT, make_settings
from outreach.mail.replies import classify
from outreach.mail.smtp import SmtpTransport
from outreach.mail.transport import Kind, Scope, Stage, Verdict
from outreach.mail.wire import Timeouts
from smtp_servers import Answer, Fault, ScriptedServer, Take

CODES = (421, 450, 451, 452, 454, 500, 501, 503, 530, 535, 550, 552, 554)
STAGES = (Stage.GREETING, Stage.AUTH, Stage.MAIL, Stage.RCPT, Stage.DATA_COMMAND, Stage.DOT)


class Hook:
    """Counts how often the moment before the final dot came."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1


def deliver(server: ScriptedServer, user: str | None = None, timeouts: Timeouts = PATIENT) -> tuple[Verdict, int]:
    hook = Hook()
    settings = make_settings(server.port, user=user, password="clave" if user else None)
    transport = SmtpTransport(settings, timeouts)
    try:
        return transport.send(ENVELOPE, CONTENT, hook), hook.calls
    finally:
        transport.close()


def features_for(stage: Stage) -> tuple[str, ...]:
    return ("AUTH PLAIN",) if stage is Stage.AUTH else ("8BITMIME",)


# 503 at sign-in means signed in already (RFC 4954 §4).
REFUSALS = [(stage, code) for stage in STAGES for code in CODES if (stage, code) != (Stage.AUTH, 503)]


@pytest.mark.parametrize(("stage", "code"), REFUSALS)
def test_a_refusal_is_read_where_it_was_said(stage: Stage, code: int) -> None:
    with ScriptedServer({stage.value: f"{code} no"}, features_for(stage)) as server:
        verdict, dots = deliver(server, "ana" if stage is Stage.AUTH else None)
    assert (verdict.kind, verdict.scope) == classify(stage, code, "no")
    assert (verdict.stage, verdict.code, verdict.reply) == (stage, code, "no")
    assert dots == (1 if stage is Stage.DOT else 0)
    assert not server.taken


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize(("stage", "taken"), [*((stage, False) for stage in STAGES), (Stage.DOT, True)])
def test_no_clear_answer_is_uncertain_only_at_the_dot(stage: Stage, taken: bool, fault: Fault) -> None:  # noqa: FBT001 - a parameter
    with ScriptedServer({stage.value: Take(fault) if taken else fault}, features_for(stage)) as server:
        impatient = replace(PATIENT, **{stage.name.lower(): 0.3})
        verdict, dots = deliver(server, "ana" if stage is Stage.AUTH else None, impatient)
    assert verdict.kind is (Kind.UNCERTAIN if stage is Stage.DOT else Kind.RETURNED)
    assert (verdict.stage, verdict.code) == (stage, None)
    assert verdict.reply
    assert len(verdict.reply.encode()) <= 1024
    assert dots == (1 if stage is Stage.DOT else 0)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Fault.DROP, (Kind.RETURNED, Scope.CONNECTION)),
        ("552 5.3.4 too large", (Kind.REFUSED, Scope.MESSAGE)),
        ("452 4.3.1 disk full", (Kind.POSTPONED, Scope.MESSAGE)),
        ("421 4.3.2 shutting down", (Kind.RETURNED, Scope.CONNECTION)),
        ("250 too soon", (Kind.RETURNED, Scope.CONNECTION)),
    ],
)
def test_a_server_that_speaks_in_the_middle_of_the_content_never_gets_the_dot(
    answer: Answer, expected: tuple[Kind, Scope]
) -> None:
    hook = Hook()
    with ScriptedServer({"content": answer}, features=()) as server:
        transport = SmtpTransport(make_settings(server.port), PATIENT)
        verdict = transport.send(ENVELOPE, CONTENT + b"x\r\n" * 8_000_000, hook)
        transport.close()
    assert (verdict.kind, verdict.scope) == expected
    assert verdict.stage is Stage.CONTENT
    assert hook.calls == 0
    assert not server.taken


def test_a_server_that_hangs_up_during_the_hook_gets_no_dot() -> None:
    with ScriptedServer() as server:
        transport = SmtpTransport(make_settings(server.port), PATIENT)
        verdict = transport.send(ENVELOPE, CONTENT, server.hang_up)
        transport.close()
    assert (verdict.kind, verdict.stage) == (Kind.RETURNED, Stage.CONTENT)
    assert not server.taken


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (b"250-2.0.0 one\r\n250-2.0.0 two\r\n250 2.0.0 three\r\n", 250),
        (b"250\r\n", 250),
        (b"250 caf\xe9\r\n", 250),
        (b"250 bare line end\n", 250),
        (b"250-one\r\n550 two\r\n", None),
        (b"2500 ok\r\n", None),
        (b"150 ok\r\n", None),
        (b"650 ok\r\n", None),
        (b"ok 250\r\n", None),
        (b"\r\n", None),
        (b"354 go on\r\n", 354),
        (b"250 " + b"x" * 10_000_000 + b"\r\n", None),
    ],
)
def test_only_a_clear_reply_at_the_dot_counts(reply: bytes, code: int | None) -> None:
    with ScriptedServer({"dot": Take(reply)}) as server:
        verdict, dots = deliver(server)
    assert verdict.kind is (Kind.ACCEPTED if code == 250 else Kind.UNCERTAIN)
    assert verdict.code == code
    assert (dots, len(server.taken)) == (1, 1)


def test_a_second_reply_is_not_taken_for_the_next_messages_answer() -> None:
    with ScriptedServer({"dot": Take(b"250 one\r\n250 two\r\n")}) as server:
        transport = SmtpTransport(make_settings(server.port), PATIENT)
        verdicts = [transport.send(ENVELOPE, CONTENT, Hook()) for _ in range(3)]
        transport.close()
    assert [verdict.reply for verdict in verdicts] == ["one"] * 3
    assert server.connections == 3
