"""The running program, its figures and its people, as the journeys through the pages need them."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import making
from browsing import close_pages, sign_in
from journeys.conftest import CommandLine
from outreach.config import Config
from outreach.translation import current_language
from outreach.translation import gettext as _

# What a form that was refused makes the browser say of the answer.
REFUSED = "status of 422"


@contextmanager
def running(outreach: CommandLine) -> Iterator[str]:
    """Run the whole program until the block ends, and give its address, which is also the one in its mail."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    outreach.environment["OUTREACH_BASE_URL"] = address
    program = outreach.start("run", "--port", str(port))
    try:
        _wait_for(address)
        yield address
    finally:
        close_pages(address)
        program.terminate()
        _, errors = program.communicate(timeout=30)
    assert program.returncode == 0, errors
    assert "Traceback" not in errors, errors


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urlopen(f"{address}/entrar").close()  # noqa: S310 - our own program
        except URLError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


@contextmanager
def reading(outreach: CommandLine) -> Iterator[Session]:
    """Look into the installation's database."""
    engine = create_engine(Config.from_environment(outreach.environment).database_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def read_ledger(outreach: CommandLine, number: int) -> dict[str, int]:
    """Return what became of a campaign's deliveries; it always adds up."""
    ledger: dict[str, int] = outreach.read("campaigns", "status", str(number))["ledger"]
    assert ledger.pop("intended") == sum(ledger.values())
    return {part: figure for part, figure in ledger.items() if figure}


def expect_ledger(page: Page, **figures: int) -> None:
    """Wait until the page that follows a campaign shows these figures, without being told to load again."""
    names = {"sent": _("Enviadas"), "pending": _("Pendientes"), "skipped": _("Omitidas"), "uncertain": _("Inciertas")}
    for part, figure in figures.items():
        line = page.locator(".ledger li").filter(has_text=names[part])
        expect(line).to_have_text(re.compile(rf"^\s*{figure}\s+{names[part]}\s*$"))


def sign_in_speaking(page: Page, email: str, target: str = "/") -> None:
    """Sign in as one of the invented people, who reads the pages in the language that the test speaks."""
    page.goto("/entrar")
    if current_language() == "en":
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
    sign_in(page, email, target)


def fill_both(page: Page, label: str, spanish: str, english: str, mark: str = "") -> None:
    """Write a field of the editor in both languages; `mark` is what stands behind its label."""
    for name, text in (("Español", spanish), ("English", english)):
        page.get_by_label(f"{label} · {name} {mark}".strip(), exact=True).fill(text)


def send_another(outreach: CommandLine) -> None:
    number = import_campaign(outreach)
    outreach.run("campaigns", "approve", number, "--by", making.REVIEWER)
    outreach.run("campaigns", "schedule", number, "--now")


def import_campaign(outreach: CommandLine) -> str:
    text = making.SPANISH.format(audiences='"diaspora"')
    return str(outreach.read("campaigns", "import", outreach.write("campaña.toml", text))["id"])


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something has come true outside of the pages."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def add_crowd(outreach: CommandLine, size: int) -> None:
    rows = "".join(f"{email},{language}\n" for email, language in making.make_people(size))
    outreach.run(
        "contacts", "import", outreach.write("personas.csv", f"correo,idioma\n{rows}"), "--audience", "diaspora"
    )
