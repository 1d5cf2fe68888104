"""The editor in a real Chromium: it saves itself, two people write at once, and blocks move in place."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browsing import PATIENCE, OpenPage, fits
from campaigns.campaign_samples import put_in_state
from editor.conftest import ANA, BETO, Served
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import CampaignState
from outreach.db import db

pytestmark = pytest.mark.browser

SUBJECT = "Asunto · Español"
PREHEADER = "Texto de vista previa · Español"
OFFLINE = ("ERR_INTERNET_DISCONNECTED",)
# Milliseconds after which a page asks what the others did.
A_BEAT = 15_000
SIGNED_OUT = ("status of 401", "status of 400")


@pytest.fixture
def ana(served: Served, open_page: OpenPage) -> Page:
    return enter(served, open_page, ANA)


def enter(served: Served, open_page: OpenPage, email: str, *, has_own_clock: bool = False, **options: object) -> Page:
    page = open_page(served.address, **options)
    if has_own_clock:
        page.clock.install()
    served.enter(page, email)
    page.locator(".prose").first.wait_for()
    return page


def wait_until_saved(page: Page) -> None:
    expect(page.locator("#save-status")).to_contain_text("Guardado a las")


def wait_for(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until the database says what the page has written."""
    for _ in range(PATIENCE // 250):
        if is_so():
            return
        page.wait_for_timeout(250)
    pytest.fail("the page did not save what was written")


def list_shown(page: Page) -> list[str]:
    types: list[str] = page.evaluate("[...document.querySelectorAll('.block')].map(block => block.dataset.type)")
    return types


def test_what_is_written_is_saved_and_the_page_says_when(served: Served, ana: Page) -> None:
    ana.get_by_label(SUBJECT).fill("Abril en la ciudad")
    wait_for(ana, lambda: served.read_subject("es") == "Abril en la ciudad")
    expect(ana.locator('[data-states="words"]')).to_contain_text("desactualizada")
    ana.get_by_role("button", name="El inglés sigue siendo correcto").click()
    expect(ana.locator('[data-states="words"]')).not_to_contain_text("desactualizada")


def test_all_the_english_is_confirmed_at_once_and_the_button_goes(served: Served, ana: Page) -> None:
    ana.get_by_label(SUBJECT).fill("Mayo en la ciudad")
    wait_for(ana, lambda: served.read_subject("es") == "Mayo en la ciudad")
    ana.reload()
    everything = ana.get_by_role("button", name="Todo el inglés sigue siendo correcto")
    everything.click()
    expect(everything).to_have_count(0)
    expect(ana.locator('[data-states="all"]')).not_to_contain_text("desactualizada")


def test_two_people_write_at_once_and_see_each_other(served: Served, open_page: OpenPage) -> None:
    ana = enter(served, open_page, ANA, has_own_clock=True)
    beto = enter(served, open_page, BETO, has_own_clock=True, viewport={"width": 360, "height": 780})
    expect(beto.locator("#presence")).to_contain_text("también está editando")
    ana.clock.fast_forward(A_BEAT)
    expect(ana.locator("#presence")).to_contain_text("Beto Ruiz también está editando")
    ana.get_by_label(SUBJECT).fill("De Ana")
    beto.get_by_label(PREHEADER).fill("De Beto")
    wait_until_saved(ana)
    wait_until_saved(beto)
    ana.clock.fast_forward(A_BEAT)
    beto.clock.fast_forward(A_BEAT)
    expect(ana.get_by_label(PREHEADER)).to_have_value("De Beto")
    expect(beto.get_by_label(SUBJECT)).to_have_value("De Ana")
    assert served.read_subject("es") == "De Ana"


def test_without_connection_nothing_is_lost_and_the_other_text_is_shown(
    served: Served, open_page: OpenPage, ana: Page
) -> None:
    beto = enter(served, open_page, BETO, allowed=OFFLINE)
    beto.context.set_offline(True)
    beto.get_by_label(SUBJECT).fill("De Beto, sin conexión")
    expect(beto.locator("#save-status")).to_contain_text("Sin conexión")
    ana.get_by_label(SUBJECT).fill("De Ana")
    wait_until_saved(ana)
    beto.context.set_offline(False)
    expect(beto.locator(".other-text")).to_contain_text("De Ana")
    expect(beto.get_by_label(SUBJECT)).to_have_value("De Beto, sin conexión")
    assert served.read_subject("es") == "De Ana"
    beto.get_by_role("button", name="Conservar el mío").click()
    wait_for(beto, lambda: served.read_subject("es") == "De Beto, sin conexión")


def test_what_was_not_saved_survives_a_closed_page(served: Served, open_page: OpenPage) -> None:
    page = enter(served, open_page, ANA, allowed=OFFLINE)
    page.context.set_offline(True)
    page.get_by_label(SUBJECT).fill("Casi perdido")
    expect(page.locator("#save-status")).to_contain_text("Sin conexión")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/campanas/1/editar")
    # Whichever page brought it in: the one that was closed tries once more as well.
    wait_for(again, lambda: served.read_subject("es") == "Casi perdido")
    expect(again.get_by_label(SUBJECT)).to_have_value("Casi perdido")
    assert again.evaluate("localStorage.getItem('outreach-unsaved-1')") is None


def test_after_the_session_ended_one_signs_in_elsewhere_and_goes_on(served: Served, open_page: OpenPage) -> None:
    page = enter(served, open_page, ANA, allowed=SIGNED_OUT)
    page.context.clear_cookies()
    page.get_by_label(SUBJECT).fill("Escrito sin sesión")
    link = page.get_by_role("link", name="Entrar de nuevo en otra pestaña")
    link.wait_for()
    served.enter(page.context.new_page(), ANA, "/cuenta")
    wait_for(page, lambda: served.read_subject("es") == "Escrito sin sesión")


def test_a_text_that_cannot_be_saved_says_why_and_hinders_no_other(served: Served, ana: Page) -> None:
    ana.get_by_label(SUBJECT).fill("a" * 401)
    expect(ana.locator("#problem-words-es-subject")).to_contain_text("caben 400")
    ana.get_by_label(PREHEADER).fill("Este sí")
    wait_until_saved(ana)
    ana.get_by_label(SUBJECT).fill("Corto")
    expect(ana.locator("#problem-words-es-subject")).to_have_count(0)
    wait_for(ana, lambda: served.read_subject("es") == "Corto")


def test_blocks_are_added_moved_copied_removed_and_brought_back_with_the_keyboard(served: Served, ana: Page) -> None:
    ana.get_by_role("button", name="Agregar un bloque después del 1").press("Enter")
    ana.get_by_role("button", name="+ Cita").press("Enter")
    expect(ana.locator(".block")).to_have_count(3)
    ana.keyboard.type("Escrito en la cita")
    wait_until_saved(ana)
    handle = ana.get_by_role("button", name="Mover el bloque 2 con las flechas")
    handle.press("ArrowUp")
    expect(ana.locator("#save-status")).to_contain_text("lugar 1 de 3")
    assert list_shown(ana) == ["quote", "text", "button"]
    ana.get_by_role("button", name="Duplicar el bloque 1").press("Enter")
    expect(ana.locator(".block")).to_have_count(4)
    ana.get_by_role("button", name="Quitar el bloque 1").press("Enter")
    expect(ana.locator(".block")).to_have_count(3)
    expect(ana.get_by_role("button", name="Deshacer")).to_be_focused()
    ana.keyboard.press("Enter")
    expect(ana.locator(".block")).to_have_count(4)
    assert served.list_types() == list_shown(ana) == ["quote", "quote", "text", "button"]
    assert served.read_text("text", "es", 0) == served.read_text("text", "es", 1) == "Escrito en la cita"


def test_a_block_is_dragged_with_the_mouse(served: Served, ana: Page) -> None:
    handle = ana.get_by_role("button", name="Mover el bloque 2 con las flechas")
    handle.hover()
    ana.mouse.down()
    target = ana.locator(".insertion").first.bounding_box()
    assert target is not None
    ana.mouse.move(target["x"] + 50, target["y"] + 40)
    ana.mouse.move(target["x"] + 50, target["y"] + 10)
    ana.mouse.up()
    expect(ana.locator("#save-status")).to_contain_text("lugar 1 de 2")
    assert served.list_types() == ["button", "text"]


def test_what_one_writes_stays_while_the_other_moves_and_removes_blocks(
    served: Served, open_page: OpenPage, ana: Page
) -> None:
    beto = enter(served, open_page, BETO)
    beto.get_by_role("button", name="Subir el bloque 2").click()
    expect(beto.locator("#save-status")).to_contain_text("lugar 1 de 2")
    field = ana.get_by_role("textbox", name="Texto · Español")
    field.focus()
    ana.keyboard.press("Control+End")
    ana.keyboard.type(" Más.")
    expect(ana.locator(".block").first).to_have_attribute("data-type", "button")
    ana.keyboard.type(" Y más.")
    wait_for(ana, lambda: served.read_text("text", "es", 1).endswith("ya es marzo. Más. Y más."))
    expect(field).to_contain_text("ya es marzo. Más. Y más.")


def test_a_phone_shows_one_language_and_a_link_to_a_field_opens_its_own(served: Served, open_page: OpenPage) -> None:
    page = enter(served, open_page, ANA, viewport={"width": 360, "height": 780}, color_scheme="dark")
    expect(page.get_by_label("Asunto · English")).to_be_hidden()
    page.get_by_role("button", name="English", exact=True).click()
    expect(page.get_by_label("Asunto · English")).to_be_visible()
    expect(page.get_by_label(SUBJECT)).to_be_hidden()
    assert fits(page)
    page.goto("/campanas/1/editar#words-es-preheader")
    expect(page.get_by_label(PREHEADER)).to_be_focused()


def test_texts_are_copied_across_in_place(served: Served, ana: Page) -> None:
    ana.get_by_label("Asunto · English").fill("")
    wait_until_saved(ana)
    ana.get_by_role("button", name="Copiar al inglés lo que le falta").click()
    expect(ana.get_by_label("Asunto · English")).to_have_value("Marzo en la ciudad")
    ana.get_by_role("button", name=re.compile("Copiar del español.*Texto del bloque 1")).click()
    expect(ana.get_by_role("textbox", name="Texto · English")).to_contain_text("ya es marzo")
    assert served.read_text("text", "en") == served.read_text("text", "es")


def test_an_approved_campaign_is_not_taken_back_by_a_slip_of_the_keyboard(served: Served, open_page: OpenPage) -> None:
    with served.app.app_context():
        put_in_state(get_campaign(1), CampaignState.APPROVED)
        db.session.commit()
    page = enter(served, open_page, ANA)
    page.get_by_label(SUBJECT).fill("Sin querer")
    expect(page.locator("#save-status")).to_contain_text("Nada se guarda solo")
    page.wait_for_timeout(3000)
    assert served.read_subject("es") == "Marzo en la ciudad"
    page.get_by_role("button", name="Guardar", exact=True).last.click()
    page.get_by_text("Guardado.").wait_for()
    page.get_by_label(PREHEADER).fill("Ya es borrador")
    wait_for(page, lambda: served.read_subject("es") == "Sin querer")
