from datetime import date

import pytest
from flask import Flask

from log_samples import Log, open_log
from outreach.db import db
from outreach.dispatch.log import LogFilter
from outreach.reports.audit_log import audit_report
from outreach.reports.importing.reader import ImportOptions
from outreach.reports.importing.service import import_table
from outreach.reports.importing.sources import read_pasted
from outreach.reports.periods import Period
from signing import Client

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def log(app: Flask) -> Log:
    assert app
    return open_log()


def test_lines_of_the_log_are_looked_through_by_their_numbers(log: Log) -> None:
    first = log.add("2026-03-03", "Boletín de marzo", audience_id=log.red.id)
    again = log.add("2026-03-03", "boletín de  marzo.", audience_id=log.red.id)
    log.add("2026-03-03", "Boletín de marzo", audience_id=log.diaspora.id)
    doubled = log.add("2026-03-04", "Aviso para para todas las personas")
    log.add("2026-04-01", "Reunión fuera del periodo")
    audit = audit_report(LogFilter(), MARCH)
    assert [(finding.row, finding.code.value) for finding in audit.of_lines] == [
        (again.id, "duplicate-row"),
        (doubled.id, "doubled-word"),
    ]
    assert f"fila {first.id}" in audit.of_lines[0].message


def test_a_row_that_was_refused_is_told_beside_the_report(log: Log, signed_in: Client) -> None:
    assert log
    table = "Fecha\tInformación\n2026-03-03\tAviso.\n31 de abril de 2026\tOtro.\n"
    import_table(read_pasted(table), ImportOptions(), None)
    db.session.commit()
    (told,) = audit_report(LogFilter(), MARCH).of_imports
    assert (told.import_id, told.finding.row, told.finding.code) == (1, 2, "impossible-date")
    page = signed_in.get("/informes?desde=2026-03-01&hasta=2026-03-31").text
    assert "La revisión encontró 1 cosa que mirar" in page
    assert "31 de abril no existe" in page
    assert audit_report(LogFilter(), Period(date(2026, 5, 1), date(2026, 5, 31))).total == 0
