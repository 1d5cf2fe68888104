"""What a campaign may meet on its way, through the pages: a pause, a lost answer, another language, no scripts."""

import re
import time

import pytest
from playwright.sync_api import expect

import making
from browsing import OpenPage, fits, sign_in
from journeys.conftest import CommandLine
from journeys.steps import (
    REFUSED,
    add_crowd,
    expect_ledger,
    import_campaign,
    read_ledger,
    running,
    send_another,
    sign_in_speaking,
    wait_until,
)
from outreach.translation import gettext as _
from outreach.translation import speaking
from smtp_counting import CountingServer
from smtp_servers import Fault, ScriptedServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group(__name__)]
# At their pace, more than can leave while a slow browser finds its button.
CROWD = 200


def test_a_slow_send_is_paused_resumed_and_stopped(
    outreach: CommandLine, mail_server: CountingServer, open_page: OpenPage, language: str
) -> None:
    assert language
    mail_server.delay = 0.4
    add_crowd(outreach, CROWD)
    with running(outreach) as address:
        page = open_page(address)
        send_another(outreach)
        sign_in_speaking(page, making.REVIEWER, "/campanas/1/avance")
        wait_until(lambda: bool(mail_server.received))
        page.get_by_role("button", name=_("Pausar")).click()
        paused = _("El envío quedó en pausa: %(left)s y %(rest)s.", left="", rest="")
        expect(page.get_by_role("status").first).to_contain_text(paused.partition(":")[0])
        expect(page.get_by_text(_("En pausa"), exact=True)).to_be_visible()
        sent = wait_until_still(mail_server)
        assert 0 < sent < CROWD
        expect_ledger(page, sent=sent, pending=CROWD - sent)
        page.get_by_role("button", name=_("Reanudar")).click()
        expect(page.get_by_text(_("Enviando"), exact=True)).to_be_visible()
        wait_until(lambda: len(mail_server.received) > sent)
        page.get_by_role("link", name=_("Detener lo que falta")).click()
        page.get_by_role("button", name=_("Detener el envío")).click()
        expect(page.get_by_text(_("Cancelada"), exact=True)).to_be_visible()
        sent = wait_until_still(mail_server)
        assert sent < CROWD
        page.reload()
        expect_ledger(page, sent=sent, skipped=CROWD - sent, pending=0)
        expect(page.get_by_role("button", name=_("Reanudar"))).to_have_count(0)
    assert read_ledger(outreach, 1) == {"sent": sent, "skipped": CROWD - sent}
    assert set(mail_server.count().values()) == {1}


def wait_until_still(mail_server: CountingServer) -> int:
    """Return how many messages the mail server took once none comes any more."""
    taken = -1
    while taken < (now := len(mail_server.received)):
        taken = now
        time.sleep(2)
    return taken


def test_a_message_without_an_answer_waits_for_a_person(
    outreach: CommandLine, open_page: OpenPage, language: str
) -> None:
    assert language
    add_crowd(outreach, 3)
    with ScriptedServer({"dot": [Fault.DROP]}) as server:
        outreach.environment["OUTREACH_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}?connections=1"
        with running(outreach) as address:
            send_another(outreach)
            page = open_page(address, allowed=(REFUSED,))
            sign_in_speaking(page, making.REVIEWER, "/campanas/1/avance")
            expect_ledger(page, sent=2, uncertain=1, pending=0)
            page.goto("/")
            page.get_by_role("region", name=_("Le toca")).get_by_role("link", name="Prueba").click()
            page.get_by_role("link", name="persona00000@example.org").click()
            expect(page.get_by_text(re.compile(r"<c1\..+@iecm\.mx>"))).to_be_visible()
            page.get_by_role("button", name=_("Sí salió")).click()
            expect(page.get_by_role("alert")).to_be_focused()
            page.get_by_role("alert").get_by_role("link").click()
            page.keyboard.type("Aparece a las 9:04")
            assert fits(page)
            page.get_by_role("button", name=_("Sí salió")).click()
            expect_ledger(page, sent=3, uncertain=0)
    assert read_ledger(outreach, 1) == {"sent": 3}
    assert [message.rcpt_to for message in server.taken] == ["persona00001@example.org", "persona00002@example.org"]


def test_the_pages_speak_english_and_a_wrong_password_is_told(outreach: CommandLine, open_page: OpenPage) -> None:
    with running(outreach) as address, speaking("en"):
        page = open_page(address, allowed=(REFUSED,))
        page.goto("/entrar")
        page.locator("#email").fill(making.WRITER)
        page.locator("#password").fill("otra clave de pruebas")
        page.locator("main").get_by_role("button", name="Entrar").click()
        expect(page.get_by_role("alert")).to_contain_text("contraseña")
        page.get_by_role("button", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        sign_in(page, making.WRITER, "/campanas")
        expect(page.get_by_role("heading", level=1)).to_have_text(_("Campañas"))
        page.goto("/audiencias")
        expect(page.get_by_role("link", name="Observation Network")).to_be_visible()
        page.locator(".user-menu > button").click()
        page.get_by_role("button", name="Español").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Audiencias")


def test_without_scripts_a_campaign_is_approved_and_stopped(
    outreach: CommandLine, mail_server: CountingServer, open_page: OpenPage
) -> None:
    mail_server.delay = 0.4
    add_crowd(outreach, CROWD)
    import_campaign(outreach)
    with running(outreach) as address:
        page = open_page(address, java_script_enabled=False, viewport={"width": 360, "height": 780})
        sign_in(page, making.REVIEWER)
        page.get_by_role("navigation").get_by_role("link", name="Campañas").click()
        page.get_by_role("link", name="Prueba").click()
        page.goto("/campanas/1/visto-bueno")
        expect(page.frame_locator("iframe").first.get_by_text("Un saludo para Ana Pérez.")).to_be_visible()
        page.get_by_label("Revisé las dos versiones").check()
        page.get_by_role("button", name="Dar visto bueno").click()
        page.get_by_label("Ahora mismo").check()
        page.get_by_role("button", name="Programar").click()
        wait_until(lambda: bool(mail_server.received))
        page.reload()
        expect(page.get_by_text("Enviando", exact=True)).to_be_visible()
        page.get_by_role("link", name="Detener lo que falta").click()
        page.get_by_role("button", name="Detener el envío").click()
        expect(page.get_by_text("Cancelada", exact=True)).to_be_visible()
        sent = wait_until_still(mail_server)
        page.reload()
        expect_ledger(page, sent=sent, skipped=CROWD - sent, pending=0)
        page.get_by_role("button", name="Cerrar sesión").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Entrar")
    assert read_ledger(outreach, 1) == {"sent": sent, "skipped": CROWD - sent}
