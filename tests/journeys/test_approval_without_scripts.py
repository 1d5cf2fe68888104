"""From a written campaign to its time by two people whose browsers run no script, and the same page with scripts."""

import pytest
from playwright.sync_api import Page, expect

import making
from browsing import OpenPage, fits, sign_in
from journeys.conftest import CommandLine
from journeys.steps import REFUSED, add_crowd, running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group(__name__)]


def write_campaign(outreach: CommandLine) -> None:
    text = making.SPANISH.format(audiences='"diaspora"')
    outreach.read("campaigns", "import", outreach.write("campaña.toml", text), "--by", making.WRITER)


def hand_in(page: Page) -> None:
    page.goto("/campanas/1/revisar")
    expect(page.get_by_role("link", name="Bloques: textos, enlaces, imágenes y marcadores")).to_be_visible()
    page.get_by_role("button", name="Enviar a visto bueno").click()
    expect(page.get_by_text("Espera el visto bueno de otra persona.")).to_be_visible()


def test_without_scripts_a_campaign_is_checked_approved_twice_and_scheduled(
    outreach: CommandLine, open_page: OpenPage
) -> None:
    add_crowd(outreach, 3)
    write_campaign(outreach)
    with running(outreach) as address:
        small = {"java_script_enabled": False, "viewport": {"width": 360, "height": 780}}
        writer = open_page(address, allowed=(REFUSED,), **small)
        reviewer = open_page(address, allowed=(REFUSED,), **small)
        sign_in(writer, making.WRITER)
        sign_in(reviewer, making.REVIEWER)
        writer.goto("/campanas/1/programar")
        writer.get_by_label("Fecha y hora de salida").fill("2030-03-12T09:00")
        writer.get_by_role("button", name="Proponer esta hora").click()
        hand_in(writer)
        reviewer.goto("/campanas/1/visto-bueno")
        expect(reviewer.get_by_text("a 3 personas el martes 12 de marzo de 2030 a las 9:00")).to_be_visible()
        assert fits(reviewer)
        reviewer.get_by_text("Devolver con una nota…").click()
        reviewer.get_by_label("Qué hay que cambiar").fill("El asunto dice poco.")
        reviewer.get_by_role("button", name="Devolver").click()
        writer.goto("/")
        expect(writer.get_by_text("Nota: «El asunto dice poco.»")).to_be_visible()
        hand_in(writer)
        approve(reviewer)
        change_the_kind(writer)
        hand_in(writer)
        reviewer.goto("/campanas/1/visto-bueno")
        changes = reviewer.get_by_role("region", name="Qué cambió desde entonces")
        expect(changes).to_contain_text("Nombre de la campaña")
        expect(changes.locator("ins")).to_contain_text("Prueba corregida")
        assert fits(reviewer)
        approve(reviewer)
        give_a_time(reviewer)


def approve(page: Page) -> None:
    page.goto("/campanas/1/visto-bueno")
    page.get_by_label("Revisé las dos versiones").check()
    page.get_by_role("button", name="Dar visto bueno").click()
    expect(page.get_by_text("La campaña tiene visto bueno")).to_be_visible()


def change_the_kind(page: Page) -> None:
    page.goto("/campanas/1/ajustes")
    page.get_by_label("Nombre de la campaña").fill("Prueba corregida")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prueba corregida")


def give_a_time(page: Page) -> None:
    """Try an hour that the clocks skip, then one at night, which is asked about once."""
    page.get_by_label("Fecha y hora de salida").fill("2030-03-10T02:30")
    page.get_by_label("Zona horaria").select_option("America/New_York")
    page.get_by_role("button", name="Programar").click()
    expect(page.get_by_role("alert")).to_contain_text("esa hora no existe: elija las 01:30 o las 03:30")
    page.get_by_label("Fecha y hora de salida").fill("2030-03-10T03:30")
    page.get_by_role("button", name="Programar").click()
    expect(page.get_by_text("Ese día es fin de semana.")).to_be_visible()
    expect(page.get_by_text("domingo 10 de marzo de 2030, 8:30 (hora de Madrid, UTC+1)")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="Programar").click()
    expect(page.get_by_text("Programada", exact=True)).to_be_visible()


def test_with_scripts_the_page_says_at_once_what_a_time_means(outreach: CommandLine, open_page: OpenPage) -> None:
    add_crowd(outreach, 3)
    write_campaign(outreach)
    with running(outreach) as address:
        page = open_page(address)
        sign_in(page, making.REVIEWER)
        approve(page)
        page.get_by_label("Fecha y hora de salida").fill("2030-11-03T01:30")
        page.get_by_label("Zona horaria").select_option("America/New_York")
        expect(page.get_by_role("group", name="Esa hora se repite")).to_be_visible()
        page.get_by_label("La segunda vez").check()
        page.get_by_label("A esa hora en el lugar de cada persona").check()
        expect(page.get_by_text("De ninguna de las personas se conoce otra zona horaria")).to_be_visible()
        page.get_by_role("button", name="Programar").click()
        expect(page.get_by_text("Programada", exact=True)).to_be_visible()
        expect(page.get_by_text("1:30 (hora de Nueva York, UTC−5)").first).to_be_visible()
