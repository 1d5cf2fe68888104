"""Every page there is, in a real Chromium: for assistive technology, by keyboard, narrow and wide, light and dark."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from browsing import OpenPage, chromium, fits, open_page, serving, sign_in
from campaigns.campaign_samples import BULLETIN
from outreach.accounts.models import User
from outreach.accounts.people import PersonWords, invite, make_password_link
from outreach.accounts.rules import Role
from outreach.app import create_app
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.rules import BlockType
from outreach.config import Config
from outreach.db import Base, db
from test_routes import list_rules, live_in, sample_path

__all__ = ["chromium", "open_page"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group(__name__)]
_WIDTHS = (360, 1280)
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Mails in their frames are sealed off: waiting for an answer from there would be in vain.
_ALWAYS = {"resultTypes": ["violations"], "iframes": False}
# What a page says and where is the same in the dark: only the rules that look at colours can find something else there.
_RULES: dict[str, dict[str, Any]] = {
    "light": _ALWAYS,
    "dark": {
        **_ALWAYS,
        "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    },
}
_FIND_VIOLATIONS = """async (options) => {
  const {violations} = await axe.run(options);
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`));
}"""
_DRAFT = "/campanas/2"
# A draft with a block of every type, its English not yet whole.
_EVERY_BLOCK = """
[[blocks]]
type = "heading"
text = {es = "Lo que viene"}
[[blocks]]
type = "image"
[[blocks]]
type = "event"
title = {es = "Foro"}
[[blocks]]
type = "news"
title = {es = "Noticia", en = "News"}
[[blocks]]
type = "quote"
text = {es = "Participar es cuidar."}
[[blocks]]
type = "divider"
[[blocks]]
type = "file"
label = {es = "Programa", en = "Programme"}
"""
_STOPS = 14
_PARTS = 4
_EMPTY_FORMS = ("/campanas/nueva?tipo=boletin", "/audiencias/nueva", "/metas/nueva", "/bitacora/nueva", "/series/nueva")
# Notes where the keyboard has been: elements with their own place in the document.
_NOTE_FOCUS = """() => {
  window.reached = [];
  document.addEventListener("focusin", ({target}) => {
    const box = target.getBoundingClientRect();
    const seen = box.width > 0 && box.height > 0;
    const place = [...document.querySelectorAll("*")].indexOf(target);
    window.reached.push(place + (seen ? "" : " unseen") + " " + target.outerHTML.slice(0, 80));
  });
}"""
_COUNT_STOPS = """() => {
  const kinds = ["a[href]", "button", "input:not([type=hidden])", "select", "textarea", "summary"];
  const isStop = (one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})
    && !(one.type === "radio" && !one.checked);
  return [...document.querySelectorAll(kinds.join(", "))].filter(isStop).length;
}"""


@pytest.fixture
def served(config: Config, tmp_path: Path) -> Iterator[tuple[Flask, str]]:
    """Serve an installation with something behind every page."""
    app = create_app(replace(config, database_url=f"sqlite:///{tmp_path / 'pages.db'}", base_url="http://127.0.0.1"))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        live_in(app)
        administrator = db.session.scalars(select(User).where(User.role == Role.ADMINISTRATOR)).one()
        draft = import_campaign(read_campaign((BULLETIN + _EVERY_BLOCK).encode()), administrator)
        db.session.commit()
        block = next(block for block in draft.blocks if block.type == BlockType.IMAGE)
        app.config["SAMPLE_PICTURE"] = f"{_DRAFT}/bloques/{block.id}/url"
        app.config["SAMPLE_LINK"] = urlsplit(_invite_somebody(administrator)).path
        db.session.commit()
    with serving(app) as address:
        yield app, address


def _invite_somebody(administrator: User) -> str:
    words = PersonWords("Eva Ruiz", Role.WRITER, "es")
    return make_password_link(invite("eva@example.org", words, administrator), administrator)


def list_pages(app: Flask) -> list[str]:
    """Return the paths of everything that may be read: of a campaign that is on its way, and of a draft."""
    paths = {sample_path(app, rule) for rule in list_rules(app, "GET") if rule.endpoint != "web.static"}
    drafts = {path.replace("/campanas/1", _DRAFT) for path in paths}
    return sorted(paths | drafts | {app.config["SAMPLE_PICTURE"]})


def list_part(app: Flask, part: int) -> list[str]:
    """Return every so manieth page, so that a slow machine ends each part in time."""
    return list_pages(app)[part::_PARTS]


def visit(page: Page, path: str) -> bool:
    """Open a path; False when it is no page but a part of one, a mail in its box, a file, or not there."""
    answer = page.request.get(path)
    kind, policy = (answer.headers.get(name, "") for name in ("content-type", "content-security-policy"))
    if not answer.ok or not kind.startswith("text/html") or "sandbox" in policy:
        return False
    if "<html" not in answer.text():
        return False
    page.goto(path)
    return True


def examine(page: Page) -> list[str]:
    """Return what axe-core finds on the page, light and dark, and at which widths something stands beyond its edge."""
    found: list[str] = []
    page.evaluate(Axe().axe_script)
    for scheme in _SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("scheme => document.documentElement.dataset.bsTheme === scheme", arg=scheme)
        found += [f"{scheme} {violation}" for violation in page.evaluate(_FIND_VIOLATIONS, _RULES[scheme])]
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [] if fits(page) else [f"wider than {width}"]
    return found


@pytest.mark.parametrize("part", range(_PARTS))
def test_assistive_technology_meets_no_obstacle_and_nothing_stands_beyond_the_edge(
    served: tuple[Flask, str], open_page: OpenPage, part: int
) -> None:
    app, address = served
    page = open_page(address, reduced_motion="reduce")
    sign_in(page, "administracion@example.org")
    paths = list_part(app, part)
    visited = {path: examine(page) for path in paths if visit(page, path)}
    assert {path: found for path, found in visited.items() if found} == {}
    assert {f"{_DRAFT}/editar", app.config["SAMPLE_PICTURE"]}.intersection(paths) <= set(visited)
    # The others are parts of pages, mails and files.
    assert len(visited) * _PARTS > 75


def test_nothing_stands_in_the_way_halfway_and_after_a_mistake(served: tuple[Flask, str], open_page: OpenPage) -> None:
    app, address = served
    page = open_page(address, reduced_motion="reduce", allowed=("status of 404", "status of 422"))
    stops = [_be_a_stranger(page, app), _sign_in(page), _bring_tables(page), _make_mistakes(page)]
    visited = {name: examine(page) for name in chain.from_iterable(stops)}
    assert {name: found for name, found in visited.items() if found} == {}
    assert len(visited) == _STOPS


def _sign_in(page: Page) -> Iterator[str]:
    sign_in(page, "administracion@example.org")
    yield "/"


def _be_a_stranger(page: Page, app: Flask) -> Iterator[str]:
    for path in ("/entrar", "/nada", app.config["SAMPLE_LINK"]):
        page.goto(path)
        yield path
    page.goto("/entrar")
    page.locator("#email").fill("administracion@example.org")
    page.locator("#password").fill("otra cosa")
    page.locator("main").get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("contraseña")
    yield "wrong password"


def _bring_tables(page: Page) -> Iterator[str]:
    page.goto("/audiencias/diaspora/importar")
    people = b"Correo;Nombre;Idioma\nana@example.org;Ana;es\nsin arroba;Luis;es\n"
    page.get_by_label("Archivo").set_input_files({"name": "foro.csv", "mimeType": "text/csv", "buffer": people})
    page.get_by_label("Origen del consentimiento").fill("Foro del 14 de enero")
    page.get_by_role("button", name="Revisar el archivo").click()
    expect(page.get_by_role("heading", name="Hay 1 dato por corregir")).to_be_visible()
    yield "a box that was not checked"
    page.get_by_label("Padrón Electoral").check()
    page.get_by_label("Archivo").set_input_files({"name": "foro.csv", "mimeType": "text/csv", "buffer": people})
    page.get_by_role("button", name="Revisar el archivo").click()
    expect(page.get_by_role("button", name="Revisar las filas")).to_be_visible()
    yield "columns of people"
    page.get_by_role("button", name="Revisar las filas").click()
    expect(page.get_by_text("1 con error")).to_be_visible()
    yield "rows of people"
    page.goto("/bitacora/importar")
    page.locator("textarea").first.fill("Fecha\tInformación\n31 de abril de 2025\tAviso.\n2 de mayo de 2025\tOtro.\n")
    page.locator("main form").get_by_role("button").last.click()
    page.wait_for_url("**/bitacora/importar/*")
    yield "rows of a table"


def _make_mistakes(page: Page) -> Iterator[str]:
    for path in _EMPTY_FORMS:
        page.goto(path)
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        page.locator("main form [type=submit]").last.click()
        expect(page.locator("main [role=alert], main .invalid-feedback").first).to_be_visible()
        yield path


def press_tab(page: Page, stops: int) -> list[str]:
    """Go through the page, and on while some of its `stops` are missing: a mail in its frame has stops of its own."""
    page.evaluate(_NOTE_FOCUS)
    reached: list[str] = []
    for more in (stops + 1, *[20] * 6):
        for _step in range(more):
            page.keyboard.press("Tab")
        reached = page.evaluate("reached")
        if len(set(reached)) >= stops:
            break
    return reached


@pytest.mark.parametrize("part", range(_PARTS))
def test_the_keyboard_reaches_everything_on_every_page(
    served: tuple[Flask, str], open_page: OpenPage, part: int
) -> None:
    app, address = served
    page = open_page(address)
    sign_in(page, "administracion@example.org")
    problems: dict[str, str] = {}
    for path in list_part(app, part):
        if not visit(page, path):
            continue
        stops = page.evaluate(_COUNT_STOPS)
        reached = press_tab(page, stops)
        if len(set(reached)) < stops:
            problems[path] = f"{len(set(reached))} of {stops}"
        unseen = [here for here in reached if " unseen" in here]
        if unseen:
            problems[path] = unseen[0]
    assert problems == {}
