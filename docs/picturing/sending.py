"""When it leaves, how far it is, what is in doubt, and the editions of a series."""

from datetime import datetime, time, timedelta

from playwright.sync_api import Page

from outreach import clock
from picturing.stage import ADMINISTRATOR, WRITER, Stage, press

_LOST = frozenset({"noah.espinosa@example.org", "zoe.whitfield@example.org"})


def schedule(stage: Stage) -> None:
    """Look at a Sunday within the restricted period, then send now."""
    page = stage.meet(WRITER)
    page.goto(f"/campanas/{stage.campaign}/programar")
    stage.camera.take(page, "schedule", height=1250, prepare=_choose_sunday)
    page.goto(f"/campanas/{stage.campaign}/programar")
    with page.expect_response("**/programar/**"):
        page.get_by_role("radio", name="Ahora mismo").check()
    page.locator("#notices-title").wait_for()
    stage.post.delay = 3
    stage.post.lost = _LOST
    press(page, "Programar")


def _choose_sunday(page: Page) -> None:
    day = clock.now().date() + timedelta(days=14)
    sunday = day + timedelta(days=6 - day.weekday())
    with page.expect_response("**/programar/**"):
        page.locator("#at").fill(f"{datetime.combine(sunday, time(9)):%Y-%m-%dT%H:%M}")
        page.locator("#at").blur()
    page.locator("#notices-title").wait_for()


def follow(stage: Stage) -> None:
    """See it leave, pause it, look at what stopping means, let it go on."""
    page = stage.meet(WRITER)
    path = f"/campanas/{stage.campaign}/avance"
    while True:
        page.goto(path)
        if page.get_by_role("button", name="Pausar").count():
            break
    page.wait_for_timeout(9_000)
    stage.camera.take(page, "progress", height=760)
    page.goto(path)
    page.get_by_role("button", name="Pausar").click()
    page.get_by_role("button", name="Reanudar").wait_for()
    page.goto(f"/campanas/{stage.campaign}/detener")
    stage.camera.take(page, "stop")
    stage.post.delay = 0
    page.goto(path)
    page.get_by_role("button", name="Reanudar").click()
    while not page.get_by_text("Terminada", exact=True).count():
        page.wait_for_timeout(1_000)
        page.goto(path)


def settle_doubts(stage: Stage) -> None:
    """Say of one message in doubt what the mail server's log tells; look at another that was sent."""
    page = stage.meet(WRITER)
    page.goto(f"/campanas/{stage.campaign}/avance?resultado=uncertain")
    stage.camera.take(page, "in-doubt", height=1150)
    page.goto("/entregas/1")
    stage.camera.take(page, "delivery")


def repeat(stage: Stage) -> None:
    """Open the next edition of the series."""
    page = stage.meet(ADMINISTRATOR)
    page.goto("/series/1")
    stage.camera.take(page, "series", height=1250)
    page.locator("a[href^='/series/1/2']").first.click()
    page.get_by_text("Omitir esta edición…").wait_for()
    stage.camera.take(page, "edition")
    page.goto("/ajustes/dias-inhabiles")
    stage.camera.take(page, "non-working-days", height=760)


SCENES = (schedule, follow, settle_doubts, repeat)
