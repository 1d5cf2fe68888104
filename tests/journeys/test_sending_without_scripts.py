"""A send that is paused, resumed and cleared up by somebody whose browser runs no script."""

import pytest
from playwright.sync_api import Page, expect

import making
from browsing import OpenPage, fits, sign_in
from journeys.conftest import CommandLine
from journeys.steps import REFUSED, add_crowd, read_ledger, running, send_another, wait_until
from smtp_servers import Answer, Fault, Pause, ScriptedServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group(__name__)]
# At their pace, more than can leave while a slow browser finds its button.
CROWD, LOST = 100, "persona00000@example.org"
_MOST_LOOKS = 60


def answer_slowly(address: str) -> Answer:
    return Fault.DROP if address == LOST else Pause(0.4, "250 2.0.0 Ok")


def look_until(page: Page, words: str) -> None:
    """Load the page again until it says these words: without a script it does not by itself."""
    for _look in range(_MOST_LOOKS):
        if page.get_by_text(words, exact=True).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail(f"the page never said {words}")


def test_without_scripts_a_send_is_paused_resumed_and_cleared_up(outreach: CommandLine, open_page: OpenPage) -> None:
    add_crowd(outreach, CROWD)
    with ScriptedServer({"dot": answer_slowly}) as server:
        outreach.environment["OUTREACH_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}?connections=1"
        with running(outreach) as address:
            send_another(outreach)
            wait_until(lambda: bool(server.taken))  # the answer to the first one is lost by then
            page = open_page(
                address, allowed=(REFUSED,), java_script_enabled=False, viewport={"width": 360, "height": 780}
            )
            sign_in(page, making.REVIEWER, "/campanas/1/avance")
            page.get_by_role("button", name="Pausar").click()
            expect(page.get_by_text("En pausa", exact=True)).to_be_visible()
            assert fits(page)
            server.script = {}
            page.get_by_role("button", name="Reanudar").click()
            look_until(page, "Terminada")
            page.get_by_role("link", name=LOST).first.click()
            page.get_by_role("button", name="Sí salió").click()
            expect(page.get_by_role("alert").first).to_be_visible()
            page.get_by_role("textbox").fill("Aparece a las 9:04")
            assert fits(page)
            page.get_by_role("button", name="Sí salió").click()
    assert read_ledger(outreach, 1) == {"sent": CROWD}
    delivered = [message.rcpt_to for message in server.taken]
    assert len(delivered) == len(set(delivered)) == CROWD - 1
