"""Blocks with a date, a picture or a file in the editor, with a script and without one."""

import pytest

from browsing import OpenPage
from editor.conftest import ANA, Served
from media_samples import make_bomb, make_camera_picture
from outreach.campaigns.content import add_block
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import BlockType
from outreach.db import db

pytestmark = pytest.mark.browser


@pytest.fixture
def place(served: Served) -> int:
    """Add an event and a picture after the blocks of the sample, and return the event's position."""
    with served.app.app_context():
        campaign = get_campaign(1)
        place = len(campaign.blocks)
        add_block(campaign, BlockType.EVENT, {"title": {"es": "Taller", "en": "Workshop"}})
        add_block(campaign, BlockType.IMAGE)
        db.session.commit()
    return place


def test_the_day_and_the_zone_of_an_event_save_themselves(served: Served, place: int, open_page: OpenPage) -> None:
    page = open_page(served.address)
    served.enter(page, ANA)
    block = page.locator("#bloques .block").nth(place)
    block.get_by_label("Día", exact=True).fill("2027-03-11")
    block.get_by_label("Zona horaria").select_option("Europe/Madrid")
    page.locator("#save-status", has_text="Guardado a las").wait_for()
    page.wait_for_function("() => window.outreach.page.listDirty().length === 0")
    for language in ("es", "en"):
        assert served.read_text("day", language, place) == "2027-03-11"
        assert served.read_text("zone", language, place) == "Europe/Madrid"


@pytest.mark.parametrize("has_script", [True, False])
def test_a_picture_is_brought_from_the_editor(
    served: Served, place: int, open_page: OpenPage, *, has_script: bool
) -> None:
    page = open_page(served.address, allowed=("status of 422",), java_script_enabled=has_script)
    served.enter(page, ANA)
    page.locator("#bloques .block").nth(place + 1).get_by_role("button", name="Subir o elegir una imagen").first.click()
    page.wait_for_url("**/bloques/*/url")
    bring = page.get_by_role("button", name="Subir y usar")
    page.locator("#file").set_input_files({"name": "../../x.png", "mimeType": "image/png", "buffer": make_bomb()})
    bring.click()
    assert "megapixeles" in page.get_by_role("alert").inner_text()
    photograph = make_camera_picture()
    page.locator("#file").set_input_files({"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photograph})
    page.locator("#alt-es").fill("Una foto")
    page.locator("#alt-en").fill("A photograph")
    bring.click()
    page.wait_for_url("**/editar#bloque-*")
    shown = page.locator(".kept-file img").first
    assert shown.get_attribute("loading") == "lazy"
    shown.scroll_into_view_if_needed()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert served.read_text("alt", "en", place + 1) == "A photograph"
