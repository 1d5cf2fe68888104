"""Reports as DOCX, through a Word template that docxtpl fills (`outreach/reports/word/informe.docx`)."""

import io
from pathlib import Path
from typing import Any, TypeAlias

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from outreach.reports.documents.cells import keep_printable
from outreach.reports.layouts import Field
from outreach.reports.report import Report
from outreach.reports.tables import Table

# An element of the file's XML: lxml has no types of its own.
Xml: TypeAlias = Any

TEMPLATE = Path(__file__).parents[1] / "word" / "informe.docx"
# Twentieths of a point; what stands between the margins of a letter page.
_TEXT_WIDTH = 9411
_WIDTHS = {Field.NUMBER: 780, Field.YEAR: 1400, Field.COUNT: 2000}
_LETTER_WIDTH, _CELL_MARGINS = 98, 240
_NARROWEST_DATE, _WIDEST_DATE = 1900, 3700
_CENTRED = frozenset({Field.NUMBER, Field.YEAR, Field.COUNT})
_LANGUAGES = {"es": "es-MX", "en": "en-US"}


def write_docx(report: Report, template: Path = TEMPLATE) -> bytes:
    """Write the report through `template`; every text is escaped, and control characters Word refuses are left out."""
    document: Any = DocxTemplate(template)
    document.render(_list_values(report), autoescape=True)
    word = document.docx
    tables = [table for table in report.tables if table.rows]
    for element, table in zip(word.element.body.iter(qn("w:tbl")), tables, strict=False):
        _finish_table(element, table)
    _set_language(word.styles.element, _LANGUAGES[report.language])
    properties = word.core_properties
    properties.title = keep_printable(f"{report.title}: {report.subtitle}")
    properties.author, properties.language = keep_printable(report.institution)[:255], _LANGUAGES[report.language]
    properties.created = properties.modified = report.made_at.replace(tzinfo=None)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _list_values(report: Report) -> dict[str, Any]:
    """Return what the template's placeholders stand for."""
    sentence = {
        "before": report.sentence.before,
        "emphasised": report.sentence.emphasised,
        "after": report.sentence.after,
    }
    return {
        "institution": keep_printable(report.institution),
        "title": keep_printable(report.title),
        "subtitle": keep_printable(report.subtitle),
        "sentence": {name: keep_printable(text) for name, text in sentence.items()},
        "total": report.total,
        "tables": [_list_table(table, caption_bold=report.layout.caption_bold) for table in report.tables],
        "definitions": [keep_printable(text) for text in report.definitions],
        "warnings": [keep_printable(text) for text in report.warnings],
        "cut_off": keep_printable(report.cut_off),
        "words": {name: report.word(name) for name in ("definitions", "warnings", "page", "of")},
    }


def _list_table(table: Table, *, caption_bold: bool) -> dict[str, Any]:
    caption = keep_printable(table.caption or "")
    return {
        "caption": caption,
        "plain_caption": "" if caption_bold else caption,
        "bold_caption": caption if caption_bold else "",
        "columns": [keep_printable(column) for column in table.columns],
        "rows": [[keep_printable(cell) for cell in row] for row in table.rows],
    }


def _finish_table(element: Xml, table: Table) -> None:
    """Give the columns their widths, merge what is constant, and describe the table to a screen reader."""
    widths = _choose_widths(table)
    grid = element.find(qn("w:tblGrid"))
    for column in list(grid):
        grid.remove(column)
    for width in widths:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), str(width))
        grid.append(column)
    for number, row in enumerate(element.iter(qn("w:tr"))):
        for cell, field, width in zip(row.iter(qn("w:tc")), table.fields, widths, strict=True):
            _finish_cell(cell, field, width, number)
    _set_table_properties(element.find(qn("w:tblPr")), sum(widths), table.caption or ", ".join(table.columns))


def _choose_widths(table: Table) -> list[int]:
    """Give each field its width, a date what its longest cell needs, and share the rest of the line among the texts."""
    widths = {**_WIDTHS, Field.DATE: _measure_dates(table)}
    texts = [field for field in table.fields if field not in widths]
    fixed = sum(widths[field] for field in table.fields if field in widths)
    share = (_TEXT_WIDTH - fixed) // len(texts) if texts else 0
    return [widths.get(field, share) for field in table.fields]


def _measure_dates(table: Table) -> int:
    columns = [index for index, field in enumerate(table.fields) if field is Field.DATE]
    longest = max((len(row[index]) for row in table.rows for index in columns), default=0)
    return min(max(longest * _LETTER_WIDTH + _CELL_MARGINS, _NARROWEST_DATE), _WIDEST_DATE)


def _finish_cell(cell: Xml, field: Field, width: int, row: int) -> None:
    properties = cell.get_or_add_tcPr()
    for name in ("w:tcW", "w:vMerge"):
        for found in properties.findall(qn(name)):
            properties.remove(found)
    measure = OxmlElement("w:tcW")
    measure.set(qn("w:w"), str(width))
    measure.set(qn("w:type"), "dxa")
    properties.insert(0, measure)
    if field is Field.CONSTANT and row:
        _merge(cell, properties, starts=row == 1)
    if field in _CENTRED:
        for paragraph in cell.iter(qn("w:p")):
            paragraph.get_or_add_pPr().get_or_add_jc().set(qn("w:val"), "center")


def _merge(cell: Xml, properties: Xml, *, starts: bool) -> None:
    mark = OxmlElement("w:vMerge")
    mark.set(qn("w:val"), "restart" if starts else "continue")
    properties.insert(1, mark)
    if not starts:
        for text in cell.iter(qn("w:t")):
            text.text = ""


def _set_table_properties(properties: Xml, width: int, description: str) -> None:
    measure = properties.find(qn("w:tblW"))
    measure.set(qn("w:w"), str(width))
    measure.set(qn("w:type"), "dxa")
    layout = OxmlElement("w:tblLayout")
    layout.set(qn("w:type"), "fixed")
    measure.addnext(layout)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), keep_printable(description))
    properties.append(caption)


def _set_language(styles: Xml, language: str) -> None:
    for element in styles.iter(qn("w:lang")):
        element.set(qn("w:val"), language)
