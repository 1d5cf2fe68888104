"""The whole job through the pages, by three people, against the running program and a real mail server."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from docx import Document
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

import making
from browsing import OpenPage, fits, read_main, sign_in
from journeys.conftest import CommandLine
from journeys.steps import REFUSED, expect_ledger, fill_both, read_ledger, reading, running, send_another
from outreach.accounts.models import AuditEntry, User
from outreach.audiences.models import Contact, Subscription
from smtp_counting import CountingServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group(__name__)]

PEOPLE = (
    b"correo,nombre,idioma\n"
    b"ana@example.org,Ana,es\nbob@example.org,Bob,en\n"
    b"esto no es un correo,Nadie,es\neve@example.org,,\n"
)


def check_widths(page: Page, *paths: str) -> None:
    """Check that pages fit a telephone and a desk, in light and in dark."""
    for path in paths:
        page.goto(path)
        for width, scheme in ((360, "dark"), (1280, "light")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a word of two
            assert fits(page), (path, width)


def import_people(page: Page, outreach: CommandLine) -> None:
    page.get_by_role("link", name="Audiencias").click()
    page.get_by_role("link", name="Diáspora").click()
    page.get_by_role("link", name="Importar personas").click()
    page.get_by_label("Archivo").set_input_files({"name": "personas.csv", "mimeType": "text/csv", "buffer": PEOPLE})
    page.get_by_label("Origen del consentimiento").fill("Registro al foro del 14 de enero")
    page.get_by_label("Padrón Electoral").check()
    page.get_by_role("button", name="Revisar el archivo").click()
    page.get_by_role("button", name="Revisar las filas").click()
    expect(page.get_by_text("4 filas: 3 nuevas")).to_contain_text("1 con error")
    expect(page.get_by_role("row").filter(has_text="esto no es un correo")).to_contain_text("4")
    with reading(outreach) as session:
        assert session.scalar(select(func.count(Contact.id))) == 0
    page.get_by_role("button", name="Importar", exact=True).click()
    expect(page.get_by_text("Las personas ya están en la audiencia")).to_be_visible()
    page.get_by_role("link", name="Ver la audiencia").click()
    assert "bob@example.org" in read_main(page)


def write_campaign(page: Page) -> None:
    """Write both languages, but leave the English text of the first block for later."""
    page.get_by_role("link", name="Campañas").click()
    page.get_by_role("link", name="Nueva campaña").first.click()
    page.get_by_role("link", name="Boletín", exact=True).click()
    page.get_by_label("Nombre de la campaña").fill("Boletín de marzo")
    expect(page.get_by_label("Tipo de envío")).to_have_value("1")
    expect(page.get_by_label("Diáspora")).to_be_checked()
    page.get_by_role("button", name="Crear y escribir").click()
    page.wait_for_url("**/editar")
    fill_both(page, "Asunto", "Hola, {{nombre|vecina, vecino}}", "Hello, {{nombre|neighbour}}")
    fill_both(page, "Texto de vista previa", "Una prueba.", "A test.", "(opcional)")
    fill_both(page, "Texto para el informe", "Boletín de prueba.", "Test newsletter.")
    page.get_by_role("button", name="+ Texto").click()
    expect(page.get_by_role("heading", name="1. Texto")).to_be_visible()
    fill_both(page, "Texto", "Un saludo para {{nombre|ti}}.", "")
    page.get_by_role("button", name="+ Botón").click()
    expect(page.get_by_role("heading", name="2. Botón")).to_be_visible()
    fill_both(page, "Texto del botón", "Ver el micrositio", "See the site")
    fill_both(page, "Enlace", "https://www.iecm.mx/", "https://www.iecm.mx/en")
    page.get_by_role("button", name="Guardar y revisar").click()


def mend_campaign(page: Page) -> None:
    """Follow the finding to the field that lacks, and write there."""
    expect(page.get_by_role("button", name="Enviar a visto bueno")).to_have_count(0)
    finding = page.get_by_role("listitem").filter(has_text="inglés").filter(has_text="bloque 1")
    expect(finding.first).to_contain_text("error")
    finding.last.get_by_role("link", name="Ir a corregirlo").click()
    assert re.fullmatch(r"block-\d+-en-text", urlsplit(page.url).fragment)
    page.locator(f"[id='prose-{urlsplit(page.url).fragment}']").fill("Greetings to {{nombre|you}}.")
    page.get_by_role("button", name="Guardar y ver").click()


def look_at_previews(page: Page) -> None:
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Un saludo para Ana Pérez.")).to_be_visible()
    page.locator("#preview-version-en").check()
    expect(frame.get_by_text("Greetings to Ana Pérez.")).to_be_visible()
    page.get_by_label("Buscar entre quienes la recibirán").fill("bob")
    page.get_by_role("button", name="Buscar").click()
    page.get_by_role("link", name="Bob").click()
    expect(frame.get_by_text("Greetings to Bob.")).to_be_visible()
    assert "Hello, Bob" in read_main(page)
    page.locator("#preview-version-both").check()
    expect(frame.get_by_text("Greetings to Bob.")).to_be_visible()
    expect(frame.get_by_text("Un saludo para Bob.")).to_be_visible()
    page.get_by_label("Solo texto").check()
    assert "Greetings to Bob." in page.get_by_label("La parte de texto").input_value()


def ask_for_approval(page: Page) -> None:
    """Submit; whoever wrote it cannot approve it."""
    page.goto("/campanas/1/revisar")
    expect(page.get_by_role("row", name="Recibirán este correo")).to_contain_text("3")
    page.get_by_role("button", name="Enviar a visto bueno").click()
    expect(page.get_by_role("status")).to_contain_text("espera ahora el visto bueno")
    expect(page.get_by_text("Espera el visto bueno de otra persona.")).to_be_visible()
    expect(page.get_by_role("link", name="Revisar y dar visto bueno")).to_have_count(0)
    page.goto("/campanas/1/visto-bueno")
    expect(page.get_by_role("heading", level=1)).to_have_text("No se pudo hacer")


def approve_and_send(page: Page) -> None:
    page.get_by_role("region", name="Le toca").get_by_role("link", name="Boletín de marzo").click()
    for frame, words in ((0, "Un saludo para Ana"), (1, "Greetings to Ana"), (2, "Greetings to Ana")):
        expect(page.frame_locator("iframe").nth(frame).get_by_text(words)).to_be_visible()
    page.get_by_role("button", name="Dar visto bueno").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Revisé las dos versiones").check()
    page.get_by_role("button", name="Dar visto bueno").click()
    page.get_by_label("Ahora mismo").check()
    page.get_by_role("button", name="Programar").click()
    page.wait_for_url("**/avance")


def test_three_people_do_the_whole_job(
    outreach: CommandLine, mail_server: CountingServer, open_page: OpenPage, tmp_path: Path
) -> None:
    with running(outreach) as address:
        writer = open_page(address, allowed=("status of 403",))
        sign_in(writer, making.WRITER)
        import_people(writer, outreach)
        write_campaign(writer)
        mend_campaign(writer)
        look_at_previews(writer)
        check_widths(writer, *(f"/campanas/1/{page}" for page in ("editar", "ajustes", "vista-previa", "revisar")))
        ask_for_approval(writer)

        reviewer = open_page(address, allowed=(REFUSED,))
        sign_in(reviewer, making.REVIEWER)
        approve_and_send(reviewer)
        expect_ledger(reviewer, sent=3, pending=0)
        expect(reviewer.get_by_text("Terminada")).to_be_visible()
        expect(reviewer.get_by_role("button", name="Pausar")).to_have_count(0)
        expect(reviewer.get_by_role("row", name="bob@example.org")).to_contain_text("enviada")
        assert read_ledger(outreach, 1) == {"sent": 3}
        assert {to: mail_server.read(to)["Subject"] for to in mail_server.count()} == {
            "ana@example.org": "Hola, Ana",
            "bob@example.org": "Hello, Bob",
            "eve@example.org": "Hola, vecina, vecino / Hello, neighbour",
        }
        leave(open_page(address), outreach, mail_server)
        send_another(outreach)
        expect_sent_to_those_who_stayed(writer, mail_server)
        assert read_ledger(outreach, 2) == {"sent": 2, "skipped": 1}
        read_log_and_report(writer, tmp_path)
        check_widths(reviewer, "/", *(f"/campanas{page}" for page in ("", "/1", "/1/visto-bueno", "/1/avance")))
        check_widths(reviewer, "/audiencias", "/audiencias/diaspora", "/bitacora", "/informes", "/cuenta")
    check_trail(outreach)


def leave(page: Page, outreach: CommandLine, mail_server: CountingServer) -> None:
    """Leave by the link in the mail: opening it changes nothing."""
    found = re.search(r"<(http://[^>]+)>", str(mail_server.read("bob@example.org")["List-Unsubscribe"]))
    assert found
    page.goto(found[1])
    assert page.locator("html").get_attribute("lang") == "en"
    assert count_subscribed(outreach) == 3
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_count(0)
    assert count_subscribed(outreach) == 2


def count_subscribed(outreach: CommandLine) -> int:
    with reading(outreach) as session:
        return session.scalar(select(func.count(Subscription.id)).where(Subscription.ended_at.is_(None))) or 0


def expect_sent_to_those_who_stayed(page: Page, mail_server: CountingServer) -> None:
    page.goto("/campanas/2/avance")
    expect_ledger(page, sent=2, skipped=1, pending=0)
    expect(page.get_by_role("row", name="bob@example.org")).to_contain_text("se dio de baja")
    assert mail_server.count() == {"ana@example.org": 2, "bob@example.org": 1, "eve@example.org": 2}
    page.goto("/campanas/2/revisar")
    expect(page.get_by_role("row", name="dadas de baja")).to_contain_text("1")


def read_log_and_report(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="Bitácora").click()
    line = page.get_by_role("row").filter(has_text="Boletín de prueba.")
    expect(line).to_contain_text("Diáspora")
    expect(line.get_by_role("cell").last).to_have_text("3")
    page.get_by_role("link", name="Informes").click()
    expect(page.get_by_text("se enviaron dos correos electrónicos")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Boletín de prueba.")).to_contain_text("1.")
    assert "Boletín de prueba." in download(page, "CSV", folder).read_text(encoding="utf-8-sig")
    (table,) = Document(str(download(page, "DOCX", folder))).tables
    assert [cell.text for cell in table.rows[0].cells] == ["No.", "Fecha de envío", "Información"]
    assert [row.cells[2].text for row in table.rows[1:]] == ["Boletín de prueba.", "Convocatoria de prueba."]
    page.get_by_label("Idioma").select_option("English")
    expect(page.get_by_role("row").filter(has_text="Test newsletter.")).to_be_visible()
    assert "idioma=en" in page.url


def download(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=f"Descargar {name}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def check_trail(outreach: CommandLine) -> None:
    """The trail says who did what; what a reader did carries no account."""
    with reading(outreach) as session:
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.subject, User.email, AuditEntry.origin).outerjoin(
                User, User.id == AuditEntry.user_id
            )
        ).all()
    trail: set[tuple[str, str, str | None]] = {
        (action, subject, email) for action, subject, email, origin in rows if origin != "cli"
    }
    by_writer = {("create", "campaign"), ("edit", "campaign"), ("submit", "campaign"), ("open", "session")}
    by_reviewer = {("approve", "campaign"), ("schedule", "campaign"), ("open", "session")}
    assert {(*what, making.WRITER) for what in by_writer} <= trail
    assert {(*what, making.REVIEWER) for what in by_reviewer} <= trail
    assert ("unsubscribe", "contact", None) in trail
    assert ("import", making.WRITER) in {(action, email) for action, _subject, email in trail}
    assert {origin for *_who, origin in rows} <= {"cli", "127.0.0.1", "public"}
