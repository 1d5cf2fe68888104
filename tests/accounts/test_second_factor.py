"""The second step: set up, asked for, given, lost and demanded."""

import re
from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from outreach.accounts import second_factor
from outreach.accounts.models import AuditEntry, RecoveryCode, User
from outreach.accounts.rules import Role
from outreach.db import db
from signing import PASSWORD, Client, sign_in_as

ADDRESS = {"email": "administracion@example.org", "password": PASSWORD}


def read_key(browser: Client) -> str:
    found = re.search(r'<code class="text-break fs-5">([A-Z2-7 ]+)</code>', browser.get("/cuenta/segundo-paso").text)
    assert found
    return found[1].replace(" ", "")


def set_up(browser: Client, now: datetime) -> tuple[str, list[str]]:
    """Set the second step up, and return its key and the codes on paper."""
    key = read_key(browser)
    page = browser.submit("/cuenta/segundo-paso", {"code": pyotp.TOTP(key).at(now)})
    assert page.status_code == 200
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page.text)
    assert len(set(codes)) == 10
    return key, codes


def test_a_password_alone_no_longer_opens(signed_in: Client, client: Client, now: datetime) -> None:
    key, _codes = set_up(signed_in, now)
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        answer = client.submit("/entrar", {**ADDRESS, "next": "/campanas"})
        assert answer.location == "/entrar/segundo-paso"
        assert client.get("/campanas").status_code == 303
        assert client.submit("/entrar/segundo-paso", {"code": "000000"}).status_code == 422
        code = pyotp.TOTP(key).at(now + timedelta(minutes=1))
        assert client.submit("/entrar/segundo-paso", {"code": f"{code[:3]} {code[3:]}"}).location == "/campanas"
        assert client.get("/campanas").status_code == 200
        client.submit("/salir")
        client.submit("/entrar", ADDRESS)
        assert client.submit("/entrar/segundo-paso", {"code": code}).status_code == 422


def test_a_code_on_paper_opens_once(signed_in: Client, client: Client, now: datetime) -> None:
    _key, codes = set_up(signed_in, now)
    client.submit("/entrar", ADDRESS)
    assert client.submit("/entrar/segundo-paso", {"code": codes[0].upper()}).location == "/"
    client.submit("/salir")
    client.submit("/entrar", ADDRESS)
    assert client.submit("/entrar/segundo-paso", {"code": codes[0]}).status_code == 422
    assert "Quedan 9 códigos de reserva." in signed_in.get("/cuenta").text


def test_wrong_codes_have_to_wait_and_a_right_password_forgives_none(
    signed_in: Client, client: Client, now: datetime
) -> None:
    set_up(signed_in, now)
    for _ in range(5):
        assert client.submit("/entrar", ADDRESS).status_code == 303
        assert client.submit("/entrar/segundo-paso", {"code": "000000"}).status_code == 422
    assert "Hubo demasiados intentos" in client.submit("/entrar", ADDRESS).text
    assert "Hubo demasiados intentos" in client.submit("/entrar/segundo-paso", {"code": "000000"}).text


def test_the_second_step_waits_five_minutes(signed_in: Client, client: Client, now: datetime) -> None:
    _key, codes = set_up(signed_in, now)
    assert client.submit("/entrar/segundo-paso", {"code": codes[0]}).location == "/entrar"
    client.submit("/entrar", ADDRESS)
    with time_machine.travel(now + timedelta(minutes=6), tick=False):
        assert client.submit("/entrar/segundo-paso", {"code": codes[0]}).location == "/entrar"


def test_a_wrong_first_code_sets_nothing_up(signed_in: Client, now: datetime) -> None:
    key = read_key(signed_in)
    for code in ("", "000000", "ñandú", pyotp.TOTP(key).at(now - timedelta(minutes=5))):
        assert signed_in.submit("/cuenta/segundo-paso", {"code": code}).status_code == 422
    assert signed_in.user.second_factor_nonce == ""
    assert read_key(signed_in) == key


def test_neither_key_nor_codes_are_in_the_database(signed_in: Client, now: datetime) -> None:
    key, codes = set_up(signed_in, now)
    tables = (User.__table__, RecoveryCode.__table__, AuditEntry.__table__)
    kept = "\n".join(str(row) for table in tables for row in db.session.execute(select(table)))
    assert key not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_it_is_switched_off_with_the_password(signed_in: Client, now: datetime) -> None:
    set_up(signed_in, now)
    signed_in.submit("/cuenta/segundo-paso/quitar", {"password": "otra cosa"})
    assert signed_in.user.second_factor_nonce
    assert "<code>" in signed_in.submit("/cuenta/segundo-paso/codigos", {"password": PASSWORD}).text
    signed_in.submit("/cuenta/segundo-paso/quitar", {"password": PASSWORD})
    assert signed_in.user.second_factor_nonce == ""
    actions = [
        entry.action for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "second-factor"))
    ]
    assert actions == ["set-up", "remove"]


def test_whoever_administers_lets_somebody_in_who_lost_everything(app: Flask, signed_in: Client, now: datetime) -> None:
    writer = sign_in_as(app, Role.WRITER)
    set_up(writer, now)
    assert "Quitar su segundo paso" in signed_in.get(f"/ajustes/personas/{writer.user_id}").text
    signed_in.submit(f"/ajustes/personas/{writer.user_id}/quitar-segundo-paso")
    assert writer.user.second_factor_nonce == ""


def test_ajustes_demand_it_of_whoever_administers(app: Flask, signed_in: Client, now: datetime) -> None:
    assert signed_in.submit("/ajustes/seguridad", {"demands_second_factor": "y"}).status_code == 422
    set_up(signed_in, now)
    assert signed_in.submit("/ajustes/seguridad", {"demands_second_factor": "y"}).status_code == 303
    assert signed_in.get("/ajustes").status_code == 200
    second_factor.remove(signed_in.user, signed_in.user)
    assert signed_in.get("/ajustes").location == "/cuenta/segundo-paso"
    assert signed_in.submit("/ajustes/seguridad", {}).location == "/cuenta/segundo-paso"
    assert "pide el segundo paso" in signed_in.get("/cuenta/segundo-paso").text
    assert sign_in_as(app, Role.WRITER).get("/campanas").status_code == 200


@pytest.mark.parametrize("path", ["/cuenta/segundo-paso", "/cuenta"])
def test_the_picture_of_the_key_comes_from_nowhere_else(signed_in: Client, path: str) -> None:
    page = signed_in.get(path).text
    assert 'src="http' not in page
    assert ("data:image/svg+xml" in page) == path.endswith("paso")
