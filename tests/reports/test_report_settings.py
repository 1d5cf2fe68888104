"""Pages of layouts and phrases: what is written is shown as it prints, and only what can be printed is kept."""

from collections.abc import Mapping

import pytest
from flask import Flask

from log_samples import open_log
from outreach.accounts.rules import Role
from outreach.reports.layouts import RowMode, list_shipped_presets, read_layout
from outreach.reports.phrases import list_phrases
from outreach.reports.queries import get_layout, list_written, read_phrases
from outreach.reports.settings.forms import LayoutForm, list_values
from signing import Client

pytestmark = pytest.mark.usefixtures("log")
COLUMNS = {
    "columns-0-field": "number",
    "columns-0-heading_es": "No.",
    "columns-0-heading_en": "",
    "columns-1-field": "date",
    "columns-1-heading_es": "Fechas <de envío>",
    "columns-1-heading_en": "Dates",
}
CHOICES = {
    "rows": "month",
    "number": "1.",
    "first_of_month": "1",
    "information_stop": "as-is",
    "total": "figures",
    "bold": "number",
    "counts": "dispatches",
}
LAYOUT = {**COLUMNS, **CHOICES, "slug": "trimestral", "name_es": "Trimestral", "caption_es": "Tabla {number} Envíos"}


@pytest.fixture
def log(app: Flask) -> None:
    assert app
    log = open_log()
    log.add("2026-01-15", "Boletín", audience_id=log.red.id)


def test_every_layout_is_listed_as_it_prints(signed_in: Client) -> None:
    page = signed_in.get("/informes/formatos").text
    for preset in list_shipped_presets():
        assert preset.name_es in page
    assert "Viernes 30 de enero de 2026." in page
    assert "1, 16 y 30 de enero de 2026" in page
    assert "Marzo 2026" in page
    assert "Nuevo formato" in page
    assert "Nuevo formato" not in signed_in.as_role(Role.READER).get("/informes/formatos").text


def test_a_layout_is_written_used_and_removed(signed_in: Client) -> None:
    assert signed_in.get("/informes/formatos/nuevo").status_code == 200
    assert signed_in.submit("/informes/formatos/nuevo", LAYOUT).status_code == 303
    layout = get_layout("trimestral", "es")
    assert (layout.rows, layout.columns, layout.weekday) == (RowMode.MONTH, ("No.", "Fechas <de envío>"), False)
    assert get_layout("trimestral", "en").columns == ("No.", "Dates")
    report = signed_in.get("/informes?periodo=2026-T1&tabla=trimestral&capitulo=3").text
    assert "Tabla 3.1 Envíos" in report
    assert "Fechas &lt;de envío&gt;" in report
    assert 'value="Tabla {number} Envíos"' in signed_in.get("/informes/formatos/trimestral").text
    assert signed_in.submit("/informes/formatos/trimestral", {**LAYOUT, "weekday": "y"}).status_code == 303
    assert get_layout("trimestral", "es").weekday
    assert signed_in.submit("/informes/formatos/trimestral/quitar").status_code == 303
    assert signed_in.get("/informes/formatos/trimestral").status_code == 404


def test_a_layout_without_a_key_takes_it_from_its_name(signed_in: Client) -> None:
    written = {**LAYOUT, "slug": "", "name_es": "Tabla del año"}
    assert signed_in.submit("/informes/formatos/nuevo", written).status_code == 303
    assert get_layout("tabla-del-ano", "es").rows == RowMode.MONTH


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"slug": "basico"}, "Ya hay un formato de tabla con esa clave"),
        ({"slug": "Con espacio"}, "minúsculas"),
        ({"slug": "", "name_es": "¿?"}, "minúsculas"),
        ({"name_es": ""}, "Falta este dato."),
        ({"rows": "week"}, "Elija una de las opciones."),
        ({"columns-0-field": "", "columns-1-field": ""}, "necesita «columns»"),
    ],
)
def test_a_layout_that_cannot_be_printed_is_refused(signed_in: Client, changes: Mapping[str, str], reason: str) -> None:
    answer = signed_in.submit("/informes/formatos/nuevo", {**LAYOUT, **changes})
    assert answer.status_code == 422
    assert reason in answer.text


def test_the_basic_layout_is_never_removed(signed_in: Client) -> None:
    assert signed_in.submit("/informes/formatos/basico/quitar").status_code == 303
    assert signed_in.get("/informes/formatos/basico").status_code == 200


def test_the_sample_follows_the_form_and_keeps_nothing(signed_in: Client) -> None:
    page = signed_in.get("/informes/muestra-de-formato", query_string={**LAYOUT, "weekday": "y"}).text
    assert "Jueves 1, viernes 16 y viernes 30 de enero de 2026" in page
    assert "<strong>5</strong> correos electrónicos" in page
    assert "trimestral" not in signed_in.get("/informes/formatos").text
    refused = signed_in.get("/informes/muestra-de-formato", query_string={"rows": "month"})
    assert refused.status_code == 200
    assert "formato de tabla" in refused.text


def test_a_form_gives_back_the_options_that_it_shows(app: Flask) -> None:
    for preset in list_shipped_presets():
        with app.test_request_context():
            form = LayoutForm(data=list_values(preset.options))
            written = form.read_options()
        for language in ("es", "en"):
            assert read_layout(written, language) == read_layout(preset.options, language), preset.slug


def test_a_phrase_is_written_heard_and_taken_back(signed_in: Client) -> None:
    assert signed_in.get("/informes/frases?idioma=en").status_code == 200
    written = {"told": "En resumen, {period} {verb} {total}{audience}."}
    sample = signed_in.submit("/informes/frases/muestra?idioma=es", written).text
    assert "En resumen, Durante el primer trimestre de 2026 se enviaron nueve correos electrónicos a la Red" in sample
    assert list_written("es") == {}
    assert signed_in.submit("/informes/frases?idioma=es", written).status_code == 303
    assert list_written("es") == written
    assert "En resumen, Durante" in signed_in.get("/informes?periodo=2026-T1").text
    assert "En resumen" not in signed_in.get("/informes?periodo=2026-T1&idioma=en").text
    assert "La del programa:" in signed_in.get("/informes/frases").text
    assert signed_in.submit("/informes/frases?idioma=es", {"told": " "}).status_code == 303
    assert list_written("es") == {}


def test_one_phrase_that_cannot_be_printed_keeps_all_as_they_were(signed_in: Client) -> None:
    written = {"nothing": "Sin novedad.", "told": "{weather}"}
    answer = signed_in.submit("/informes/frases?idioma=es", written)
    assert answer.status_code == 422
    assert "La frase «Con el total» no puede contener {weather}" in answer.text
    assert "Sin novedad." in answer.text
    assert list_written("es") == {}
    assert "no puede contener {weather}" in signed_in.submit("/informes/frases/muestra", written).text


def test_all_phrases_together_are_kept_as_they_ship(signed_in: Client) -> None:
    for language in ("es", "en"):
        texts = {phrase.name: phrase.text for phrase in list_phrases(language)}
        assert signed_in.submit(f"/informes/frases?idioma={language}", texts).status_code == 303
        assert list_written(language) == {}
        assert read_phrases(language)["told"]


@pytest.mark.parametrize("path", ["/informes/formatos/nuevo", "/informes/frases", "/informes/plantilla"])
def test_only_the_administration_changes_how_reports_print(signed_in: Client, path: str) -> None:
    assert signed_in.as_role(Role.WRITER).get(path).status_code == 403
