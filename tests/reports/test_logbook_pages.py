from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from log_samples import Log, open_log
from making import REVIEWER, WRITER, add_people, schedule_campaign
from outreach.accounts.rules import Role
from outreach.audiences.queries import get_audience
from outreach.audiences.seeding import seed_audiences
from outreach.campaigns.seeding import seed_campaign_words
from outreach.db import db
from outreach.dispatch.chain import verify_chain
from outreach.dispatch.log import LogFilter, stream_lines
from outreach.dispatch.models import Dispatch, LogImport
from outreach.dispatch.rules import Channel
from outreach.reports.importing.uploads import find_upload
from signing import Client, make_user

pytestmark = pytest.mark.usefixtures("now")

TABLE = (
    "No.\tFecha\tInformación\n"
    "1.\tMartes 6 de enero de 2026\tInvitación a la Red de Observación a un foro.\n"
    "2.\tViernes 31 de abril de 2026\t=HYPERLINK(1) <script>\n"
    "3.\tAbril 2026\tAviso a\n"
    "la Diáspora 🗳️ &amp; «مرحبا»\n"
)
ENTRY = {"sent_on": "2026-03-02", "channel": "whatsapp", "information": "Convocatoria al foro"}


@pytest.fixture
def log(app: Flask) -> Log:
    assert app
    opened = open_log()
    db.session.commit()
    return opened


def _lines() -> list[str]:
    return [line.information_es for line in stream_lines(LogFilter())]


def _add(browser: Client, **changes: object) -> int:
    answer = browser.submit("/bitacora/nueva", {**ENTRY, **changes})
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[-1])


def test_a_line_is_added_by_hand_with_its_reach_and_evidence(log: Log, signed_in: Client) -> None:
    evidence = (BytesIO(b"visto"), "../captura.png")
    number = _add(signed_in, audience=str(log.red.id), reach="40", reach_source="Integrantes", evidence=evidence)
    page = signed_in.get(f"/bitacora/{number}").text
    assert "Convocatoria al foro" in page
    assert "40 · Integrantes" in page
    sent = signed_in.get(f"/bitacora/{number}/evidencia")
    assert (sent.data, sent.mimetype) == (b"visto", "application/octet-stream")
    assert "captura.png" in sent.headers["Content-Disposition"]
    assert ".." not in sent.headers["Content-Disposition"]
    assert "Alcance: 40" in signed_in.get("/bitacora").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"information": ""}, "Falta este dato"),
        ({"sent_on": "2026-03-04"}, "todavía no llega"),
        ({"reach": "5"}, "Falta la fuente del alcance"),
        ({"reach": "-5"}, "al menos|entre"),
        ({"channel": "paloma"}, "Elija una de las opciones"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    log: Log, signed_in: Client, changes: dict[str, str], sentence: str
) -> None:
    assert log
    answer = signed_in.submit("/bitacora/nueva", {**ENTRY, **changes})
    assert answer.status_code == 422
    assert any(part in answer.text for part in sentence.split("|")), answer.text
    assert _lines() == []


def test_a_month_alone_is_kept_as_a_month(log: Log, signed_in: Client) -> None:
    assert log
    _add(signed_in, is_month_only="y")
    (line,) = stream_lines(LogFilter())
    assert (line.sent_on.isoformat(), line.is_month_only) == ("2026-03-01", True)
    assert "Marzo 2026" in signed_in.get("/bitacora").text


def test_a_correction_is_shown_beside_what_it_corrects(log: Log, signed_in: Client) -> None:
    assert log
    number = _add(signed_in)
    form = {**ENTRY, "information": "Convocatoria al segundo foro", "reason": "Era el segundo"}
    answer = signed_in.submit(f"/bitacora/{number}/corregir", form)
    assert answer.status_code == 303
    page = signed_in.get(answer.location).text
    assert "Era el segundo" in page
    assert _lines() == ["Convocatoria al segundo foro"]
    assert "Ya no cuenta" in signed_in.get(f"/bitacora/{number}").text
    assert signed_in.submit(f"/bitacora/{number}/corregir", form).status_code == 422


def test_a_line_is_withdrawn_with_a_reason(log: Log, signed_in: Client) -> None:
    assert log
    number = _add(signed_in)
    assert signed_in.submit(f"/bitacora/{number}/anular", {"void_reason": ""}).status_code == 422
    assert signed_in.submit(f"/bitacora/{number}/anular", {"void_reason": "No ocurrió"}).status_code == 303
    assert _lines() == []
    assert "No ocurrió" in signed_in.get(f"/bitacora/{number}").text


def _upload(browser: Client, **fields: object) -> str:
    answer = browser.submit("/bitacora/importar", {"channel": "email", "accepts_guesses": "y", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_pasted_table_is_shown_with_its_audit_then_enters_then_is_undone(log: Log, signed_in: Client) -> None:
    assert log
    preview = _upload(signed_in, pasted=TABLE, stated_total="4")
    page = signed_in.get(preview).text
    assert "31 de abril no existe" in page
    assert "El informe dice 4" in page
    assert "Red de Observación</strong> (supuesta por el texto)" in page
    assert "<script>" not in page.partition("<main")[2]
    assert _lines() == []
    answer = signed_in.submit(preview)
    assert answer.status_code == 303
    assert _lines() == ["Invitación a la Red de Observación a un foro.", "Aviso a la Diáspora 🗳️ &amp; «مرحبا»"]
    assert "31 de abril no existe" in signed_in.get(answer.location).text
    assert signed_in.get(preview).status_code == 404
    number = db.session.scalars(select(LogImport.id)).one()
    assert signed_in.submit(f"/bitacora/importaciones/{number}/deshacer", {"void_reason": "Otra"}).status_code == 303
    assert _lines() == []
    assert "Deshecha" in signed_in.get("/bitacora/importaciones").text
    assert verify_chain().breaks == ()


def test_guesses_may_be_declined(log: Log, signed_in: Client) -> None:
    assert log
    signed_in.submit(_upload(signed_in, pasted=TABLE, accepts_guesses=""))
    assert {dispatch.audience_id for dispatch in db.session.scalars(select(Dispatch))} == {None}


def test_a_file_is_taken_as_well(log: Log, signed_in: Client) -> None:
    assert log
    signed_in.submit(_upload(signed_in, file=(BytesIO(TABLE.replace("\t", ";").encode("cp1252", "replace")), "t.csv")))
    assert _lines()[0] == "Invitación a la Red de Observación a un foro."


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Elija un archivo o pegue la tabla"),
        ({"pasted": "sin tabla"}, "no es una tabla"),
        ({"pasted": "Uno\tDos\na\tb"}, "Ninguna columna tiene fechas"),
        ({"pasted": TABLE, "first_on": "2026-01-01"}, "los dos días"),
        ({"pasted": TABLE, "first_on": "2026-01-02", "last_on": "2026-01-01"}, "intercambie"),
        ({"file": (BytesIO(b"%PDF-1.4"), "informe.pdf")}, "PDF"),
    ],
)
def test_what_is_no_table_is_refused(
    log: Log, signed_in: Client, fields: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    assert log
    answer = signed_in.submit("/bitacora/importar", {"channel": "email", **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not list(tmp_path.glob("outreach/log-uploads/*"))


def test_a_table_belongs_to_whoever_brought_it(log: Log, signed_in: Client) -> None:
    assert log
    preview = _upload(signed_in, pasted=TABLE)
    other = signed_in.as_role(Role.WRITER)
    assert other.get(preview).status_code == 404
    assert other.submit(preview).status_code == 404
    assert find_upload("../../etc/passwd", 1) is None
    assert signed_in.submit(f"{preview}/descartar").status_code == 303
    assert signed_in.get(preview).status_code == 404


def test_whoever_only_reads_sees_no_buttons_to_add(log: Log, signed_in: Client) -> None:
    assert log
    number = _add(signed_in)
    reader = signed_in.as_role(Role.READER)
    assert "Añadir a mano" not in reader.get("/bitacora").text
    assert "Anular" not in reader.get(f"/bitacora/{number}").text


def test_a_campaign_gives_its_message_for_a_group_and_is_logged_with_one_press(app: Flask, signed_in: Client) -> None:
    assert app
    seed_audiences()
    seed_campaign_words()
    add_people("osc", [("ana@example.org", "es")])
    make_user(Role.WRITER, WRITER)
    make_user(Role.REVIEWER, REVIEWER)
    campaign = schedule_campaign(("osc",))
    page = signed_in.get(f"/bitacora/campanas/{campaign.id}/whatsapp").text
    assert "*Hola, vecina, vecino*" in page
    assert "Un saludo para ti." in page
    assert "Ver el micrositio\nhttps://www.iecm.mx/" in page
    audience = str(get_audience("osc").id)
    answer = signed_in.submit(f"/bitacora/campanas/{campaign.id}/whatsapp", {"audience": audience, "sender": "Aliadas"})
    assert answer.status_code == 303
    (line,) = stream_lines(LogFilter())
    assert (line.information_es, line.channel, line.audience) == ("Boletín de prueba.", Channel.WHATSAPP, "osc")
    assert (line.sender, line.kind, line.campaign_id) == ("Aliadas", "boletin", None)
