"""Encrypted or not at all (S-21, V4)."""

import shutil
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mail_samples import CONTENT, ENVELOPE, PATIENT, make_settings
from outreach.mail.smtp import SmtpTransport
from outreach.mail.transport import Kind, Scope, Stage, Verdict
from smtp_servers import Answer, Fault, ScriptedServer

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="the openssl command makes the certificates")


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path

    def serve(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


MakeCertificate = Callable[..., Certificate]


@pytest.fixture
def make_certificate(tmp_path: Path) -> MakeCertificate:
    def make(name: str = "IP:127.0.0.1", days: int = 2) -> Certificate:
        made = Certificate(tmp_path / f"{name}.pem".replace(":", "-"), tmp_path / f"{name}.key".replace(":", "-"))
        run(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            f"subjectAltName={name}",
            "-keyout",
            made.key,
            "-out",
            made.certificate,
        )
        if days < 0:
            run("x509", "-in", made.certificate, "-signkey", made.key, "-days", str(days), "-out", made.certificate)
        return made

    def run(*arguments: str | Path) -> None:
        subprocess.run([str(OPENSSL), *arguments], check=True, capture_output=True)  # noqa: S603 - fixed arguments

    return make


def deliver(server: ScriptedServer, security: str, trusted: Path | None) -> Verdict:
    settings = make_settings(
        server.port,
        security=security,
        ca_file=str(trusted) if trusted else None,
        user="ana",
        password="clave",
    )
    transport = SmtpTransport(settings, PATIENT)
    verdict = transport.send(ENVELOPE, CONTENT, lambda: None)
    transport.close()
    return verdict


def assert_stopped(verdict: Verdict, server: ScriptedServer) -> None:
    assert (verdict.kind, verdict.scope, verdict.stage) == (Kind.RETURNED, Scope.SERVER, Stage.TLS)
    assert verdict.reply
    assert not server.taken
    assert not [command for command in server.commands if command.startswith(("AUTH", "MAIL"))]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_with_a_trusted_certificate_gets_the_message(make_certificate: MakeCertificate, security: str) -> None:
    own = make_certificate()
    with ScriptedServer(features=("AUTH PLAIN",), tls=own.serve(), tls_from_start=security == "tls") as server:
        verdict = deliver(server, security, own.certificate)
    assert (verdict.kind, server.count_for("ana@example.org")) == (Kind.ACCEPTED, 1)
    assert "AUTH PLAIN AGFuYQBjbGF2ZQ==" in server.commands


def test_the_server_is_asked_again_what_it_offers_once_encrypted(make_certificate: MakeCertificate) -> None:
    own = make_certificate()
    with ScriptedServer(features=("AUTH PLAIN",), tls=own.serve()) as server:
        deliver(server, "starttls", own.certificate)
    assert [command.split()[0] for command in server.commands[:4]] == ["ehlo", "STARTTLS", "ehlo", "AUTH"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_stops_everything(
    make_certificate: MakeCertificate, security: str
) -> None:
    with ScriptedServer(tls=make_certificate().serve(), tls_from_start=security == "tls") as server:
        verdict = deliver(server, security, None)
        assert_stopped(verdict, server)
    assert "certificate verify failed" in verdict.reply


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_for_another_host_stops_everything(make_certificate: MakeCertificate, security: str) -> None:
    other = make_certificate("DNS:otro.example.org")
    with ScriptedServer(tls=other.serve(), tls_from_start=security == "tls") as server:
        assert_stopped(deliver(server, security, other.certificate), server)


def test_an_expired_certificate_stops_everything(make_certificate: MakeCertificate) -> None:
    expired = make_certificate(days=-1)
    with ScriptedServer(tls=expired.serve()) as server:
        verdict = deliver(server, "starttls", expired.certificate)
        assert_stopped(verdict, server)
    assert "expired" in verdict.reply


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_an_old_protocol_stops_everything(make_certificate: MakeCertificate) -> None:
    own = make_certificate()
    context = own.serve()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with ScriptedServer(tls=context) as server:
        assert_stopped(deliver(server, "starttls", own.certificate), server)


def test_a_server_that_offers_no_encryption_is_never_used_without() -> None:
    with ScriptedServer(features=("AUTH PLAIN",)) as server:
        verdict = deliver(server, "starttls", None)
        assert_stopped(verdict, server)
    assert "STARTTLS" in verdict.reply


@pytest.mark.parametrize("answer", ["454 4.7.0 not now", "501 what", Fault.DROP, Fault.GARBAGE, "250 no"])
def test_a_server_that_refuses_encryption_is_never_used_without(
    make_certificate: MakeCertificate, answer: Answer
) -> None:
    own = make_certificate()
    with ScriptedServer({"starttls": answer}, tls=own.serve()) as server:
        assert_stopped(deliver(server, "starttls", own.certificate), server)


def test_words_said_before_the_encryption_are_not_believed(make_certificate: MakeCertificate) -> None:
    own = make_certificate()
    with ScriptedServer({"starttls": b"220 go ahead\r\n250 injected\r\n"}, tls=own.serve()) as server:
        verdict = deliver(server, "starttls", own.certificate)
        assert_stopped(verdict, server)
    assert "sin cifrar" in verdict.reply


def test_a_missing_authority_file_is_named() -> None:
    with ScriptedServer(tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)) as server:
        assert_stopped(deliver(server, "starttls", Path("/no/such/authority.pem")), server)


def test_a_lost_answer_over_tls_is_uncertain_too(make_certificate: MakeCertificate) -> None:
    own = make_certificate()
    with ScriptedServer({"dot": Fault.DROP}, features=("AUTH PLAIN",), tls=own.serve()) as server:
        verdict = deliver(server, "starttls", own.certificate)
    assert (verdict.kind, verdict.stage) == (Kind.UNCERTAIN, Stage.DOT)
