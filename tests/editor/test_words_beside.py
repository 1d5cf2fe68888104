"""Beside the texts of the editor, in a real Chromium: earlier translations, personal fields, and the preview."""

import re

import pytest
from playwright.sync_api import Page, expect

from browsing import OpenPage, fits
from editor.conftest import ANA, Served
from outreach import clock
from outreach.campaigns.content import edit_block
from outreach.campaigns.memory.learning import learn
from outreach.campaigns.queries import get_campaign
from outreach.db import db

pytestmark = pytest.mark.browser


def _forget_english(served: Served) -> None:
    """Let the campaign be remembered, and then lack the English of its first text."""
    with served.app.app_context():
        campaign = get_campaign(1)
        learn(campaign, clock.now())
        edit_block(campaign, campaign.blocks[0], {"text": {"en": ""}})
        db.session.commit()


def _enter(served: Served, open_page: OpenPage, **options: object) -> Page:
    page = open_page(served.address, **options)
    served.enter(page, ANA)
    return page


def test_one_press_takes_a_translation_and_the_page_saves_it(served: Served, open_page: OpenPage) -> None:
    _forget_english(served)
    page = _enter(served, open_page)
    place = page.locator("[id^=junto-block-][id$=-en-text]").first
    expect(place).to_contain_text("Hello {{nombre|neighbour}}: it is March.")
    place.get_by_role("button", name=re.compile("Usar ?: Hello")).click()
    expect(page.locator("#save-status")).to_contain_text("Guardado")
    assert served.read_text("text", "en") == "Hello {{nombre|neighbour}}: it is March."
    expect(place).not_to_contain_text("Hello")


def test_a_personal_field_is_written_at_the_cursor_by_keyboard(served: Served, open_page: OpenPage) -> None:
    page = _enter(served, open_page)
    subject = page.locator("#words-en-subject")
    subject.fill("Hello, !")
    subject.press("ArrowLeft")
    page.locator("[data-marker-for=words-en-subject]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(subject).to_have_value("Hello, {{nombre|member}}!")
    page.locator("[data-marker-for=words-en-subject]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(subject).to_have_value("Hello, {{nombre|member}}!")


def test_the_preview_follows_what_is_saved(served: Served, open_page: OpenPage) -> None:
    page = _enter(served, open_page)
    page.get_by_role("button", name="Vista previa", exact=True).click()
    panel = page.get_by_role("complementary", name="Vista previa")
    expect(panel).to_contain_text("Marzo en la ciudad")
    panel.get_by_label("Teléfono").check()
    expect(panel.locator("iframe.preview-telefono")).to_be_visible()
    page.locator("#words-es-subject").fill("Otro asunto")
    expect(panel.locator(".preview-subject")).to_contain_text("Otro asunto")
    expect(panel.get_by_label("Teléfono")).to_be_checked()
    panel.get_by_label("Solo inglés").check()
    expect(panel.locator(".preview-subject")).to_contain_text("March in the city")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_narrow_page_fits_with_all_of_it(served: Served, open_page: OpenPage) -> None:
    _forget_english(served)
    page = _enter(served, open_page, viewport={"width": 360, "height": 800})
    assert fits(page)
    page.get_by_role("button", name="Vista previa", exact=True).click()
    expect(page.locator("#preview-panel iframe")).to_be_visible()
    assert fits(page)
