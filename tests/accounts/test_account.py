import pytest
from flask import Flask
from sqlalchemy import select

from outreach.accounts.models import AuditEntry, UserSession
from outreach.accounts.rules import Role
from outreach.accounts.wording import browser_name
from outreach.db import db
from signing import PASSWORD, Client, make_user, sign_in_as

NEW = "otra clave de pruebas"


def test_the_account_page_lists_ones_own_sessions(app: Flask, signed_in: Client) -> None:
    sign_in_as(app, Role.ADMINISTRATOR)
    sign_in_as(app, Role.READER)
    assert signed_in.get("/cuenta").text.count("Desde la dirección 127.0.0.1") == 2


def test_one_session_is_closed_and_the_others_stay(app: Flask, signed_in: Client) -> None:
    other = sign_in_as(app, Role.ADMINISTRATOR)
    last = db.session.scalars(select(UserSession.id).order_by(UserSession.id.desc())).first()
    assert signed_in.submit(f"/cuenta/sesiones/{last}/cerrar").status_code == 303
    assert other.get("/cuenta").status_code == 303
    assert signed_in.get("/cuenta").status_code == 200


def test_nobody_closes_the_session_of_somebody_else(signed_in: Client) -> None:
    reader = signed_in.as_role(Role.READER)
    first = db.session.scalars(select(UserSession.id).order_by(UserSession.id)).first()
    reader.submit(f"/cuenta/sesiones/{first}/cerrar")
    reader.submit("/cuenta/sesiones/cerrar-otras")
    assert signed_in.get("/cuenta").status_code == 200


def test_a_new_password_closes_the_other_sessions(app: Flask, signed_in: Client) -> None:
    other = sign_in_as(app, Role.ADMINISTRATOR)
    answer = signed_in.submit("/cuenta/contrasena", {"current": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 303
    assert other.get("/cuenta").status_code == 303
    assert "Su contraseña cambió" in signed_in.get("/cuenta").text
    signed_in.submit("/salir")
    assert signed_in.submit("/entrar", {"email": "administracion@example.org", "password": NEW}).status_code == 303


def test_a_password_that_breaks_a_rule_says_which_at_its_field(signed_in: Client) -> None:
    fields = {"current": PASSWORD, "password": NEW, "again": NEW}
    for change, sentence in [
        ({"current": "no es la clave"}, "La contraseña actual no es correcta."),
        ({"password": "corta", "again": "corta"}, "debe tener entre 12 y 256 caracteres"),
        ({"again": "otra cosa distinta"}, "Las dos contraseñas nuevas no son iguales: escríbalas de nuevo."),
        ({"password": "a" * 12, "again": "a" * 12}, "La contraseña no puede repetir un solo carácter"),
        ({"password": "", "again": ""}, "Falta este dato."),
    ]:
        answer = signed_in.submit("/cuenta/contrasena", {**fields, **change})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert 'aria-invalid="true"' in answer.text


def test_the_language_stays_with_the_person(app: Flask, signed_in: Client) -> None:
    assert '<html lang="es">' in signed_in.get("/cuenta").text
    assert signed_in.submit("/idioma", {"language": "en", "next": "/cuenta"}).location == "/cuenta"
    assert '<html lang="en">' in signed_in.get("/cuenta").text
    assert '<html lang="en">' in sign_in_as(app, Role.ADMINISTRATOR).get("/cuenta").text


def test_the_language_of_the_sign_in_page_can_be_chosen(client: Client) -> None:
    assert '<html lang="en">' in client.get("/entrar", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert '<html lang="es">' in client.get("/entrar", headers={"Accept-Language": "fr"}).text
    client.submit("/idioma", {"language": "en", "next": "/entrar"})
    assert '<html lang="en">' in client.get("/entrar", headers={"Accept-Language": "es"}).text


def test_a_language_chosen_before_signing_in_stays_with_the_person(client: Client) -> None:
    make_user(Role.WRITER)
    client.submit("/idioma", {"language": "en", "next": "/entrar"})
    client.submit("/entrar", {"email": f"{Role.WRITER}@example.org", "password": PASSWORD})
    assert '<html lang="en">' in client.get("/cuenta").text
    client.submit("/idioma", {"language": "es"})
    assert '<html lang="es">' in client.get("/cuenta").text


def test_a_language_that_does_not_exist_is_refused_in_a_sentence(signed_in: Client) -> None:
    answer = signed_in.submit("/idioma", {"language": "xx"})
    assert answer.status_code == 400
    assert "Ese idioma no está disponible" in answer.text


def test_what_one_does_to_ones_account_stands_in_the_trail(signed_in: Client) -> None:
    signed_in.submit("/idioma", {"language": "en"})
    signed_in.submit("/cuenta/contrasena", {"current": PASSWORD, "password": NEW, "again": NEW})
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("set-%"))).all()
    assert [(entry.action, entry.user_id) for entry in entries] == [
        ("set-language", signed_in.user_id),
        ("set-password", signed_in.user_id),
    ]


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0",
            "Edge en Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox en Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari en iPhone",
        ),
        ("curl/8.0", "curl/8.0"),
        ("", "Navegador desconocido"),
    ],
)
def test_a_browser_is_named_in_words(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
