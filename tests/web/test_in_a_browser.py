"""The frame of the pages in a real Chromium: policy, theme, width, keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Page, expect

from browsing import OpenPage, fits, serving
from outreach.accounts.access import public
from outreach.accounts.rules import Role
from outreach.accounts.service import add_user
from outreach.app import create_app
from outreach.config import Config
from outreach.db import Base, db
from outreach.errors import OutreachError
from signing import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def address(config: Config, tmp_path: Path) -> Iterator[str]:
    """Serve an installation with one administrator on loopback."""
    app = create_app(replace(config, database_url=f"sqlite:///{tmp_path / 'pages.db'}", base_url="http://127.0.0.1"))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        add_user("ana@example.org", "Ana Pérez", Role.ADMINISTRATOR, PASSWORD)
        db.session.commit()
    add_parts(app)
    with serving(app) as address:
        yield address


def add_parts(app: Flask) -> None:
    """Add a page whose buttons ask for parts of it."""
    page = """{% extends "web/base.html" %}{% block title %}Partes{% endblock %}{% block content %}
        <button id="good" hx-post="/partes/bien" hx-target="#place">Bien</button>
        <button id="bad" hx-post="/partes/mal" hx-target="#place">Mal</button><p id="place">nada</p>{% endblock %}"""
    app.add_url_rule("/partes", "parts", public("a test")(lambda: render_template_string(page)))
    app.add_url_rule("/partes/bien", "good", public("a test")(lambda: "hecho"), methods=["POST"])
    app.add_url_rule("/partes/mal", "bad", public("a test")(refuse), methods=["POST"])


def refuse() -> str:
    raise OutreachError("Esto no se puede: ya salió.")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_pages_fit_obey_their_policy_and_follow_the_theme(
    open_page: OpenPage, address: str, width: int, scheme: str
) -> None:
    page = open_page(address, viewport={"width": width, "height": 780}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/cuenta")
    check_frame(page, scheme)
    page.fill("#email", "ana@example.org")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("/cuenta")
    check_frame(page, scheme)
    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def check_frame(page: Page, scheme: str) -> None:
    assert page.evaluate("document.documentElement.dataset.bsTheme") == scheme
    assert fits(page)


def test_the_first_key_leads_past_the_menu(open_page: OpenPage, address: str) -> None:
    page = open_page(address, allowed=("status of 404",))
    page.goto("/nada")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ir al contenido"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(("path", "below"), [("/nada", "main p"), ("/entrar", ".narrow")])
def test_a_heading_begins_where_its_page_begins(open_page: OpenPage, address: str, path: str, below: str) -> None:
    page = open_page(address, allowed=("status of 404",))
    page.goto(path)
    heading, first = (
        page.locator(where).first.evaluate("element => element.getBoundingClientRect().x") for where in ("h1", below)
    )
    assert heading == first


def test_the_errors_of_a_form_get_the_focus(open_page: OpenPage, address: str) -> None:
    page = open_page(address, allowed=("status of 422",))
    page.goto("/entrar")
    page.fill("#email", "ana@example.org")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error-summary")
    assert "Falta este dato." in page.evaluate("document.activeElement.textContent")
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.id") == "password"


def test_a_part_carries_the_form_token_and_a_refusal_says_why(open_page: OpenPage, address: str) -> None:
    page = open_page(address, allowed=("status of 400", "Status Error Code 400"))
    page.goto("/partes")
    page.click("#good")
    expect(page.locator("#place")).to_have_text("hecho")
    page.click("#bad")
    page.wait_for_selector("#messages [role=alert]")
    assert page.text_content("#messages") == "Esto no se puede: ya salió."
    assert page.text_content("#place") == "hecho"
