import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as DocxFile
from markdown_it import MarkdownIt
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from log_samples import make_line, make_report
from outreach.reports.documents.cells import is_formula_like, make_csv_safe
from outreach.reports.documents.formats import MEDIA_TYPES, Format, write_document
from outreach.reports.documents.word import TEMPLATE
from outreach.reports.report import Report
from outreach.reports.word import build_template

HOSTILE = [
    '=HYPERLINK("https://example.org","clic")',
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "＝1+1",
    "  =1+1",
    "<script>alert(1)</script>",
    "Tom & Jerry &amp; &lt;b&gt;",
    "{{ 7*7 }} {% raw %} #{7} ${7}",
    "**negrita** _cursiva_ `código` [enlace](https://example.org) | barra \\ <b>",
    "Emoji 🗳️👩🏽‍💻 y ñandú, «comillas» “inglesas”",
    "אזרחים, הצביעו! مواطنون",
    "Mil " * 500,
    "]]> <!-- nada -->",
    '\'apóstrofo y "comillas"',
]


def _report(texts: list[str] | None = None, language: str = "es", **options: object) -> Report:
    lines = [make_line("2026-03-03", text) for text in texts or HOSTILE]
    return make_report(lines, language, information_stop="as-is", **options)


def _texts(report: Report) -> list[str]:
    return [row[-1] for row in report.tables[0].rows]


def _write(report: Report, chosen: Format) -> bytes:
    return write_document(report, chosen).content


def test_hostile_texts_reach_the_table_unharmed() -> None:
    assert _texts(_report()) == [text.strip(" ") for text in HOSTILE]


def test_json_reads_back_with_the_printed_cells() -> None:
    report = _report()
    read = json.loads(_write(report, Format.JSON))
    assert set(read) == {"period", "sentence", "total", "definitions", "tables", "warnings"}
    assert read["period"] == {"from": "2026-01-01", "to": "2026-03-31"}
    assert read["total"] == len(HOSTILE)
    assert read["sentence"] == report.sentence.text
    (table,) = read["tables"]
    assert table["caption"] is None
    assert table["columns"] == ["No.", "Fecha", "Información"]
    assert [tuple(row) for row in table["rows"]] == list(report.tables[0].rows)


def test_csv_reads_back_and_no_cell_is_a_formula() -> None:
    report = _report()
    content = _write(report, Format.CSV)
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert tuple(head) == report.tables[0].columns
    assert [row[-1] for row in rows] == [make_csv_safe(text) for text in _texts(report)]
    assert not any(is_formula_like(cell) for row in rows for cell in row)


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\rx", "  =1", "＝1", "＋1", "－1", "＠x", "\ufeff=1", "\u200b=1"]
)
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert make_csv_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1.", "Aviso", "2020-2021", "a=b", "«=1»", "¡Hola!"])
def test_what_does_not_look_like_a_formula_stays(text: str) -> None:
    assert make_csv_safe(text) == text


class _Reader(HTMLParser):
    """Collects the cells, and every address and element of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.cells: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag == "td":
            self.cells.append("")
        self._in_cell = tag == "td"

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag != "td"

    def handle_data(self, data: str) -> None:  # the base class calls it so
        if self._in_cell:
            self.cells[-1] += data


def _read_html(content: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(content.decode())
    return reader


def test_html_reads_back_and_loads_nothing() -> None:
    report = _report()
    content = _write(report, Format.HTML)
    page = _read_html(content)
    assert page.cells == [cell for row in report.tables[0].rows for cell in row]
    assert "script" not in page.elements
    assert not {"src", "href", "action"} & {name for name, _ in page.attributes}
    assert b"url(" not in content
    assert b"@import" not in content


def test_html_is_accessible() -> None:
    page = _read_html(_write(_report(caption="Tabla 1"), Format.HTML))
    assert ("lang", "es-MX") in page.attributes
    assert page.elements.count("h1") == 1
    assert {"title", "main", "caption"} <= set(page.elements)
    assert page.attributes.count(("scope", "col")) == 3


def test_a_merged_column_spans_its_rows_in_html() -> None:
    report = _report(["Uno", "Dos"], columns=["Fecha", "Objetivo"], fields=["date", "constant"], constant="Informar")
    page = _read_html(_write(report, Format.HTML))
    assert page.cells.count("Informar") == 1
    assert ("rowspan", "2") in page.attributes


def test_markdown_reads_back_and_holds_no_markup_of_the_log() -> None:
    report = _report()
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(_write(report, Format.MARKDOWN).decode())
    page = _read_html(html.encode())
    assert page.cells == [" ".join(cell.split(" ")).rstrip() for row in report.tables[0].rows for cell in row]
    assert not {"script", "em", "code", "a", "b"} & set(page.elements)


def test_markdown_emphasises_the_total() -> None:
    text = _write(_report(bold="number", caption="1. Tabla", caption_bold=True), Format.MARKDOWN).decode()
    assert "se enviaron **15** correos electrónicos" in text
    assert "**1. Tabla**" in text


def _read_docx(content: bytes) -> DocxFile:
    return docx.Document(io.BytesIO(content))


def test_docx_reads_back_equal_to_the_rows() -> None:
    report = _report()
    (table,) = _read_docx(_write(report, Format.DOCX)).tables
    head, *rows = [tuple(cell.text for cell in row.cells) for row in table.rows]
    assert head == report.tables[0].columns
    assert rows == list(report.tables[0].rows)


def test_docx_says_everything_of_the_report() -> None:
    document = _read_docx(_write(_report(bold="number-and-noun", caption="Tabla 3.2 Envíos & más"), Format.DOCX))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:2] == ["Informe de envíos", "Primer trimestre de 2026"]
    assert any(text.startswith("Durante el primer trimestre de 2026 se enviaron 15 correos") for text in texts)
    assert "Tabla 3.2 Envíos & más" in texts
    assert "Envío: una campaña & una audiencia." in texts
    assert "Cifras <parciales>." in texts
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "Instituto & Compañía <de prueba>"
    assert section.footer.paragraphs[0].text.startswith("Información con corte al 3 de marzo de 2026, 9:00 h.")
    bold = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.bold and run.text]
    assert "15 correos electrónicos" in bold


def test_docx_repeats_its_heading_row_and_has_a_style_a_caption_and_a_language() -> None:
    content = _write(_report(caption="Tabla 1"), Format.DOCX)
    document = _read_docx(content)
    style = document.tables[0].style
    assert style
    assert style.name == build_template.TABLE_STYLE
    assert [p.text for p in document.paragraphs if p.style and p.style.name == "Caption"] == ["Tabla 1"]
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert xml.count("<w:tblHeader/>") == 1
    assert document.core_properties.language == "es-MX"
    assert document.core_properties.title == "Informe de envíos: Primer trimestre de 2026"


def test_docx_merges_what_is_constant() -> None:
    report = _report(["Uno", "Dos"], columns=["Fecha", "Objetivo"], fields=["date", "constant"], constant="Informar")
    content = _write(report, Format.DOCX)
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert xml.count("Informar<") == 1
    assert [row.cells[1].text for row in _read_docx(content).tables[0].rows] == ["Objetivo", "Informar", "Informar"]


def test_docx_without_lines_has_no_table() -> None:
    document = _read_docx(_write(make_report([], caption="Tabla 1"), Format.DOCX))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert not document.tables
    assert "No se reportan actividades en el periodo." in texts
    assert "Tabla 1" not in texts


def test_control_characters_break_no_file() -> None:
    report = _report(["uno\x00dos\x01tres\x1b\ufffe"])
    assert _read_docx(_write(report, Format.DOCX)).tables[0].rows[1].cells[2].text == "unodostres"
    assert _read_xlsx(_write(report, Format.XLSX))[1][2] == "unodostres"


def _read_xlsx(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_xlsx_reads_back_with_typed_dates_and_no_formula() -> None:
    report = _report()
    content = _write(report, Format.XLSX)
    head, *rows = _read_xlsx(content)
    assert tuple(head) == report.tables[0].columns
    assert [row[0] for row in rows] == list(range(1, len(HOSTILE) + 1))
    assert {row[1] for row in rows} == {date(2026, 3, 3)}
    assert [row[2] for row in rows] == _texts(report)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<autoFilter" in sheet
    assert 'state="frozen"' in sheet


def test_xlsx_prints_dates_as_the_layout_says() -> None:
    content = _write(_report(["Uno"], weekday=True, date_stop=True), Format.XLSX)
    styles = zipfile.ZipFile(io.BytesIO(content)).read("xl/styles.xml").decode()
    assert "[$-80A]dddd d&quot; de &quot;mmmm&quot; de &quot;yyyy&quot;.&quot;" in styles


def test_xlsx_keeps_several_days_as_text() -> None:
    lines = [make_line("2026-03-03", "Uno"), make_line("2026-03-10", "Uno")]
    content = _write(make_report(lines, rows="month-and-text"), Format.XLSX)
    assert _read_xlsx(content)[1][1] == "3 y 10 de marzo de 2026"


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("chosen", list(MEDIA_TYPES))
def test_every_format_is_written_in_both_languages(chosen: Format, language: str) -> None:
    document = write_document(make_report([make_line("2026-03-03")], language), chosen)
    assert document.content
    assert re.fullmatch(rf"(informe|report)-2026-T1\.{chosen}", document.filename)


def _read_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_pdf_says_everything_and_keeps_its_standard() -> None:
    content = _write(_report(["Uno", "Dos"], caption="Tabla 3.2 Envíos & más", bold="number"), Format.PDF)
    text = _read_pdf(content)
    for words in ("Informe de envíos", "Tabla 3.2 Envíos & más", "Uno.", "3 de marzo de 2026", "Cifras <parciales>."):
        assert words.removesuffix(".") in text
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"].get_object()
    assert root["/Lang"] == "es-MX"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Informe de envíos: Primer trimestre de 2026"


def test_hostile_texts_go_through_the_pdf() -> None:
    text = " ".join(_read_pdf(_write(_report(), Format.PDF)).split())
    for words in (*HOSTILE[:4], *HOSTILE[6:9], "{{ 7*7 }}", "ñandú, «comillas»", "]]> <!-- nada -->"):
        assert " ".join(words.split()) in text


def test_a_sign_that_no_font_has_is_a_box_with_the_sign_as_its_words() -> None:
    content = _write(_report(["Vota 🗳️👩🏽‍💻 hoy", "漢字"]), Format.PDF)
    root: Any = PdfReader(io.BytesIO(content)).trailer["/Root"]
    alternatives = [str(found["/Alt"]) for found in _walk_structure(root["/StructTreeRoot"]) if "/Alt" in found]
    assert "🗳👩🏽\u200d💻" in "".join(alternatives)


def _walk_structure(node: Any) -> Iterator[Any]:  # noqa: ANN401 - pypdf's own objects
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for part in node:
            yield from _walk_structure(part)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from _walk_structure(node["/K"])


def test_the_word_template_is_the_one_its_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "informe.docx"
    monkeypatch.setattr(build_template, "TEMPLATE", made)
    build_template.build()
    with zipfile.ZipFile(made) as fresh, zipfile.ZipFile(TEMPLATE) as kept:
        assert fresh.namelist() == kept.namelist()
        assert all(fresh.read(name) == kept.read(name) for name in fresh.namelist())
