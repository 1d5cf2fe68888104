"""The whole section of a quarter: every audience and sender, the summaries, in every format."""

import csv
import io
import json
import re
import zipfile
from datetime import date
from typing import Any

import docx
import pytest
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from log_samples import Log, open_log
from outreach.dispatch.log import LogFilter
from outreach.dispatch.rules import Channel
from outreach.reports.documents.formats import Format, write_document
from outreach.reports.goals.service import GoalWords, add_goal
from outreach.reports.periods import parse_period
from outreach.reports.queries import get_layout
from outreach.reports.report import Options, Report, build_report
from outreach.reports.section import build_section
from signing import make_user

HOSTILE = '=HYPERLINK("https://example.org") <script>alert(1)</script> & 🗳️ מואר'


@pytest.fixture
def log(app: Flask) -> Log:
    assert app
    opened = open_log()
    red, diaspora = opened.red.id, opened.diaspora.id
    for day in ("2026-01-15", "2026-01-20", "2026-03-02"):
        opened.add(day, "Boletín", audience_id=red, sender="red@example.org")
    opened.add("2026-02-10", HOSTILE, audience_id=diaspora, sender="voto@example.org")
    opened.add("2026-02-11", "Pulso", audience_id=diaspora, sender="otra@example.org")
    opened.add("2026-02-12", "Sin audiencia")
    opened.add("2026-02-13", "Grupo", audience_id=red, channel=Channel.WHATSAPP)
    opened.add("2025-11-13", "Antes", audience_id=red)
    opened.add("2025-02-01", "Hace un año", audience_id=red)
    opened.add("2025-02-02", "Hace un año", audience_id=red)
    return opened


def _section(period: str = "2026-T1", language: str = "es", options: Options | None = None, **chosen: Any) -> Report:  # noqa: ANN401 - a filter
    layout = get_layout("basico", language)
    return build_section(LogFilter(**chosen), parse_period(period), layout, language, options or Options())


def _part(report: Report, key: str) -> Any:  # noqa: ANN401 - a part
    return next(part for part in report.parts if part.key == key)


@pytest.mark.usefixtures("log")
def test_each_audience_and_sender_has_its_sentence_and_its_table() -> None:
    report = _section(options=Options(chapter="3"))
    assert [(part.key, part.heading) for part in report.parts] == [
        ("audience", "Red de Observación"),
        ("audience", "Diáspora, desde otra@example.org"),
        ("audience", "Diáspora, desde voto@example.org"),
        ("audience", "Sin audiencia registrada"),
        ("channel", "Mensajes de WhatsApp"),
        ("matrix", "Correos electrónicos por audiencia y mes"),
        ("chart", "Correos electrónicos por mes"),
        ("comparison", "Comparación con otros periodos"),
    ]
    first = report.parts[0]
    assert first.sentence is not None
    assert first.sentence.text == (
        "Durante el primer trimestre de 2026 se enviaron tres correos electrónicos a la Red de Observación "
        "mediante el correo de red@example.org."
    )
    assert [table.caption for table in report.all_tables][:3] == [
        "Tabla 3.1 Correos electrónicos a la Red de Observación",
        "Tabla 3.2 Correos electrónicos a la diáspora",
        "Tabla 3.3 Correos electrónicos a la diáspora",
    ]
    assert sum(len(part.tables[0].rows) for part in report.parts[:5]) == 7
    assert report.sentence.text.startswith("Durante el primer trimestre de 2026 se enviaron seis correos electrónicos.")


@pytest.mark.usefixtures("log")
def test_the_matrix_adds_up_by_audience_and_month() -> None:
    (table,) = _part(_section(), "matrix").tables
    assert table.columns == ("Audiencia", "Enero", "Febrero", "Marzo", "Total")
    assert table.rows == (
        ("Diáspora", "0", "2", "0", "2"),
        ("Red de Observación", "2", "0", "1", "3"),
        ("Sin audiencia registrada", "0", "1", "0", "1"),
        ("Total", "2", "3", "1", "6"),
    )


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("period", "columns"),
    [
        ("2026-02", ("Audiencia", "Febrero", "Total")),
        (
            "2025-11-01/2026-02-28",
            ("Audiencia", "Noviembre 2025", "Diciembre 2025", "Enero 2026", "Febrero 2026", "Total"),
        ),
        ("2025-01-01/2026-12-31", ("Audiencia", "2025", "2026", "Total")),
    ],
)
def test_the_matrix_has_the_months_of_a_period_or_its_years(period: str, columns: tuple[str, ...]) -> None:
    assert _part(_section(period), "matrix").tables[0].columns == columns


@pytest.mark.usefixtures("log")
def test_the_chart_says_in_words_what_it_draws() -> None:
    chart = _part(_section(options=Options(chapter="3")), "chart").chart
    assert chart.caption == "Gráfica 3.1 Correos electrónicos por mes"
    assert chart.description == "Gráfica de barras, correos electrónicos por mes: Enero 2, Febrero 3, Marzo 1."


@pytest.mark.usefixtures("log")
def test_the_quarter_is_compared_with_the_one_before_and_a_year_ago() -> None:
    (table,) = _part(_section(), "comparison").tables
    assert table.columns[1:] == (
        "Primer trimestre de 2026",
        "Cuarto trimestre de 2025",
        "Diferencia",
        "Primer trimestre de 2025",
        "Diferencia",
    )
    assert table.rows == (("Correos electrónicos", "6", "1", "+5 (+500\u00a0%)", "2", "+4 (+200\u00a0%)"),)


def test_the_goals_stand_in_the_section_with_what_is_missing(log: Log) -> None:
    words = GoalWords("Al menos cinco a la Red", 5, programme_key="2026-24A000", audience_id=log.red.id)
    add_goal(words, parse_period("2026"), make_user())
    (table,) = _part(_section(), "goals").tables
    assert table.rows == (("Al menos cinco a la Red", "2026-24A000", "5", "4", "1", "31 de diciembre de 2026"),)


@pytest.mark.usefixtures("log")
def test_a_filter_holds_for_the_whole_section() -> None:
    report = _section(audiences=("diaspora",), sender="voto@example.org")
    assert [part.key for part in report.parts] == ["audience", "matrix", "chart", "comparison"]
    assert report.total == 1


@pytest.mark.usefixtures("log")
def test_a_period_without_dispatches_says_so() -> None:
    report = _section("2020-T1")
    assert report.sentence.text == "No se reportan actividades en el periodo."
    assert report.parts == ()
    for chosen in Format:
        assert write_document(report, chosen).content


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("chosen", list(Format))
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_section_is_written_in_every_format_and_language(chosen: Format, language: str) -> None:
    assert write_document(_section(language=language), chosen).content


@pytest.mark.usefixtures("log")
def test_the_section_reads_back_from_its_documents() -> None:
    report = _section(options=Options(chapter="3"))
    written = {chosen: write_document(report, chosen).content for chosen in Format}
    read = json.loads(written[Format.JSON])
    assert [table["caption"] for table in read["tables"]] == [table.caption for table in report.all_tables]
    assert [part["heading"] for part in read["parts"]] == [part.heading for part in report.parts]
    rows = list(csv.reader(io.StringIO(written[Format.CSV].decode("utf-8-sig"), newline="")))
    assert ["Total", "2", "3", "1", "6"] in rows
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(written[Format.XLSX]))
    assert sheets.get_sheet_by_index(0).to_python()[1][1] == date(2026, 1, 15)
    matrix = next(name for name in sheets.sheet_names if name.startswith("Correos electrónicos por"))
    assert sheets.get_sheet_by_name(matrix).to_python()[-1] == ["Total", 2, 3, 1, 6]
    pdf = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(written[Format.PDF])).pages).split())
    for words in ("Tabla 3.1 Correos electrónicos a la Red", "Gráfica 3.1", "Comparación con otros periodos"):
        assert words in pdf
    assert b"<svg" in written[Format.HTML]
    assert b"<script" not in written[Format.HTML]


@pytest.mark.usefixtures("log")
def test_the_word_file_counts_its_captions_and_describes_its_picture() -> None:
    content = write_document(_section(options=Options(chapter="3")), Format.DOCX).content
    document = docx.Document(io.BytesIO(content))
    captions = [p.text for p in document.paragraphs if p.style and p.style.name == "Caption"]
    assert captions[:2] == [
        "Tabla 3.1 Correos electrónicos a la Red de Observación",
        "Tabla 3.2 Correos electrónicos a la diáspora",
    ]
    assert [len(table.rows) for table in document.tables] == [4, 2, 2, 2, 2, 5, 2]
    body = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert re.findall(r"SEQ Tabla \\\* ARABIC( \\r 1)? ", body) == [" \\r 1", *[""] * 6]
    assert 'descr="Gráfica de barras, correos electrónicos por mes: Enero 2, Febrero 3, Marzo 1."' in body
    assert "OutreachMark" not in body
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings[-1] == "Cómo se cuenta"


@pytest.mark.usefixtures("log")
def test_a_report_numbers_its_caption_only_when_asked() -> None:
    layout = get_layout("basico", "es")
    period = parse_period("2026-T1")
    assert build_report(LogFilter(), period, layout, "es").tables[0].caption is None


@pytest.mark.usefixtures("log")
def test_people_and_messages_are_counted_by_the_whole_and_dispatches_by_its_parts() -> None:
    report = _section(options=Options(counts="people"))
    assert "se alcanzó a cero personas" in report.sentence.text
    assert report.parts[0].sentence is not None
    assert "se enviaron tres correos" in report.parts[0].sentence.text
    assert any(text.startswith("Personas alcanzadas: 0") for text in report.definitions)
