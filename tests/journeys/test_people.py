"""People through the pages: a file with errors mended and taken back, and a campaign's people chosen, also by keys."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import making
from browsing import OpenPage, fits, sign_in
from journeys.conftest import CommandLine
from journeys.steps import running, sign_in_speaking
from outreach.translation import gettext as _
from outreach.translation import ngettext
from smtp_counting import CountingServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group(__name__)]

LIST = (
    b"Contacto;Nombre;Idioma;Ciudad\n"
    b"ana@example.org;Ana;es;Chicago\nbob@example.org;Bob;en;Chicago\neve@example.org;Eva;;Madrid\n"
    b"sin arroba;Luis;es;Madrid\nrosa@example.org;Rosa;klingon;Madrid\n"
)


def bring(page: Page, file: Path | dict[str, object]) -> None:
    page.get_by_label(_("Archivo")).set_input_files(file)  # type: ignore[arg-type] # a path, or a file in words
    page.get_by_label(_("Origen del consentimiento")).fill("Foro del 14 de enero")
    page.get_by_label(_("Estas direcciones no vienen del Padrón Electoral ni de la Lista Nominal")).check()
    page.get_by_role("button", name=_("Revisar el archivo")).click()


def check_widths(page: Page) -> None:
    for width, scheme in ((360, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a word of two
        assert fits(page), (page.url, width)


def _say_rows(rows: int, *, new: int) -> str:
    said = ngettext("%(num)s fila", "%(num)s filas", rows)
    return f"{said}: {ngettext('%(num)s nueva', '%(num)s nuevas', new)}"


def _say_back(people: int) -> str:
    return ngettext("%(num)s persona volvió a como estaba.", "%(num)s personas volvieron a como estaban.", people)


def test_a_file_with_errors_is_mended_and_taken_back(
    outreach: CommandLine, mail_server: CountingServer, open_page: OpenPage, tmp_path: Path, language: str
) -> None:
    assert mail_server
    assert language
    with running(outreach) as address:
        page = open_page(address)
        sign_in_speaking(page, making.WRITER, "/audiencias/diaspora/importar")
        bring(page, {"name": "foro.csv", "mimeType": "text/csv", "buffer": LIST})
        expect(page.get_by_label("Contacto")).to_have_value("email")
        check_widths(page)
        page.get_by_label("Ciudad").select_option(_("No importar"))
        page.get_by_role("button", name=_("Revisar las filas")).click()
        expect(page.get_by_text(_say_rows(5, new=3))).to_contain_text(_("%(num)s con error", num=2))
        expect(page.get_by_role("row").filter(has_text="klingon")).to_contain_text("6")
        check_widths(page)
        page.get_by_role("button", name=_("Importar"), exact=True).click()
        expect(page.get_by_text(_("Las personas ya están en la audiencia."))).to_be_visible()
        with page.expect_download() as waiting:
            page.get_by_role("link", name=_("Descargar las filas con error para corregirlas")).click()
        mended = tmp_path / "corregidas.csv"
        text = Path(waiting.value.path()).read_text(encoding="utf-8")
        mended.write_text(text.replace("sin arroba", "luis@example.org").replace("klingon", "es"), encoding="utf-8")
        page.get_by_role("link", name=_("Subir las filas corregidas")).click()
        bring(page, mended)
        expect(page.get_by_label(_("Error (no se importa)"))).to_have_value("skip")
        page.get_by_label("Ciudad").select_option(_("No importar"))
        page.get_by_role("button", name=_("Revisar las filas")).click()
        expect(page.get_by_text(_say_rows(2, new=2))).to_contain_text(_("%(num)s con error", num=0))
        page.get_by_role("button", name=_("Importar"), exact=True).click()
        page.get_by_role("link", name=_("Importaciones")).click()
        page.get_by_role("link", name="foro.csv").click()
        page.get_by_text(_("Deshacer esta importación…")).click()
        page.get_by_role("button", name=_("Deshacer la importación")).click()
        expect(page.get_by_text(_say_back(3))).to_be_visible()
        check_widths(page)
        page.goto("/personas?q=ana")
        expect(
            page.get_by_text(_("Nadie coincide: pruebe con menos palabras, o solo con su principio."))
        ).to_be_visible()
        page.goto("/personas?q=ros")
        page.get_by_role("link", name="Rosa").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Rosa")
        check_widths(page)


def prepare(outreach: CommandLine) -> None:
    for slug, people in (("osc", "ana bob"), ("diaspora", "ana bob eve rosa")):
        rows = [f"{name}@example.org,{name.title()},{'en' if name == 'bob' else 'es'}" for name in people.split()]
        path = outreach.write(f"{slug}.csv", "\n".join(["correo,nombre,idioma", *rows]))
        outreach.run("contacts", "import", path, "--audience", slug)
    text = making.BILINGUAL.format(audiences='"diaspora"')
    outreach.run("campaigns", "import", outreach.write("campaña.toml", text), "--by", making.WRITER)


def test_people_are_chosen_with_a_sum_that_follows(
    outreach: CommandLine, mail_server: CountingServer, open_page: OpenPage
) -> None:
    assert mail_server
    prepare(outreach)
    with running(outreach) as address:
        page = open_page(address)
        sign_in(page, making.WRITER, "/campanas/1/destinatarios")
        total = page.get_by_role("row", name="Recibirán este correo")
        expect(total).to_contain_text("4")
        page.get_by_label("Organizaciones").first.focus()
        page.keyboard.press("Space")
        expect(page.get_by_role("row", name="repetidas entre audiencias")).to_contain_text("2")
        page.get_by_label("Organizaciones").nth(1).check()
        expect(page.get_by_role("alert")).to_contain_text("elegida y excluida a la vez")
        page.get_by_label("Organizaciones").first.uncheck()
        expect(total).to_contain_text("2")
        page.get_by_role("row", name="excluidas por esta elección").get_by_role("link").click()
        expect(page.get_by_role("row").filter(has_text="bob@example.org")).to_contain_text("excluida por esta elección")
        page.go_back()
        page.get_by_label("Organizaciones").nth(1).check()
        page.get_by_role("button", name="Guardar y revisar").click()
        page.wait_for_url("**/revisar")
        expect(page.get_by_role("row", name="Recibirán este correo")).to_contain_text("2")


def test_people_are_chosen_without_scripts(
    outreach: CommandLine, mail_server: CountingServer, open_page: OpenPage
) -> None:
    assert mail_server
    prepare(outreach)
    with running(outreach) as address:
        page = open_page(address, java_script_enabled=False)
        sign_in(page, making.WRITER, "/campanas/1/destinatarios")
        page.get_by_text("Idioma", exact=True).click()
        page.get_by_label("English").check()
        page.get_by_role("button", name="Calcular la suma").last.click()
        expect(page.get_by_role("row", name="Recibirán este correo")).to_contain_text("1")
        expect(page.get_by_label("English")).to_be_checked()
        page.get_by_role("button", name="Guardar y revisar").click()
        expect(page.get_by_role("row", name="no coinciden con los filtros")).to_contain_text("3")
