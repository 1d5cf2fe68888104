"""Closed periods: what was frozen stays, what changes later stands apart, and closing twice is refused."""

import io
import json
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from log_samples import Log, open_log
from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.db import db
from outreach.dispatch.correcting import Change, correct_line, void_line
from outreach.dispatch.log import LogFilter
from outreach.reports.closing.errors import ClosingError
from outreach.reports.closing.queries import find_closing, list_closings, read_lines
from outreach.reports.closing.service import close_period, hash_content, hash_figures, list_broken, reopen_period
from outreach.reports.documents.formats import Format, write_document
from outreach.reports.models import ClosingDocument, ClosingLine
from outreach.reports.periods import parse_period
from outreach.reports.queries import get_layout
from outreach.reports.report import Report, build_report
from outreach.reports.section import build_section
from signing import Client, make_user

QUARTER = parse_period("2026-T1")
LATER = datetime(2026, 4, 2, 15, tzinfo=UTC)


@pytest.fixture
def log(app: Flask) -> Log:
    assert app
    opened = open_log()
    opened.add("2026-01-15", "Boletín de enero", audience_id=opened.red.id, sender="a@example.org")
    opened.add("2026-02-10", "Boletín de febrero", audience_id=opened.diaspora.id, sender="b@example.org")
    opened.add("2026-05-01", "Boletín de mayo", audience_id=opened.red.id)
    return opened


@pytest.fixture
def user(log: Log) -> User:
    assert log
    return make_user(Role.ADMINISTRATOR)


@pytest.fixture(autouse=True)
def _in_april() -> object:
    with time_machine.travel(LATER, tick=False):
        yield


def _report(**chosen: object) -> Report:
    return build_report(LogFilter(**chosen), QUARTER, get_layout("basico", "es"), "es")  # type: ignore[arg-type] # a filter


def _texts(report: Report) -> list[str]:
    return [row[-1] for row in report.tables[0].rows]


def test_closing_keeps_figures_documents_and_who_did_it(user: User) -> None:
    closing = close_period(QUARTER, user)
    assert closing.figures["dispatches"] == 2
    assert closing.figures["by_audience"] == {"diaspora": 1, "red-observacion": 1}
    assert closing.figures["by_month"] == {"2026-01": 1, "2026-02": 1}
    assert closing.sha256 == hash_figures(closing.figures)
    assert (closing.closed_by.name, closing.closed_at) == (user.name, LATER)
    documents = db.session.scalars(select(ClosingDocument).order_by(ClosingDocument.id)).all()
    assert [document.filename for document in documents] == [
        f"informe-2026-T1.{ending}" for ending in ("docx", "pdf", "xlsx", "json")
    ]
    assert {document.filename: hash_content(document.content) for document in documents} == closing.figures["documents"]
    assert json.loads(documents[-1].content)["total"] == 2
    assert len(db.session.scalars(select(ClosingLine.dispatch_id)).all()) == 2
    assert list_broken(closing) == []


def test_a_document_or_figure_that_was_changed_is_found_out(user: User) -> None:
    closing = close_period(QUARTER, user)
    db.session.execute(update(ClosingDocument).where(ClosingDocument.filename.endswith(".json")).values(content=b"{}"))
    db.session.expire_all()
    assert list_broken(closing) == ["informe-2026-T1.json"]
    closing.figures = {**closing.figures, "dispatches": 3}
    assert list_broken(closing) == ["cifras", "informe-2026-T1.json"]


def test_a_period_is_closed_once_and_only_when_it_is_over(user: User) -> None:
    close_period(QUARTER, user)
    with pytest.raises(ClosingError, match="ya está cerrado"):
        close_period(QUARTER, user)
    with pytest.raises(ClosingError, match="termina el 2026-06-30"):
        close_period(parse_period("2026-T2"), user)


def test_an_open_period_has_no_addendum(user: User) -> None:
    assert user
    assert find_closing(QUARTER) is None
    assert _report().parts == ()


def test_what_changes_later_prints_as_an_addendum_and_the_closed_figures_stay(log: Log, user: User) -> None:
    first = log.add("2026-03-01", "Con un error", audience_id=log.red.id)
    second = log.add("2026-03-02", "De más", audience_id=log.diaspora.id)
    closing = close_period(QUARTER, user)
    before = _texts(_report())
    (unchanged,) = _report().parts
    assert unchanged.notes[-1] == "Después del cierre no cambió nada."
    correct_line(first.id, Change(information_es="Sin el error"), "Era un error", user)
    void_line(second.id, "No se envió", user)
    log.add("2026-03-09", "Tardío", audience_id=log.red.id)
    report = _report()
    assert _texts(report) == before
    assert report.total == 4
    (addendum,) = report.parts
    assert [(row[0], row[2]) for row in addendum.tables[0].rows] == [
        ("Se agregó", "Sin el error"),
        ("Se agregó", "Tardío"),
        ("Se corrigió o anuló", "Con un error"),
        ("Se corrigió o anuló", "De más"),
    ]
    assert closing.sha256 in addendum.notes[0]
    assert "después cambiaron 4 líneas" in report.warnings[-1]
    for chosen in Format:
        assert write_document(report, chosen).content
    section = build_section(LogFilter(), QUARTER, get_layout("basico", "es"), "es")
    assert section.parts[-1].key == "addendum"
    assert section.total == 4


def test_a_filtered_report_of_a_closed_period_tells_only_its_own_changes(log: Log, user: User) -> None:
    line = log.add("2026-03-01", "Con un error", audience_id=log.red.id)
    close_period(QUARTER, user)
    void_line(line.id, "No se envió", user)
    assert _texts(_report(audiences=("red-observacion",))) == ["Boletín de enero.", "Con un error."]
    assert _report(audiences=("diaspora",)).parts[0].notes[-1] == "Después del cierre no cambió nada."
    for chosen in ({"words": "ERROR"}, {"sender": ""}):
        reading = read_lines(LogFilter(**chosen), QUARTER)  # type: ignore[arg-type] # a filter
        assert [removed.information_es for removed in reading.removed] == ["Con un error"]
    assert not read_lines(LogFilter(words="otra"), QUARTER).removed


def test_reopening_edits_nothing_and_the_period_may_be_closed_again(log: Log, user: User) -> None:
    first = close_period(QUARTER, user)
    log.add("2026-03-09", "Tardío", audience_id=log.red.id)
    kept = (first.sha256, dict(first.figures), first.closed_at)
    with pytest.raises(ClosingError, match="por qué"):
        reopen_period(first, "  ", user)
    reopen_period(first, "Faltaba una línea", user)
    assert find_closing(QUARTER) is None
    assert len(_texts(_report())) == 3
    with pytest.raises(ClosingError, match="ya no es el vigente"):
        reopen_period(first, "Otra vez", user)
    second = close_period(QUARTER, user)
    db.session.expire_all()
    assert (first.sha256, first.figures, first.closed_at) == kept
    assert (second.version, second.figures["dispatches"]) == (2, 3)
    assert [closing.version for closing in list_closings()] == [2, 1]
    assert list_broken(first) == list_broken(second) == []


@pytest.mark.usefixtures("log")
def test_a_quarter_is_closed_shown_and_reopened_by_page(signed_in: Client) -> None:
    assert "Todavía no se cierra ningún periodo" in signed_in.get("/informes/cierres").text
    assert signed_in.submit("/informes/cierres", {"periodo": "2026-T1"}).location == "/informes/cierres/1"
    page = signed_in.get("/informes/cierres/1").text
    assert "Primer trimestre de 2026" in page
    assert "Después del cierre no cambió nada." in page
    answer = signed_in.get("/informes/cierres/1/informe-2026-T1.json")
    assert json.load(io.BytesIO(answer.data))["total"] == 2
    assert "attachment" in answer.headers["Content-Disposition"]
    assert signed_in.get("/informes/cierres/1/otro.pdf").status_code == 404
    assert signed_in.get("/informes/cierres/9").status_code == 404
    again = signed_in.submit("/informes/cierres", {"periodo": "2026-T1"})
    assert again.status_code == 422
    assert "ya está cerrado" in again.text
    assert signed_in.submit("/informes/cierres", {"periodo": "nunca"}).status_code == 422
    assert signed_in.submit("/informes/cierres/1/reabrir", {"motivo": ""}).status_code == 422
    assert signed_in.submit("/informes/cierres/1/reabrir", {"motivo": "<Falta>"}).status_code == 303
    assert "«&lt;Falta&gt;»" in signed_in.get("/informes/cierres/1").text
    assert "Reabierto" in signed_in.get("/informes/cierres").text
