"""Coming in, the people of the audiences, the calendar and the settings."""

from datetime import timedelta

from playwright.sync_api import Page

from outreach import clock
from picturing.stage import ADMINISTRATOR, REVIEWER, WRITER, Stage, open_details, press

_PEOPLE = """Nombre;Correo;Idioma;País;Generación;Fecha de consentimiento
Alondra Sepúlveda;alondra.sepulveda@example.org;es;Canadá;2001;2026-01-14
Matías Fonseca;matias.fonseca@example.org;es;Chile;1988;2026-01-14
Erin Caldwell;erin.caldwell@example.org;en;Canadá;1995;2026-01-14
Sin arroba;sin.arroba.example.org;es;España;1990;2026-01-14
Itzel Ramírez Luna;itzel.ramirez@example.org;es;Estados Unidos;1979;2026-01-14
Tadeo Arriaga;tadeo.arriaga@example.org;es;España;1984;2026-01-14
Fecha imposible;fecha.imposible@example.org;es;España;1990;2026-02-31
"""


def come_in(stage: Stage) -> None:
    """Sign in, and the second step."""
    stage.camera.take(_arrive(stage), "sign-in")
    page = stage.meet(ADMINISTRATOR)
    page.goto("/cuenta/segundo-paso")
    stage.camera.take(page, "second-step")
    page.goto("/")
    stage.camera.take(page, "first-steps", shows="section:has(#steps-title)")
    page.goto("/ajustes")
    stage.camera.take(page, "settings")
    page.goto("/ajustes/personas/nueva")
    stage.camera.take(page, "new-account")


def _arrive(stage: Stage) -> Page:
    page = stage.visit()
    page.goto("/entrar")
    return page


def bring_people(stage: Stage) -> None:
    """Import a list that has faults, and look at one of the people."""
    page = stage.meet(WRITER)
    page.goto("/audiencias")
    stage.camera.take(page, "audiences", height=620)
    path = stage.folder / "registro-del-foro.csv"
    path.write_text(_PEOPLE, encoding="utf-8")
    page.goto("/audiencias/diaspora/importar")
    page.locator("#file").set_input_files(path)
    page.locator("#source").fill("Registro del foro del 14 de enero de 2026")
    page.locator("#attests").check()
    press(page, "Revisar el archivo")
    stage.camera.take(page, "import-columns")
    press(page, "Revisar las filas")
    page.get_by_role("button", name="Importar", exact=True).wait_for()
    stage.camera.take(page, "import-rows")
    press(page, "Importar")
    page.get_by_text("Deshacer esta importación…").wait_for()
    stage.camera.take(page, "import-done", prepare=open_details)
    page.goto("/personas?q=ximena")
    page.get_by_role("link", name="Ximena Duarte").first.click()
    page.get_by_text("Derechos sobre sus datos").wait_for()
    stage.camera.take(page, "person", height=1000)


def plan_the_year(stage: Stage) -> None:
    """Set a restricted period, and let a series begin."""
    page = stage.meet(ADMINISTRATOR)
    page.goto("/ajustes/periodos-restringidos/nuevo")
    stage.camera.take(page, "restricted-period", prepare=_describe_period)
    _describe_period(page)
    press(page, "Guardar")
    page.goto("/series/1/editar")
    for email in (WRITER, REVIEWER):
        page.get_by_role("checkbox", name=email).check()
    press(page, "Guardar la serie")
    press(page, "Activar la serie")


def _describe_period(page: Page) -> None:
    today = clock.now().date()
    page.locator("#name").fill("Veda de muestra")
    page.locator("#starts_on").fill(f"{today + timedelta(days=12)}")
    page.locator("#ends_on").fill(f"{today + timedelta(days=40)}")
    page.locator("#level-0").check()
    page.locator("#legal_basis").fill("Acuerdo de muestra 12, punto segundo.")
    page.locator("#is_active").check()


SCENES = (come_in, bring_people, plan_the_year)
