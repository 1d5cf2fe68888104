import io
import json

import docx
import pytest
from flask import Flask

from log_samples import Log, open_log
from outreach.accounts.rules import Role
from outreach.db import db
from outreach.dispatch.rules import Channel
from signing import Client

pytestmark = pytest.mark.both_databases

HOSTILE = "<script>alert('x')</script> & «más»"


@pytest.fixture
def log(app: Flask) -> Log:
    assert app
    log = open_log()
    log.add("2026-01-15", "Boletín de enero", audience_id=log.red.id, kind_id=log.boletin.id)
    log.add("2026-02-10", HOSTILE, audience_id=log.diaspora.id, sender="correo@example.org")
    log.add("2026-02-12", "Cadena", audience_id=log.diaspora.id, channel=Channel.WHATSAPP)
    db.session.commit()
    return log


@pytest.mark.usefixtures("log")
def test_the_log_lists_its_lines_and_escapes_them(signed_in: Client) -> None:
    page = signed_in.get("/bitacora").text
    assert "15 ene 2026" in page
    assert "3 envíos" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.usefixtures("log")
def test_the_log_is_filtered_by_its_address(signed_in: Client) -> None:
    page = signed_in.get("/bitacora?audiencia=diaspora&canal=whatsapp&desde=2026-02-01").text
    assert "Cadena" in page
    assert "Boletín de enero" not in page
    assert "/bitacora/exportar/csv?desde=2026-02-01&amp;audiencia=diaspora&amp;canal=whatsapp" in page
    assert "Ningún envío coincide" in signed_in.get("/bitacora?palabras=nada").text


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("desde=2026-02-30", "no existe"),
        ("desde=ayer", "no es una fecha"),
        ("desde=2026-03-02&hasta=2026-03-01", "antes de empezar"),
        ("audiencia=nada", "No existe la audiencia"),
        ("tipo=nada", "No existe el tipo de envío"),
    ],
)
@pytest.mark.parametrize("path", ["/bitacora", "/informes"])
def test_a_wrong_question_is_refused_on_the_page(signed_in: Client, path: str, question: str, reason: str) -> None:
    answer = signed_in.get(f"{path}?{question}")
    assert answer.status_code == 422
    assert reason in answer.text


def test_a_long_log_comes_in_pages_and_the_latest_first(signed_in: Client) -> None:
    log = open_log()
    for number in range(60):
        log.add("2026-03-03", f"Aviso número {number:02d}")
    db.session.commit()
    first, second = signed_in.get("/bitacora").text, signed_in.get("/bitacora?page=2").text
    assert "Aviso número 59" in first
    assert "Aviso número 10" in first
    assert "Aviso número 09" not in first
    assert "Aviso número 09" in second


@pytest.mark.usefixtures("log")
def test_the_form_keeps_a_quarter_of_long_ago(signed_in: Client) -> None:
    page = signed_in.get("/informes?periodo=2020-T4").text
    assert '<option value="2020-T4" selected>Cuarto trimestre de 2020</option>' in page


@pytest.mark.usefixtures("app")
def test_the_log_and_the_report_are_filtered_by_programme_key(signed_in: Client) -> None:
    log = open_log()
    log.add("2026-02-10", "Con clave", programme_key="2026-24A000")
    log.add("2026-02-11", "Sin ella")
    db.session.commit()
    for path in ("/bitacora?clave=2026-24A000", "/informes?periodo=2026-T1&clave=2026-24A000"):
        page = signed_in.get(path).text
        assert "Con clave" in page
        assert "Sin ella" not in page
        assert "clave=2026-24A000" in page


@pytest.mark.usefixtures("log")
def test_the_log_is_exported_as_it_is_filtered(signed_in: Client) -> None:
    answer = signed_in.get("/bitacora/exportar/json?audiencia=diaspora")
    assert [line["information"] for line in json.loads(answer.data)] == [HOSTILE, "Cadena"]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert signed_in.get("/bitacora/exportar/csv").data.startswith(b"\xef\xbb\xbf")
    assert signed_in.get("/bitacora/exportar/xlsx").data.startswith(b"PK")
    assert signed_in.get("/bitacora/exportar/pdf").status_code == 404


@pytest.mark.usefixtures("log")
def test_the_report_is_shown_as_it_prints(signed_in: Client) -> None:
    page = signed_in.get("/informes?periodo=2026-T1&audiencia=red-observacion").text
    assert "Durante el primer trimestre de 2026 se envió un correo electrónico a la Red de Observación." in page
    assert "Boletín de enero." in page
    assert "<script>alert" not in page


@pytest.mark.usefixtures("log")
def test_two_days_go_before_the_quarter(signed_in: Client) -> None:
    page = signed_in.get("/informes?periodo=2026-T1&desde=2026-02-01&hasta=2026-02-11&tabla=por-mes&idioma=en").text
    assert "From February 1 to February 11, 2026, one e-mail was sent." in page
    assert "Dates sent" in page


@pytest.mark.usefixtures("log", "now")
def test_without_a_question_it_is_the_present_quarter(signed_in: Client) -> None:
    page = signed_in.get("/informes").text
    assert "Durante el primer trimestre de 2026 se enviaron dos correos electrónicos." in page
    assert "El periodo termina el 31 de marzo de 2026: las cifras son parciales." in page


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("chosen", ["docx", "pdf", "xlsx", "csv", "html", "md", "json"])
def test_the_report_is_downloaded_in_every_format(signed_in: Client, chosen: str) -> None:
    answer = signed_in.get(f"/informes/descargar/{chosen}?periodo=2026-T1")
    assert answer.status_code == 200
    assert f"informe-2026-T1.{chosen}" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("log")
def test_the_downloaded_document_has_the_rows(signed_in: Client) -> None:
    answer = signed_in.get("/informes/descargar/docx?periodo=2026-T1&audiencia=diaspora")
    (table,) = docx.Document(io.BytesIO(answer.data)).tables
    assert [row.cells[2].text for row in table.rows] == ["Información", f"{HOSTILE}.", "Cadena."]


@pytest.mark.usefixtures("log")
def test_everybody_who_signs_in_may_read(signed_in: Client) -> None:
    reader = signed_in.as_role(Role.READER)
    assert reader.get("/bitacora").status_code == 200
    assert reader.get("/informes").status_code == 200
    assert signed_in.get("/informes/descargar/odt").status_code == 404
    assert signed_in.get("/informes/descargar/docx?periodo=nada").status_code == 404
