"""Every page there is, in a real Chromium: for assistive technology, by keyboard, narrow and wide, light and dark."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from browsing import OpenPage, chromium, fits, open_page, sign_in
from outreach.app import create_app
from outreach.config import Config
from outreach.db import Base, db
from test_routes import list_rules, live_in, sample_path

__all__ = ["chromium", "open_page"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group(__name__)]
_WIDTHS = (360, 1280)
# Where the keyboard has been: an element with its own place in the document.
_DESCRIBE_FOCUS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "";
  const box = here.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0;
  const place = [...document.querySelectorAll("*")].indexOf(here);
  return place + (seen ? "" : " unseen") + " " + here.outerHTML.slice(0, 80);
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
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def list_pages(app: Flask) -> list[str]:
    """Return the paths of everything that may be read."""
    return sorted({sample_path(app, rule) for rule in list_rules(app, "GET") if rule.endpoint != "web.static"})


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


def find_violations(page: Page) -> list[str]:
    """Return what axe-core finds on the page, one sentence each."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_assistive_technology_meets_no_obstacle_and_nothing_stands_beyond_the_edge(
    served: tuple[Flask, str], open_page: OpenPage, scheme: str
) -> None:
    app, address = served
    page = open_page(address, color_scheme=scheme, reduced_motion="reduce")
    sign_in(page, "administracion@example.org")
    problems: dict[str, list[str]] = {}
    visited = 0
    for path in list_pages(app):
        if not visit(page, path):
            continue
        visited += 1
        found = find_violations(page)
        for width in _WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += [] if fits(page) else [f"wider than {width}"]
        if found:
            problems[path] = found
    assert problems == {}
    assert visited > 60


def test_the_keyboard_reaches_everything_on_every_page(served: tuple[Flask, str], open_page: OpenPage) -> None:
    app, address = served
    page = open_page(address)
    sign_in(page, "administracion@example.org")
    problems: dict[str, str] = {}
    for path in list_pages(app):
        if not visit(page, path):
            continue
        stops = page.evaluate(_COUNT_STOPS)
        reached: list[str] = []
        for _step in range(stops + 20):
            page.keyboard.press("Tab")
            here = page.evaluate(_DESCRIBE_FOCUS)
            if reached and here == reached[0]:
                break
            if here:  # at the end of the page the focus leaves it, and comes back to its beginning
                reached.append(here)
        if len(set(reached)) < stops:
            problems[path] = f"{len(set(reached))} of {stops}"
        unseen = [here for here in reached if " unseen" in here]
        if unseen:
            problems[path] = unseen[0]
    assert problems == {}
