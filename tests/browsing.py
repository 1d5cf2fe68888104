"""People who use the pages in a real Chromium; a page that complains or asks elsewhere fails the test at its end.

A folder's conftest.py takes the fixtures: `from browsing import chromium, open_page`.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

from outreach.db import db
from signing import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox",  # root has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Milliseconds: what the pages do takes one, and a machine that is busy with other tests much longer.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
# Seconds after which a server looks whether it is to end.
_POLL = 0.02

OpenPage = Callable[..., Page]
# Every browser's own context, by the address of the server that its pages are from.
_contexts: dict[str, list[BrowserContext]] = {}


class Witness:
    """Notes what the pages of one browser complain of, and whatever they ask of another host than `address`."""

    def __init__(self, address: str, allowed: tuple[str, ...] = ()) -> None:
        self._host = urlsplit(address).netloc
        self._allowed = allowed
        self.complaints: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of `context`, its frames included."""
        context.on("console", self._hear)
        context.on("weberror", self._note_error)
        context.on("request", self._note_request)

    def _hear(self, message: ConsoleMessage) -> None:
        # A policy that was broken is said here as well.
        if message.type in {"error", "warning"} and not any(words in message.text for words in self._allowed):
            self.complaints.append(f"{message.type} on {message.page.url if message.page else '?'}: {message.text}")

    def _note_error(self, problem: WebError) -> None:
        self.complaints.append(f"page error: {problem.error}")

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "about", "blob"} and parts.netloc != self._host:
            self.complaints.append(f"asked elsewhere: {request.url}")


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve `app` on loopback for the length of the block, and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        close_pages(f"http://127.0.0.1:{server.port}")
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def close_pages(address: str) -> None:
    """Close the pages of a server that is about to end: what one asks for in that moment would find nobody."""
    for context in _contexts.pop(address, []):
        context.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}: apt-get install chromium")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS) as browser,
    ):
        yield browser


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Give `open_page(address, allowed=…, **options of a context)`: the page of a browser of its own.

    `allowed` are words of complaints that the test means to provoke, such as «status of 422».
    """
    witnesses: list[Witness] = []
    with ExitStack() as stack:

        def open_one(address: str, *, allowed: tuple[str, ...] = (), **options: Any) -> Page:  # noqa: ANN401 - Playwright's own options
            settings = {"locale": "es-MX", "base_url": address, "viewport": {"width": 1280, "height": 800}, **options}
            context = stack.enter_context(chromium.new_context(**settings))
            _contexts.setdefault(address, []).append(context)
            context.set_default_timeout(PATIENCE)
            witness = Witness(address, allowed)
            witness.follow(context)
            witnesses.append(witness)
            return context.new_page()

        yield open_one
    complaints = [complaint for witness in witnesses for complaint in witness.complaints]
    assert complaints == [], complaints


def sign_in(page: Page, email: str, target: str = "/") -> None:
    """Sign in as one of the invented people, in whatever language the page is, and arrive at `target`."""
    page.goto(f"/entrar?next={target}")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main").get_by_role("button").click()
    page.wait_for_url(target)


def read_main(page: Page) -> str:
    """Return the words of the page, without its frame."""
    return page.locator("main").inner_text()


def fits(page: Page) -> bool:
    """Tell whether nothing of the page stands beyond its right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
