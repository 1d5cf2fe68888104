from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response, request

from outreach.accounts.access import public
from outreach.app import create_app
from outreach.config import Config
from outreach.web.links import absolute_url
from outreach.web.security import preview_response
from signing import PASSWORD, Client, make_user

FORM = {"email": "administracion@example.org", "password": PASSWORD}


def test_a_page_says_what_it_may_load_and_that_it_is_not_kept(client: Client) -> None:
    headers = client.get("/entrar").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "camera=()" in headers["Permissions-Policy"]


def test_no_template_holds_a_script_or_a_style_of_its_own() -> None:
    for template in Path("outreach").glob("*/templates/**/*.html"):
        text = template.read_text()
        if "{% extends" not in text and not template.name.startswith("_") and template.name != "base.html":
            continue  # a document of its own, not a page
        assert "<style" not in text, template
        assert " style=" not in text, template
        assert " onclick=" not in text, template
        assert "<script>" not in text, template


def test_a_mail_is_previewed_where_it_can_do_nothing(app: Flask, client: Client) -> None:
    @app.get("/vista")
    @public("a test")
    def preview() -> Response:
        return preview_response("<p style='color: red'>Hola</p>")

    policy = client.get("/vista").headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy


def test_on_this_machine_alone_the_cookie_needs_no_https(config: Config) -> None:
    app = create_app(replace(config, base_url="http://127.0.0.1:8000"))
    assert (app.config["SESSION_COOKIE_NAME"], app.config["SESSION_COOKIE_SECURE"]) == ("outreach", False)


def test_a_form_from_another_site_is_refused(client: Client) -> None:
    make_user()
    for origin in ("https://evil.example.org", "null"):
        assert client.submit("/entrar", FORM, {"Origin": origin}).status_code == 400
    assert client.submit("/entrar", FORM, {"Origin": "https://correo.example.org"}).status_code == 303


def test_a_form_without_its_token_is_refused_with_a_way_back(client: Client) -> None:
    answer = client.post("/entrar", data=FORM)
    assert answer.status_code == 400
    assert "cárguela de nuevo" in answer.text


def test_a_token_of_somebody_else_is_refused(app: Flask, client: Client) -> None:
    client.get("/entrar")
    other = app.test_client()
    page = other.get("/entrar").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert token
    assert client.post("/entrar", data={**FORM, "csrf_token": token}).status_code == 400


def test_a_request_that_is_too_large_is_refused(app: Flask, client: Client) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.submit("/entrar", {"email": "x" * 2000})
    assert answer.status_code == 413
    assert "demasiado grande" in answer.text


def test_a_form_of_ten_thousand_parts_is_refused(client: Client) -> None:
    parts = "".join(f'--x\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1\r\n' for n in range(10_000))
    answer = client.post("/entrar", data=f"{parts}--x--\r\n", content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_addresses_in_mails_come_from_the_settings(app: Flask) -> None:
    with app.test_request_context(headers={"Host": "evil.example.org"}):
        assert absolute_url("accounts.sign_in") == "https://correo.example.org/entrar"
    assert absolute_url("accounts.sign_in", next="/") == "https://correo.example.org/entrar?next=/"


def test_signing_in_under_another_host_leads_nowhere_else(client: Client) -> None:
    assert client.get("/cuenta", headers={"Host": "evil.example.org"}).location.startswith("/entrar")


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "198.51.100.9")])
def test_a_forwarded_address_is_believed_only_when_told_so(config: Config, proxies: int, address: str) -> None:
    app = create_app(replace(config, proxies=proxies))

    @app.get("/quien")
    @public("a test")
    def who() -> str:
        return request.remote_addr or ""

    assert app.test_client().get("/quien", headers={"X-Forwarded-For": "198.51.100.9"}).text == address
