"""The whole job by two people who read the pages in English: nothing on the way is left in Spanish."""

import re

import pytest
from playwright.sync_api import Page, expect

import making
from browsing import OpenPage, fits, sign_in
from journeys.conftest import CommandLine
from journeys.leftovers import find_spanish
from journeys.steps import REFUSED, fill_both, read_ledger, running
from smtp_counting import CountingServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group(__name__)]
PEOPLE = "correo,nombre,idioma\nana@example.org,Ana,es\nbob@example.org,Bob,en\n"
NAME = "March newsletter"


def enter(page: Page, email: str) -> None:
    page.goto("/entrar")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(page, email)
    expect_english(page)


def expect_english(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert find_spanish(page) == [], page.url
    assert fits(page), page.url


def write(page: Page) -> None:
    page.get_by_role("link", name="Campaigns").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Campaigns")
    page.get_by_role("link", name="New campaign").first.click()
    expect_english(page)
    page.get_by_role("link", name="Bulletin", exact=True).click()
    page.get_by_label("Name of the campaign").fill(NAME)
    expect_english(page)
    page.get_by_role("button", name="Create and write").click()
    page.wait_for_url("**/editar")
    fill_both(page, "Subject", "Marzo, {{nombre|vecina, vecino}}", "March, {{nombre|neighbour}}")
    fill_both(page, "Preview text", "Una prueba.", "A test.", "(optional)")
    fill_both(page, "Text for the report", "Boletín de marzo.", "March newsletter.")
    page.get_by_role("button", name="+ Text", exact=True).click()
    expect(page.get_by_role("heading", name="1. Text")).to_be_visible()
    fill_both(page, "Text", "Un saludo para {{nombre|ti}}.", "Greetings to {{nombre|you}}.")
    expect_english(page)
    page.get_by_role("button", name="Save and review").click()


def ask(page: Page) -> None:
    expect(page.get_by_role("row", name="Will receive this e-mail")).to_contain_text("2")
    expect_english(page)
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("It is waiting for another person’s approval.")).to_be_visible()
    expect_english(page)


def approve_and_send(page: Page) -> None:
    page.get_by_role("region", name="Your turn").get_by_role("link", name=NAME).click()
    expect(page.frame_locator("iframe").nth(1).get_by_text("Greetings to Ana")).to_be_visible()
    expect_english(page)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect_english(page)
    page.get_by_label("I reviewed both versions").check()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_label("Right now").check()
    expect_english(page)
    page.get_by_role("button", name="Schedule", exact=True).click()
    page.wait_for_url("**/avance")
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=30_000)
    sent = page.locator(".ledger li").filter(has_text="Sent")
    expect(sent).to_have_text(re.compile(r"^\s*2\s+Sent\s*$"))
    expect_english(page)


def read_log_and_report(page: Page) -> None:
    page.get_by_role("link", name="Dispatch log").first.click()
    line = (
        page.get_by_role("row")
        .filter(has_text="Boletín de marzo.")
        .or_(page.get_by_role("row").filter(has_text="March newsletter."))
    )
    expect(line.first).to_be_visible()
    expect_english(page)
    page.get_by_role("link", name="Reports").first.click()
    expect_english(page)
    page.get_by_label("Language").select_option("English")
    expect(page.get_by_role("row").filter(has_text="March newsletter.")).to_be_visible()
    expect_english(page)


def test_two_people_do_the_whole_job_in_english(
    outreach: CommandLine, mail_server: CountingServer, open_page: OpenPage
) -> None:
    outreach.run("contacts", "import", outreach.write("personas.csv", PEOPLE), "--audience", "diaspora")
    with running(outreach) as address:
        writer, reviewer = open_page(address), open_page(address, allowed=(REFUSED,))
        enter(writer, making.WRITER)
        write(writer)
        ask(writer)
        enter(reviewer, making.REVIEWER)
        approve_and_send(reviewer)
        read_log_and_report(reviewer)
    assert read_ledger(outreach, 1) == {"sent": 2}
    read = {to: mail_server.read(to) for to in mail_server.count()}
    assert {to: mail["Subject"] for to, mail in read.items()} == {
        "ana@example.org": "Marzo, Ana",
        "bob@example.org": "March, Bob",
    }
    for to, words in (("ana@example.org", "Un saludo para Ana."), ("bob@example.org", "Greetings to Bob.")):
        body = read[to].get_body(("plain",))
        assert body is not None
        assert words in body.get_content()
