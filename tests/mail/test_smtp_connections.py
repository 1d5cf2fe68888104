"""How a connection is opened, kept, used and left."""

import socket
from dataclasses import replace

import pytest

from mail_samples import CONTENT, ENVELOPE, PATIENT, make_settings
from outreach.mail import wire
from outreach.mail.smtp import SmtpTransport
from outreach.mail.transport import Envelope, Kind, Scope, Stage, Verdict
from outreach.mail.wire import Timeouts
from smtp_servers import Fault, Pause, ScriptedServer, Take


def do_nothing() -> None:
    pass


def send_all(server: ScriptedServer, transport: SmtpTransport, *recipients: str) -> list[Verdict]:
    """Send to each, hang up, and check that the server took what it said it took."""
    verdicts = [transport.send(Envelope("b@example.org", to), CONTENT, do_nothing) for to in recipients]
    transport.close()
    accepted = [to for to, verdict in zip(recipients, verdicts, strict=True) if verdict.kind is Kind.ACCEPTED]
    assert [message.rcpt_to for message in server.taken] == accepted
    return verdicts


def make_transport(server: ScriptedServer, most_messages: int = 100, **settings: str) -> SmtpTransport:
    return SmtpTransport(make_settings(server.port, **settings), PATIENT, most_messages)


def test_one_connection_serves_many_messages_and_ends_politely() -> None:
    with ScriptedServer() as server:
        send_all(server, make_transport(server), *(f"p{number}@example.org" for number in range(5)))
    verbs = [command.split()[0] for command in server.commands]
    assert verbs == ["ehlo", *["MAIL", "RCPT", "DATA"] * 5, "QUIT"]
    assert server.connections == 1


def test_a_connection_ends_after_its_share_of_messages() -> None:
    with ScriptedServer() as server:
        send_all(server, make_transport(server, most_messages=2), *(f"p{number}@example.org" for number in range(5)))
    assert server.connections == 3
    assert [command for command in server.commands if command == "QUIT"] == ["QUIT"] * 3


def test_a_refused_message_is_followed_by_rset_on_the_same_connection() -> None:
    with ScriptedServer({"rcpt": ["550 5.1.1 no"]}) as server:
        verdicts = send_all(server, make_transport(server), "nadie@example.org", "ana@example.org")
    assert [verdict.kind for verdict in verdicts] == [Kind.REFUSED, Kind.ACCEPTED]
    assert (server.connections, server.commands.count("RSET")) == (1, 1)


@pytest.mark.parametrize("answer", [Fault.DROP, "421 4.3.2 closing", "500 what"])
def test_a_failed_rset_costs_only_the_connection(answer: Fault | str) -> None:
    with ScriptedServer({"rcpt": ["550 5.1.1 no"], "rset": [answer]}) as server:
        verdicts = send_all(server, make_transport(server), "nadie@example.org", "ana@example.org")
    assert [verdict.kind for verdict in verdicts] == [Kind.REFUSED, Kind.ACCEPTED]
    assert server.connections == 2


@pytest.mark.parametrize("answer", [Take(b"250 2.0.0 Ok\r\n421 4.4.2 idle too long\r\n"), Take(b"250 2.0.0 Ok\r\n")])
def test_a_server_that_left_meanwhile_costs_no_message(answer: Take) -> None:
    with ScriptedServer({"dot": [answer]}) as server:
        transport = make_transport(server)
        first = transport.send(ENVELOPE, CONTENT, do_nothing)
        server.hang_up()
        second = transport.send(ENVELOPE, CONTENT, do_nothing)
        transport.close()
    assert (first.kind, second.kind) == (Kind.ACCEPTED, Kind.ACCEPTED)
    assert (server.connections, len(server.taken)) == (2, 2)


def test_a_server_that_is_down_returns_the_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    verdict = SmtpTransport(make_settings(port), PATIENT).send(ENVELOPE, CONTENT, do_nothing)
    assert (verdict.kind, verdict.scope, verdict.stage) == (Kind.RETURNED, Scope.SERVER, Stage.CONNECT)
    assert verdict.reply.startswith("no hay conexión")


def test_a_late_answer_to_the_dot_is_waited_for() -> None:
    patient_at_the_dot = replace(PATIENT, data_command=0.3, content=0.3, mail=0.3, rcpt=0.3)
    with ScriptedServer({"dot": [Pause(0.6, "250 2.0.0 at last")]}) as server:
        transport = SmtpTransport(make_settings(server.port), patient_at_the_dot)
        verdicts = send_all(server, transport, "ana@example.org", "eva@example.org")
    assert [verdict.kind for verdict in verdicts] == [Kind.ACCEPTED, Kind.ACCEPTED]


def test_the_limits_are_those_of_the_standard() -> None:
    limits = Timeouts()
    assert (limits.greeting, limits.mail, limits.rcpt) == (300, 300, 300)
    assert (limits.data_command, limits.content, limits.dot) == (120, 180, 600)


def test_a_message_beyond_the_servers_size_is_refused_before_it_is_offered() -> None:
    with ScriptedServer(features=("SIZE 50",)) as server:
        [verdict] = send_all(server, make_transport(server), "ana@example.org")
    assert (verdict.kind, verdict.scope, verdict.code) == (Kind.REFUSED, Scope.MESSAGE, None)
    assert verdict.reply.startswith("5.3.4")
    assert not [command for command in server.commands if command.startswith("MAIL")]


@pytest.mark.parametrize(
    ("features", "line"),
    [
        (("SIZE 1000",), f"MAIL FROM:<b@example.org> SIZE={len(CONTENT)}"),
        (("SIZE",), f"MAIL FROM:<b@example.org> SIZE={len(CONTENT)}"),
        (("SIZE 0",), f"MAIL FROM:<b@example.org> SIZE={len(CONTENT)}"),
        ((), "MAIL FROM:<b@example.org>"),
    ],
)
def test_the_size_is_declared_when_the_server_asks(features: tuple[str, ...], line: str) -> None:
    with ScriptedServer(features=features) as server:
        send_all(server, make_transport(server), "ana@example.org")
    assert line in server.commands


def test_a_non_ascii_address_needs_a_server_that_takes_it() -> None:
    with ScriptedServer(features=("8BITMIME",)) as server:
        [verdict] = send_all(server, make_transport(server), "josé@example.org")
    assert (verdict.kind, verdict.scope, verdict.reply) == (Kind.REFUSED, Scope.RECIPIENT, "5.6.7 unsupported route")
    with ScriptedServer(features=("8BITMIME", "SMTPUTF8")) as server:
        [verdict] = send_all(server, make_transport(server), "josé@example.org")
    assert verdict.kind is Kind.ACCEPTED
    assert "MAIL FROM:<b@example.org> SMTPUTF8" in server.commands


def test_eight_bit_content_is_declared_or_refused() -> None:
    content = "Subject: año\r\n\r\n".encode()
    for features, kind in ((("8BITMIME",), Kind.ACCEPTED), ((), Kind.REFUSED)):
        with ScriptedServer(features=features) as server:
            transport = make_transport(server)
            assert transport.send(ENVELOPE, content, do_nothing).kind is kind
            transport.close()
        assert any("BODY=8BITMIME" in command for command in server.commands) == (kind is Kind.ACCEPTED)


def test_an_old_server_is_greeted_the_old_way_only_without_sign_in() -> None:
    with ScriptedServer({"ehlo": "502 5.5.1 what"}) as server:
        [verdict] = send_all(server, make_transport(server), "ana@example.org")
    assert verdict.kind is Kind.ACCEPTED
    with ScriptedServer({"ehlo": "502 5.5.1 what"}) as server:
        [verdict] = send_all(server, make_transport(server, user="ana", password="clave"), "ana@example.org")
    assert (verdict.kind, verdict.scope) == (Kind.RETURNED, Scope.SERVER)


def test_a_host_without_a_full_name_greets_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, greeting in ((None, "ehlo [127.0.0.1]"), ("correo.example.org", "ehlo correo.example.org")):
        monkeypatch.setattr(wire, "_name_this_host", lambda name=name: name)
        with ScriptedServer() as server:
            send_all(server, make_transport(server), "ana@example.org")
        assert server.commands[0] == greeting


def test_a_password_is_used_and_never_shown() -> None:
    with ScriptedServer(features=("AUTH PLAIN",)) as server:
        transport = make_transport(server, user="ana", password="contraseña-secreta")
        verdict = transport.send(ENVELOPE, CONTENT, do_nothing)
        transport.close()
    assert (verdict.kind, verdict.scope, verdict.stage) == (Kind.RETURNED, Scope.SENDER, Stage.AUTH)
    assert "secreta" not in verdict.reply
    with ScriptedServer(features=("AUTH PLAIN",)) as server:
        [verdict] = send_all(server, make_transport(server, user="ana", password="clave"), "eva@example.org")
    assert verdict.kind is Kind.ACCEPTED
    assert "AUTH PLAIN AGFuYQBjbGF2ZQ==" in server.commands


def test_a_server_without_sign_in_pauses_whoever_needs_it() -> None:
    with ScriptedServer() as server:
        [verdict] = send_all(server, make_transport(server, user="ana", password="clave"), "eva@example.org")
    assert (verdict.kind, verdict.scope, verdict.stage) == (Kind.RETURNED, Scope.SENDER, Stage.AUTH)


def test_a_password_does_not_travel_in_clear_beyond_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire.Wire, "is_loopback", property(lambda _self: False))
    with ScriptedServer(features=("AUTH PLAIN",)) as server:
        [verdict] = send_all(server, make_transport(server, user="ana", password="clave"), "eva@example.org")
    assert (verdict.kind, verdict.scope, verdict.stage) == (Kind.RETURNED, Scope.SENDER, Stage.AUTH)
    assert not [command for command in server.commands if command.startswith("AUTH")]


@pytest.mark.parametrize(
    "to",
    ["", "ok@iecm.mx)evil@z.test", "a b@example.org", "a@example.org> SIZE=1", "a@example.org\r\nRSET", "<a@b.mx>"],
)
def test_only_a_bare_address_reaches_the_wire(to: str) -> None:
    with ScriptedServer() as server:
        with pytest.raises(ValueError, match="bare address"):
            make_transport(server).send(ENVELOPE._replace(rcpt_to=to), CONTENT, do_nothing)
        assert server.connections == 0
