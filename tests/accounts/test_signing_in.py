import re
from datetime import datetime, timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import func, select

from outreach.accounts.models import AuditEntry, SignInAttempt, UserSession
from outreach.accounts.sessions import ABSOLUTE, IDLE
from outreach.accounts.throttle import LONGEST_WAIT, SHORTEST_WAIT, wait_after
from outreach.db import db
from outreach.web.security import PAGE_POLICY
from signing import PASSWORD, Client, make_user

WRONG = {"email": "administracion@example.org", "password": "no es la clave"}
RIGHT = {"email": "administracion@example.org", "password": PASSWORD}
REFUSAL = "La dirección o la contraseña no son correctas."


def test_an_account_signs_in_and_out(client: Client) -> None:
    make_user()
    answer = client.submit("/entrar", RIGHT)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/cuenta").status_code == 200
    client.submit("/salir")
    assert client.get("/cuenta").status_code == 303


def test_the_address_is_read_whatever_its_case(client: Client) -> None:
    make_user()
    assert client.submit("/entrar", {**RIGHT, "email": " Administracion@Example.org "}).status_code == 303


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(client: Client) -> None:
    make_user()
    wrong = client.submit("/entrar", WRONG)
    unknown = client.submit("/entrar", {**WRONG, "email": "nadie@example.org"})
    assert wrong.status_code == unknown.status_code == 422
    assert REFUSAL in wrong.text
    # The form token and the address typed are all that may differ.
    pages = [re.sub(r'(content|value)="[^"]{60,}"', "", page.text) for page in (wrong, unknown)]
    assert pages[0].replace(WRONG["email"], "") == pages[1].replace("nadie@example.org", "")


def test_a_deactivated_account_does_not_sign_in(client: Client) -> None:
    make_user().is_active = False
    assert REFUSAL in client.submit("/entrar", RIGHT).text


def test_twenty_wrong_passwords_close_an_account_for_a_while(client: Client) -> None:
    make_user()
    answers = [client.submit("/entrar", WRONG).text for _ in range(20)]
    assert sum(REFUSAL in text for text in answers) == 5
    assert sum("demasiados intentos" in text for text in answers) == 15
    assert "demasiados intentos" in client.submit("/entrar", RIGHT).text
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 5


def test_an_unknown_account_waits_like_a_known_one(client: Client) -> None:
    unknown = {**WRONG, "email": "nadie@example.org"}
    answers = [client.submit("/entrar", unknown).text for _ in range(7)]
    assert [REFUSAL in text for text in answers] == [True] * 5 + [False] * 2


def test_an_address_that_tries_many_accounts_waits(client: Client) -> None:
    make_user()
    for number in range(20):
        client.submit("/entrar", {**WRONG, "email": f"persona{number}@example.org"})
    assert "demasiados intentos" in client.submit("/entrar", RIGHT).text


def test_the_wait_ends_and_a_success_forgets_the_failures(client: Client, now: datetime) -> None:
    make_user()
    for _ in range(5):
        client.submit("/entrar", WRONG)
    with time_machine.travel(now + SHORTEST_WAIT + timedelta(seconds=1), tick=False):
        assert client.submit("/entrar", RIGHT).status_code == 303
        client.submit("/salir")
        assert REFUSAL in client.submit("/entrar", WRONG).text


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    assert [wait_after(failures, 5) / SHORTEST_WAIT for failures in (4, 5, 6, 7)] == [0, 1, 2, 4]
    assert wait_after(1000, 5) == LONGEST_WAIT


def test_signing_in_makes_a_new_session_and_the_old_cookie_opens_nothing(client: Client) -> None:
    make_user()
    client.get("/entrar")
    before = client.get_cookie("__Host-outreach")
    client.submit("/entrar", RIGHT)
    after = client.get_cookie("__Host-outreach")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    client.set_cookie("__Host-outreach", before.value)
    assert client.get("/cuenta").status_code == 303


def test_a_cookie_kept_from_before_signing_out_opens_nothing(client: Client) -> None:
    make_user()
    client.submit("/entrar", RIGHT)
    stolen = client.get_cookie("__Host-outreach")
    assert stolen is not None
    client.submit("/salir")
    client.set_cookie("__Host-outreach", stolen.value)
    assert client.get("/cuenta").status_code == 303


def test_the_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(client: Client) -> None:
    header = client.get("/entrar").headers["Set-Cookie"]
    assert header.startswith("__Host-outreach=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in header.split(";")}
    assert "Domain" not in header


def test_the_database_keeps_no_token_that_opens_a_session(client: Client) -> None:
    make_user()
    client.submit("/entrar", RIGHT)
    with client.session_transaction() as session:
        token = session["token"]
    kept = db.session.scalars(select(UserSession.token_hash)).one()
    assert token not in kept
    assert len(kept) == 64


def test_an_idle_session_ends(signed_in: Client, now: datetime) -> None:
    with time_machine.travel(now + IDLE - timedelta(minutes=1), tick=False):
        assert signed_in.get("/cuenta").status_code == 200
    with time_machine.travel(now + 2 * IDLE, tick=False):
        assert signed_in.get("/cuenta").status_code == 303


def test_a_session_in_use_ends_after_ten_hours(signed_in: Client, now: datetime) -> None:
    for minutes in range(20, int(ABSOLUTE / timedelta(minutes=1)), 20):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert signed_in.get("/cuenta").status_code == 200
    with time_machine.travel(now + ABSOLUTE, tick=False):
        assert signed_in.get("/cuenta").status_code == 303


def test_a_deactivated_account_loses_its_open_sessions(signed_in: Client) -> None:
    signed_in.user.is_active = False
    assert signed_in.get("/cuenta").status_code == 303


def test_an_old_hash_is_made_again_when_its_owner_signs_in(client: Client) -> None:
    user = make_user()
    old = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    user.password_hash = old
    client.submit("/entrar", RIGHT)
    assert user.password_hash != old
    assert client.submit("/salir").status_code == 303
    assert client.submit("/entrar", RIGHT).status_code == 303


@pytest.mark.parametrize(
    "target", ["//evil.example.org/", "https://evil.example.org/", "/\\evil.example.org", "/\t/evil"]
)
def test_signing_in_leads_to_no_other_site(client: Client, target: str) -> None:
    make_user()
    assert client.submit("/entrar", {**RIGHT, "next": target}).location == "/"


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Client) -> None:
    make_user()
    asked = client.get("/cuenta?x=1")
    assert asked.location == "/entrar?next=/cuenta?x%3D1"
    assert 'value="/cuenta?x=1"' in client.get(asked.location).text
    assert client.submit("/entrar", {**RIGHT, "next": "/cuenta?x=1"}).location == "/cuenta?x=1"


def test_the_trail_tells_of_signing_in_and_names_no_address(client: Client) -> None:
    make_user()
    client.submit("/entrar", WRONG)
    client.submit("/entrar", RIGHT)
    client.submit("/salir")
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.subject) for entry in entries] == [
        ("refuse", "sign-in"),
        ("open", "session"),
        ("close", "session"),
    ]
    assert {entry.origin for entry in entries} == {"127.0.0.1"}
    assert all("@" not in str(entry.detail) for entry in entries)


def test_the_sign_in_page_holds_the_strict_policy(client: Client) -> None:
    answer = client.get("/entrar")
    assert answer.headers["Content-Security-Policy"] == PAGE_POLICY
    assert answer.headers["Cache-Control"] == "no-store"
