"""The pages of the mail server and of how the installation stands."""

import socket
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import select

import making
from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.config import Config, SmtpSettings
from outreach.db import db
from outreach.dispatch.log import LogFilter, count_lines
from outreach.dispatch.models import Arming, Worker
from outreach.dispatch.system.standing import read_standing
from signing import Client, sign_in_as
from smtp_script import Fault, Script
from smtp_servers import ScriptedServer

PAGE = "/ajustes/servidor-de-correo"


@pytest.fixture
def administrator(app: Flask) -> Client:
    return sign_in_as(app, Role.ADMINISTRATOR)


def reach(app: Flask, server: ScriptedServer, **settings: str) -> None:
    smtp = SmtpSettings("127.0.0.1", server.port, **settings)  # type: ignore[arg-type] # words only
    app.extensions["outreach"] = replace(app.extensions["outreach"], smtp=smtp)


def test_a_server_that_answers_is_said_to_answer(app: Flask, administrator: Client) -> None:
    with ScriptedServer() as server:
        reach(app, server)
        page = administrator.submit(f"{PAGE}/probar").text
        assert f"El servidor 127.0.0.1:{server.port} contesta, sin cifrar." in page
        assert server.taken == []
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "mail-server")).one()
    assert (entry.action, entry.detail) == ("test", {"what": "connection", "good": True})


@pytest.mark.parametrize(
    ("script", "settings", "words"),
    [
        ({"greeting": "554 5.7.1 <b>go away</b>"}, {}, ["en el saludo del servidor", "&lt;b&gt;go away"]),
        ({"greeting": Fault.DROP}, {}, ["en el saludo del servidor"]),
        ({}, {"security": "starttls"}, ["al cifrar la conexión", "certificado"]),
        (
            {"auth": "535 5.7.8 bad credentials"},
            {"user": "ana", "password": "un secreto"},
            ["al iniciar sesión en el servidor", "usuario y la contraseña"],
        ),
    ],
)
def test_a_server_that_refuses_is_told_with_what_to_look_at(
    app: Flask, administrator: Client, script: Script, settings: dict[str, str], words: list[str]
) -> None:
    with ScriptedServer(script, features=("AUTH PLAIN LOGIN", "8BITMIME")) as server:
        reach(app, server, **settings)
        page = administrator.submit(f"{PAGE}/probar").text
    for word in words:
        assert word in page
    assert "alert-danger" in page
    assert "un secreto" not in page


def test_nobody_at_the_other_end_is_told_too(app: Flask, administrator: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    app.extensions["outreach"] = replace(app.extensions["outreach"], smtp=SmtpSettings("127.0.0.1", port))
    page = administrator.submit(f"{PAGE}/probar").text
    assert "al conectar con el servidor" in page
    assert "OUTREACH_SMTP_URL" in page


def test_a_test_mail_goes_to_whoever_asks_and_counts_nowhere(app: Flask, administrator: Client) -> None:
    with ScriptedServer() as server:
        reach(app, server)
        page = administrator.submit(f"{PAGE}/enviar-prueba", {"sender": "1"}).text
        (taken,) = server.taken
    assert taken.rcpt_to == "administracion@example.org"
    message = message_from_bytes(taken.content, policy=policy.default)
    assert message["Subject"] == "Prueba de Outreach"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "aceptó el correo de prueba" in page
    assert count_lines(LogFilter()) == 0


def test_a_refused_test_mail_says_so_and_a_forged_sender_is_none(app: Flask, administrator: Client) -> None:
    with ScriptedServer({"mail": "553 5.7.1 not yours"}) as server:
        reach(app, server)
        page = administrator.submit(f"{PAGE}/enviar-prueba", {"sender": "1"}).text
        assert "al decir quién envía" in page
        for forged in ("99", "", "1 OR 1=1"):
            page = administrator.submit(f"{PAGE}/enviar-prueba", {"sender": forged}).text
            assert "Elija el remitente" in page
        assert server.taken == []


def test_the_password_of_the_mail_server_is_on_no_page(app: Flask, administrator: Client) -> None:
    smtp = SmtpSettings("correo.example.org", 587, "ana", "un secreto", "starttls", 2, 1.5)
    app.extensions["outreach"] = replace(app.extensions["outreach"], smtp=smtp)
    page = administrator.get(PAGE).text
    assert "correo.example.org:587" in page
    assert "un secreto" not in page


@pytest.mark.both_databases
def test_the_state_says_what_runs_and_what_waits(app: Flask, administrator: Client, config: Config) -> None:
    del app
    making.add_people("diaspora", making.make_people(1))
    making.schedule_campaign()
    page = administrator.get("/ajustes/estado").text
    assert "Ningún proceso de envío da señales" in page
    assert "Prueba</a>" in page
    standing = read_standing(config, clock.now())
    assert standing.free > 0
    assert standing.database.startswith(("SQLite 3", "PostgreSQL"))
    assert (standing.database_size or 0) > 0
    assert not standing.is_clock_wrong


def test_the_state_tells_processes_alive_silent_and_ended(now: datetime, app: Flask, administrator: Client) -> None:
    del app
    for number, (seen, ended) in enumerate(((0, None), (60, None), (5, 5))):
        at = now - timedelta(minutes=seen)
        db.session.add(
            Worker(
                token=str(number),
                host=f"<i>{number}",
                boot="",
                process=number,
                started_at=now - timedelta(hours=2),
                seen_at=at,
                ended_at=now - timedelta(minutes=ended) if ended else None,
            )
        )
    page = administrator.get("/ajustes/estado").text
    assert "Todo está en marcha." in page
    assert [word in page for word in ("en marcha</span>", "sin señales</span>", "terminó</span>")] == [True] * 3
    assert "&lt;i&gt;0" in page


def test_a_copied_database_is_told_first(now: datetime, app: Flask, administrator: Client) -> None:
    del app
    db.session.add(Arming(place="elsewhere", armed_at=now))
    page = administrator.get("/ajustes/estado").text
    assert "viene de otra máquina o de otra carpeta" in page
    assert "outreach arm" in page


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER, Role.REVIEWER])
def test_the_machine_is_for_whoever_administers(app: Flask, role: Role) -> None:
    browser = sign_in_as(app, role)
    assert browser.get(PAGE).status_code == 403
    assert browser.submit(f"{PAGE}/probar").status_code == 403
    assert browser.submit(f"{PAGE}/enviar-prueba").status_code == 403
