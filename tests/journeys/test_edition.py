"""An edition of a series in the pages: it opens by itself, its people are reminded, and it is written and sent."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

import making
from browsing import OpenPage
from journeys.conftest import CommandLine
from journeys.steps import REFUSED, expect_ledger, fill_both, read_ledger, running, sign_in_speaking
from journeys.test_series import PEOPLE, on, prepare_series
from outreach.translation import gettext as _
from outreach.translation import speaking
from smtp_counting import CountingServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group(__name__)]


def write_edition(page: Page) -> None:
    """Follow the first page to the edition that opened, write it, and ask for approval."""
    page.locator("main").get_by_role("link", name="Corazón Chilango").first.click()
    page.get_by_role("link", name=_("Seguir escribiendo")).click()
    page.wait_for_url("**/editar")
    remove = page.locator("button[value^='remove:']")
    expect(remove.first).to_be_visible()
    for left in reversed(range(remove.count())):  # what the structure of the series asks for
        remove.first.click()
        expect(remove).to_have_count(left)
    fill_both(page, _("Asunto"), "Lo nuevo de la ciudad", "News of the city")
    fill_both(page, _("Texto de vista previa"), "Jacarandas.", "Jacarandas.", _("(opcional)"))
    fill_both(page, _("Texto para el informe"), "Boletín número 7.", "Bulletin issue 7.")
    page.get_by_role("button", name=f"+ {_('Texto')}", exact=True).first.click()
    expect(page.get_by_role("heading", name=f"1. {_('Texto')}")).to_be_visible()
    fill_both(page, _("Texto"), "Ya es primavera.", "Spring is here.")
    page.get_by_role("button", name=_("Guardar y revisar")).click()
    page.get_by_role("button", name=_("Enviar a visto bueno")).click()
    expect(page.get_by_text(_("Espera el visto bueno de otra persona."))).to_be_visible()


def approve_and_send(page: Page) -> None:
    page.get_by_role("region", name=_("Le toca")).get_by_role("link", name="Corazón Chilango").click()
    page.get_by_label(_("Revisé las dos versiones")).check()
    page.get_by_role("button", name=_("Dar visto bueno")).click()
    page.get_by_label(_("Ahora mismo")).check()
    page.get_by_role("button", name=_("Programar")).click()
    page.wait_for_url("**/avance")


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_edition_opens_by_itself_and_is_written_and_sent_in_the_pages(
    outreach: CommandLine, mail_server: CountingServer, open_page: OpenPage, language: str
) -> None:
    today = datetime.now(UTC).date()
    outreach.run("contacts", "import", outreach.write("personas.csv", PEOPLE), "--audience", "diaspora")
    with on(today - timedelta(days=1)):  # reminders leave from seven in the morning on, whatever hour it is now
        prepare_series(outreach, today + timedelta(days=2))
        assert "Ediciones abiertas: 1." in outreach.run("tick")
    assert mail_server.count() == {making.WRITER: 1}
    assert "Corazón Chilango" in str(mail_server.read(making.WRITER)["Subject"])
    with running(outreach) as address, speaking(language):
        writer, reviewer = open_page(address), open_page(address, allowed=(REFUSED,))
        sign_in_speaking(writer, making.WRITER)
        write_edition(writer)
        sign_in_speaking(reviewer, making.REVIEWER)
        approve_and_send(reviewer)
        expect_ledger(reviewer, sent=2, pending=0)
        writer.goto("/series")
        expect(writer.locator("main")).to_contain_text(_("Enviada"))
        assert read_ledger(outreach, 1) == {"sent": 2}
    assert mail_server.count() == {making.WRITER: 1, "luz@example.org": 1, "sam@example.org": 1}
