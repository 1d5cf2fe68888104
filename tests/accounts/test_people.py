"""Whoever administers invites people, changes what they may do, and closes their accounts."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from outreach.accounts import people
from outreach.accounts.errors import AccountError
from outreach.accounts.models import AuditEntry, User
from outreach.accounts.people import PersonWords
from outreach.accounts.rules import Role
from outreach.db import db
from signing import PASSWORD, Client, make_user, sign_in_as

NEW = {"email": "nueva@example.org", "name": "Nueva <b>Persona</b>", "role": "revision", "language": "en"}


def find_user(email: str) -> User:
    return db.session.scalars(select(User).where(User.email == email)).one()


def follow_link(browser: Client, user: User) -> str:
    page = browser.submit(f"/ajustes/personas/{user.id}/enlace").text
    found = re.search(r'value="https://correo\.example\.org(/contrasena/[^"]+)"', page)
    assert found
    return found[1]


def test_an_invited_person_chooses_a_password_and_signs_in(signed_in: Client, client: Client) -> None:
    answer = signed_in.submit("/ajustes/personas/nueva", NEW)
    user = find_user("nueva@example.org")
    assert answer.location == f"/ajustes/personas/{user.id}"
    assert (user.role, user.language) == (Role.REVIEWER, "en")
    assert "Nueva &lt;b&gt;Persona" in signed_in.get("/ajustes/personas").text
    path = follow_link(signed_in, user)
    assert "Choose your password" in client.get(path).text or "nueva@example.org" in client.get(path).text
    assert client.submit(path, {"password": "corta", "again": "corta"}).status_code == 422
    assert client.submit(path, {"password": PASSWORD, "again": PASSWORD}).location == "/entrar"
    assert client.submit("/entrar", {"email": "nueva@example.org", "password": PASSWORD}).location == "/"
    assert client.get(path).status_code == 404
    assert [entry.action for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "user"))] == [
        "add",
        "link",
        "set-password",
    ]


def test_a_link_ends_after_three_days_and_with_the_account(signed_in: Client, client: Client, now: datetime) -> None:
    user = make_user(Role.WRITER)
    path = follow_link(signed_in, user)
    with time_machine.travel(now + timedelta(days=3, minutes=1), tick=False):
        assert client.get(path).status_code == 404
    assert client.get(f"{path}x").status_code == 404
    signed_in.submit(f"/ajustes/personas/{user.id}/desactivar")
    assert client.get(path).status_code == 404
    assert signed_in.submit(f"/ajustes/personas/{user.id}/enlace").status_code == 400


def test_what_was_typed_stays_when_it_is_refused(signed_in: Client) -> None:
    make_user(Role.WRITER, "nueva@example.org")
    answer = signed_in.submit("/ajustes/personas/nueva", NEW)
    assert answer.status_code == 422
    assert "Ya existe una cuenta" in answer.text
    assert 'value="Nueva &lt;b&gt;Persona&lt;/b&gt;"' in answer.text
    for wrong in ({"role": "jefatura"}, {"email": "nada"}, {"name": ""}, {"name": "a\u2028b"}, {"language": "fr"}):
        assert (
            signed_in.submit("/ajustes/personas/nueva", {**NEW, "email": "otra@example.org", **wrong}).status_code
            == 422
        )


def test_a_role_changes_at_once(app: Flask, signed_in: Client) -> None:
    writer = sign_in_as(app, Role.WRITER)
    fields = {"name": "Ana", "role": "consulta", "language": "es"}
    assert signed_in.submit(f"/ajustes/personas/{writer.user_id}", fields).status_code == 303
    assert writer.get("/campanas/nueva").status_code == 403
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "edit")).one()
    assert entry.detail == {"role": "consulta", "was": "redaccion"}


def test_the_last_administrator_stays(signed_in: Client) -> None:
    fields = {"name": "Ana", "role": "redaccion", "language": "es"}
    path = f"/ajustes/personas/{signed_in.user_id}"
    answer = signed_in.submit(path, fields)
    assert answer.status_code == 422
    assert "es la única cuenta de administración" in answer.text
    assert signed_in.submit(f"{path}/desactivar").status_code == 400
    other = make_user(Role.ADMINISTRATOR, "otra@example.org")
    assert signed_in.submit(f"{path}/desactivar").status_code == 400
    assert signed_in.submit(f"/ajustes/personas/{other.id}/desactivar").status_code == 303
    assert signed_in.submit(path, fields).status_code == 422
    signed_in.submit(f"/ajustes/personas/{other.id}/activar")
    assert signed_in.submit(path, fields).status_code == 303
    assert signed_in.get("/ajustes/personas").status_code == 403


@pytest.mark.both_databases
def test_two_administrators_cannot_take_each_others_role(app: Flask) -> None:
    del app
    first, second = make_user(Role.ADMINISTRATOR), make_user(Role.ADMINISTRATOR, "otra@example.org")
    people.edit_person(second, PersonWords("Otra", Role.WRITER, "es"), first)
    with pytest.raises(AccountError, match="única cuenta"):
        people.edit_person(first, PersonWords("Una", Role.READER, "es"), second)
    with pytest.raises(AccountError, match="única cuenta"):
        people.deactivate(first, second)
    db.session.commit()
    assert find_user(first.email).role == Role.ADMINISTRATOR


def test_a_closed_account_is_out_at_once(app: Flask, signed_in: Client, client: Client) -> None:
    writer = sign_in_as(app, Role.WRITER)
    signed_in.submit(f"/ajustes/personas/{writer.user_id}/desactivar")
    assert writer.get("/campanas").status_code == 303
    assert client.submit("/entrar", {"email": "redaccion@example.org", "password": PASSWORD}).status_code == 422
    assert "Desactivada" in signed_in.get("/ajustes/personas").text


def test_sessions_of_somebody_else_can_be_closed(app: Flask, signed_in: Client) -> None:
    writer = sign_in_as(app, Role.WRITER)
    signed_in.submit(f"/ajustes/personas/{writer.user_id}/cerrar-sesiones")
    assert writer.get("/campanas").status_code == 303


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER, Role.REVIEWER])
def test_ajustes_are_for_whoever_administers(app: Flask, role: Role) -> None:
    browser = sign_in_as(app, role)
    assert "/ajustes" not in browser.get("/").text
    for page in ("", "/personas", "/registro", "/seguridad", "/remitentes", "/tipos", "/institucion", "/estado"):
        assert browser.get(f"/ajustes{page}").status_code == 403, page


def test_ones_own_name_and_language_are_ones_own(app: Flask) -> None:
    reader = sign_in_as(app, Role.READER)
    assert reader.submit("/cuenta/nombre", {"name": "Ana Pérez"}).status_code == 303
    assert reader.user.name == "Ana Pérez"
    assert reader.submit("/cuenta/nombre", {"name": " "}).status_code == 422
    assert "Ana Pérez" in reader.get("/cuenta").text


def test_the_trail_names_who_did_what_and_filters(app: Flask, signed_in: Client) -> None:
    writer = sign_in_as(app, Role.WRITER)
    writer.submit("/cuenta/nombre", {"name": "Rocío <i>"})
    page = signed_in.get("/ajustes/registro").text
    assert "Rocío &lt;i&gt;</strong> cambió el nombre" in page
    own = signed_in.get(f"/ajustes/registro?persona={writer.user_id}&sobre=user").text
    assert "cambió el nombre" in own
    assert "sesión" not in own.partition('class="trail"')[2]
    assert "Nadie ha hecho nada" in signed_in.get("/ajustes/registro?desde=2031-01-01").text
    for odd in (
        "persona=-1",
        "antes=99999999999999999999",
        "desde=nada",
        "hasta=9999-12-31",
        "sobre=<b>",
        "desde=0001-01-01",
    ):
        assert signed_in.get(f"/ajustes/registro?{odd}").status_code == 200, odd


def test_the_trail_leads_on_to_older_entries(signed_in: Client) -> None:
    for _ in range(60):
        signed_in.submit("/idioma", {"language": "es"})
    page = signed_in.get("/ajustes/registro").text
    found = re.search(r"antes=(\d+)", page)
    assert found
    assert "cambió el idioma" in signed_in.get(f"/ajustes/registro?antes={found[1]}").text
