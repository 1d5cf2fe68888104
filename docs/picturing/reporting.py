"""The log, and what it writes: lines by hand, corrections, old tables, reports, closed periods, goals."""

from datetime import date, timedelta

from playwright.sync_api import Page

from outreach import clock
from picturing.stage import ADMINISTRATOR, WRITER, Stage, open_details, press

_OLD_TABLE = """No.\tFecha de envío\tInformación
1\tJueves 1 de octubre de 2020.\tBoletín de la Red de Observación.
2\tMartes 9 de octubre de 2020.\tConvocatoria al taller de instrumentos.
3\t31 de noviembre de 2020.\tRecordatorio del taller de instrumentos.
4\tViernes 4 y viernes 11 de diciembre de 2020.\tInvitación a la charla de cierre.
"""


def keep_log(stage: Stage) -> None:
    """Add a line by hand, correct one, look at the list."""
    page = stage.meet(WRITER)
    page.goto("/bitacora/nueva")
    stage.camera.take(page, "log-by-hand", height=1000, prepare=_describe_line)
    _describe_line(page)
    press(page, "Añadir a la bitácora")
    page.goto("/bitacora/2/corregir")
    page.locator("#information").fill(
        "Convocatoria del concurso de relatos breves “Relatos de mi barrio”, segunda edición."
    )
    page.locator("#reason").fill("Faltaba decir de qué edición es.")
    press(page, "Guardar la corrección")
    stage.camera.take(page, "log-line")
    page.goto("/bitacora")
    stage.camera.take(page, "log", height=900)


def _describe_line(page: Page) -> None:
    page.locator("#sent_on").fill(f"{clock.now().date() - timedelta(days=1)}")
    page.locator("#channel").select_option("whatsapp")
    page.locator("#audience").select_option(label=_second_label(page))
    page.locator("#information").fill("Recordatorio del taller en línea de invierno.")
    page.locator("#sender").fill("Grupo Voto Chilango")
    page.locator("#reach").fill("120")
    page.locator("#reach_source").fill("Miembros del grupo ese día")


def _second_label(page: Page) -> str:
    return page.locator("#audience option").last.inner_text()


def import_table(stage: Stage) -> None:
    """Bring a table of an old report, with what is wrong in it."""
    page = stage.meet(WRITER)
    page.goto("/bitacora/importar")
    page.locator("#pasted").fill(_OLD_TABLE)
    page.locator("#first_on").fill("2020-10-01")
    page.locator("#last_on").fill("2020-12-31")
    page.locator("#stated_total").fill("6")
    press(page, "Revisar la tabla")
    stage.camera.take(page, "log-import", height=1150)


def report(stage: Stage) -> None:
    """Write the report of this quarter, look at a layout, close the last quarter, set goals."""
    page = stage.meet(ADMINISTRATOR)
    page.goto("/informes")
    stage.camera.take(page, "report", height=1500)
    page.goto("/informes/formatos")
    stage.camera.take(page, "layouts", height=900)
    page.goto("/informes/cierres")
    page.get_by_label("Periodo que terminó").fill(_last_quarter(clock.now().date()))
    press(page, "Cerrar el periodo")
    stage.camera.take(page, "closing", prepare=open_details)
    for text, number, measure in (
        ("Enviar al menos 20 correos a la diáspora", "20", None),
        ("Un boletín cada mes", "1", "monthly"),
    ):
        page.goto("/metas/nueva")
        page.locator("#text_es").fill(text)
        page.locator("#number").fill(number)
        if measure:
            page.locator("#measure").select_option(index=1)
        page.locator("#period").fill(f"{clock.now().year}")
        page.locator("#audience").select_option(label="Diáspora")
        press(page, "Guardar la meta")
    page.goto("/metas")
    stage.camera.take(page, "goals")


def _last_quarter(day: date) -> str:
    quarter = (day.month - 1) // 3
    return f"{day.year}-T{quarter}" if quarter else f"{day.year - 1}-T4"


SCENES = (keep_log, import_table, report)
