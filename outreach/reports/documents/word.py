"""Reports as DOCX, through a Word template that docxtpl fills (`outreach/reports/word/informe.docx`).

docxtpl puts in the texts; tables and captions are put in afterwards, where it left their marks.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from outreach.reports.captions import find_number
from outreach.reports.charts import Chart
from outreach.reports.documents.cells import keep_printable
from outreach.reports.documents.grids import Styles, write_caption, write_grid
from outreach.reports.documents.typesetting import draw_png
from outreach.reports.parts import Part
from outreach.reports.report import Report
from outreach.reports.sentences import Sentence
from outreach.reports.tables import Table

# An element of the file's XML, or a part of python-docx: neither has types of its own.
Xml: TypeAlias = Any

TEMPLATE = Path(__file__).parents[1] / "word" / "informe.docx"
TABLE_STYLE = "Tabla de informe"
# By the names that Word gives them in every language; what a template lacks comes from the one that ships.
_STYLES = ("caption", TABLE_STYLE, "Celda")
_MARK = "OutreachMark"
# No text of a report can be a comment: its signs are escaped.
_COMMENT = re.compile(rb"<!--OutreachMark(\d+)-->")
_BODY = "word/document.xml"
_LANGUAGES = {"es": "es-MX", "en": "en-US"}
_PICTURE_WIDTH = Mm(160)
_TWENTIETH_OF_A_POINT = 635
_KEYS = ("matrix", "chart", "comparison", "goals", "addendum")


def write_docx(report: Report, template: bytes | None = None) -> bytes:
    """Write the report through `template`, else the shipped one; control characters that Word refuses are left out."""
    document: Any = DocxTemplate(io.BytesIO(template) if template else TEMPLATE)
    document.init_docx()
    filling = _Filling(document, _prepare_styles(document.docx))
    document.render(filling.list_values(report), _make_environment(), autoescape=True)
    word = document.docx
    filling.settle_marks(word.element.body)
    _describe_pictures(word, report.chart)
    _set_language(word.styles.element, _LANGUAGES[report.language])
    _set_properties(word.core_properties, report)
    content = io.BytesIO()
    document.save(content)
    return filling.put_in_place(content)


class _Filling:
    """What the template's placeholders stand for, and the tables that replace the marks they leave."""

    def __init__(self, document: Any, styles: Styles) -> None:  # noqa: ANN401 - docxtpl ships no types
        self._document = document
        self._styles = styles
        self._marked: list[str] = []
        self._previous: dict[str, int] = {}

    def list_values(self, report: Report) -> dict[str, Any]:
        """Return every placeholder of a template; `README` of the page about templates lists them."""
        parts = [self._list_part(part) for part in report.parts]
        by_key = {part.key: values for part, values in zip(report.parts, parts, strict=True)}
        return {
            "institution": keep_printable(report.institution),
            "title": keep_printable(report.title),
            "subtitle": keep_printable(report.subtitle),
            "sentence": _list_sentence(report.sentence),
            "total": report.total,
            "tables": [self._list_table(table) for table in report.tables],
            "parts": parts,
            **{key: by_key.get(key) for key in _KEYS},
            "definitions": [keep_printable(text) for text in report.definitions],
            "warnings": [keep_printable(text) for text in report.warnings],
            "cut_off": keep_printable(report.cut_off),
            "words": {name: keep_printable(report.word(name)) for name in ("definitions", "warnings", "page", "of")},
        }

    def settle_marks(self, body: Xml) -> None:
        """Turn each mark into a comment where its XML goes, with the paragraph that Word wants after a table."""
        for mark in [style.getparent().getparent() for style in body.iter(qn("w:pStyle")) if _is_mark(style)]:
            style = mark.pPr.find(qn("w:pStyle"))
            place = style.get(qn("w:val"))
            mark.addprevious(etree.Comment(place))
            following = mark.getnext()
            is_table = self._marked[int(place.removeprefix(_MARK))].startswith("<w:tbl>")
            if is_table and (following is None or following.tag in {qn("w:tbl"), qn("w:sectPr")}):
                mark.pPr.remove(style)
            else:
                mark.getparent().remove(mark)

    def put_in_place(self, content: io.BytesIO) -> bytes:
        """Return the file with each comment replaced by what it stands for, as text: no tree holds all the rows."""
        finished = io.BytesIO()
        with zipfile.ZipFile(content) as source, zipfile.ZipFile(finished, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                text = source.read(entry)
                is_body = entry.filename == _BODY
                target.writestr(entry, _COMMENT.sub(self._find_marked, text) if is_body else text)
        return finished.getvalue()

    def _find_marked(self, comment: re.Match[bytes]) -> bytes:
        return self._marked[int(comment[1])].encode()

    def _list_part(self, part: Part) -> dict[str, Any]:
        return {
            "key": part.key,
            "heading": keep_printable(part.heading),
            "sentence": _list_sentence(part.sentence) if part.sentence else None,
            "tables": [self._list_table(table) for table in part.tables],
            "chart": self._list_chart(part.chart) if part.chart else None,
            "notes": [keep_printable(note) for note in part.notes],
        }

    def _list_table(self, table: Table) -> dict[str, Any]:
        caption = keep_printable(table.caption or "")
        return {
            "caption": caption,
            "caption_line": self._mark_caption(caption, is_bold=table.caption_bold) if caption and table.rows else "",
            "columns": [keep_printable(column) for column in table.columns],
            "rows": _Rows(table),
            "grid": self._mark(write_grid(table, self._styles)) if table.rows else "",
        }

    def _list_chart(self, chart: Chart) -> dict[str, Any]:
        return {
            "caption_line": self._mark_caption(chart.caption, is_bold=False),
            "caption": keep_printable(chart.caption),
            "picture": InlineImage(self._document, io.BytesIO(draw_png(chart)), width=_PICTURE_WIDTH),
        }

    def _mark_caption(self, caption: str, *, is_bold: bool) -> Markup:
        found = find_number(caption)
        previous = self._previous.get(found.label) if found else None
        if found:
            self._previous[found.label] = found.number
        return self._mark(write_caption(caption, self._styles, is_bold=is_bold, previous=previous))

    def _mark(self, xml: str) -> Markup:
        self._marked.append(xml)
        style = f"{_MARK}{len(self._marked) - 1}"
        return Markup(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p>')  # noqa: S704 - ours, nothing given


class _Rows:
    """The rows of a table for templates that repeat a row of their own; read only by those."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __iter__(self) -> Iterator[list[str]]:
        return ([keep_printable(cell) for cell in row] for row in self._table.rows)

    def __len__(self) -> int:
        return len(self._table.rows)


def _make_environment() -> ImmutableSandboxedEnvironment:
    """Return where a template, which comes from outside, reads its placeholders and reaches nothing else."""
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _is_mark(style: Xml) -> bool:
    return bool(style.get(qn("w:val"), "").startswith(_MARK))


def _empty(mark: Xml) -> None:
    """Keep the paragraph that Word wants after a table, without its mark."""
    mark.pPr.remove(mark.pPr.find(qn("w:pStyle")))


def _list_sentence(sentence: Sentence) -> dict[str, str]:
    return {
        "before": keep_printable(sentence.before),
        "emphasised": keep_printable(sentence.emphasised),
        "after": keep_printable(sentence.after),
    }


def _prepare_styles(word: Xml) -> Styles:
    """Find the template's styles by name, and bring along from the shipped template those it lacks."""
    styles = word.styles.element
    known = {style.find(qn("w:name")).get(qn("w:val")).casefold(): style for style in styles.iter(qn("w:style"))}
    for name in _STYLES:
        if name.casefold() not in known:
            known[name.casefold()] = _bring_style(styles, _list_shipped_styles()[name.casefold()])
    caption, table, cell = (known[name.casefold()].get(qn("w:styleId")) for name in _STYLES)
    page = word.sections[0]
    width = (page.page_width - page.left_margin - page.right_margin) // _TWENTIETH_OF_A_POINT
    return Styles(caption, table, cell, width)


def _bring_style(styles: Xml, shipped: Xml) -> Xml:
    style = deepcopy(shipped)
    for name in ("w:basedOn", "w:next", "w:link"):
        for found in style.findall(qn(name)):
            style.remove(found)
    styles.append(style)
    return style


@lru_cache(maxsize=1)
def _list_shipped_styles() -> dict[str, Xml]:
    styles = docx.Document(str(TEMPLATE)).styles.element.iter(qn("w:style"))
    return {style.find(qn("w:name")).get(qn("w:val")).casefold(): style for style in styles}


def _describe_pictures(word: Xml, chart: Chart | None) -> None:
    """Give the chart its words: pictures of the template have their own, or are part of its look."""
    for properties in word.element.body.iter(qn("wp:docPr")):
        if chart and not properties.get("descr"):
            properties.set("descr", keep_printable(chart.description))


def _set_language(styles: Xml, language: str) -> None:
    """Say the language once for the whole document, so that a screen reader pronounces it right."""
    found = list(styles.iter(qn("w:lang")))
    if not found:
        defaults = styles.find(qn("w:docDefaults"))
        place = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}") if defaults is not None else None
        if place is None:
            return
        found = [parse_xml(f"<w:lang {nsdecls('w')}/>")]
        place.append(found[0])
    for element in found:
        element.set(qn("w:val"), language)


def _set_properties(properties: Xml, report: Report) -> None:
    properties.title = keep_printable(f"{report.title}: {report.subtitle}")[:255]
    properties.author = keep_printable(report.institution)[:255]
    properties.language = _LANGUAGES[report.language]
    properties.created = properties.modified = report.made_at.replace(tzinfo=None)
