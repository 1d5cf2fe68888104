"""Reports as PDF that keep PDF/UA-1; `report.typ` sets them, and typst refuses what would not be accessible."""

import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst

from outreach.reports.charts import draw_svg
from outreach.reports.documents.cells import keep_printable
from outreach.reports.documents.grids import choose_widths
from outreach.reports.documents.typesetting import FONTS, set_pdf
from outreach.reports.parts import Part
from outreach.reports.report import Report
from outreach.reports.sentences import Sentence
from outreach.reports.tables import Table

_SOURCE = Path(__file__).with_name("report.typ")
_REGIONS = {"es": "MX", "en": "US"}
# What stands between the margins of a letter page, in twentieths of a point.
_LINE, _TWENTIETHS = 9400, 20
_WIDEST_LETTER = 130
_BREAKS = re.compile(r"([-/._?&=@,;:]+|[^-/._?&=@,;:]{8})")
_ZERO_WIDTH_SPACE = "\u200b"
# Letters and signs that the fonts of typst surely have.
_PLAIN = re.compile("[\x00-\x7e\xa0-\u017f\u2010-\u2027\u2030-\u205e€№−×÷]+")
# The compiler names a sign as it is, or by its number.
_WITHOUT_GLYPH = re.compile(r'the text `"(?:\\u\{(?P<number>[0-9a-f]+)\}|(?P<sign>.))')
_MOST_TRIES = 200
_PROBE = '#set document(title: "x")\n#set text(font: "Libertinus Serif")\n#for sign in json("signs.json") [#sign \\ ]'
_ZERO_WIDTH_JOINER = "\u200d"
# They only ask for a coloured drawing of the sign before, which no PDF of ours has.
_SELECTORS = re.compile("[\ufe00-\ufe0f]")
_BOX = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<rect x="1" y="1" width="8" height="8" fill="none" stroke="#1c1b22"/></svg>'
)


def write_pdf(report: Report) -> bytes:
    """Write the report; a sign that no font has is drawn as a box whose words are the sign itself."""
    values = _list_values(report)
    text = unicodedata.normalize("NFC", _SELECTORS.sub("", json.dumps(values, ensure_ascii=False)))
    asked = {"report": json.loads(text), "missing": _write_pattern(_find_missing(text))}
    files = {"main.typ": _SOURCE.read_bytes(), "report.json": json.dumps(asked).encode(), "missing.svg": _BOX.encode()}
    if report.chart:
        files["chart.svg"] = draw_svg(report.chart, FONTS).encode()
    return set_pdf(files)


def _find_missing(text: str) -> set[str]:
    """Return the signs of `text` that no font has; typst is asked about a page of only the rare ones."""
    rare = set(_PLAIN.sub("", text)) - {_ZERO_WIDTH_JOINER, _ZERO_WIDTH_SPACE}
    missing: set[str] = set()
    for _try in range(_MOST_TRIES):
        found = _find_first_missing(rare - missing)
        if not found:
            return missing
        missing.add(found)
    return rare


def _find_first_missing(signs: set[str]) -> str:
    if not signs:
        return ""
    try:
        set_pdf({"main.typ": _PROBE.encode(), "signs.json": json.dumps(sorted(signs)).encode()})
    except typst.TypstError as refusal:
        found = _WITHOUT_GLYPH.search(str(refusal))
        if not found:
            raise
        return chr(int(found["number"], 16)) if found["number"] else found["sign"]
    return ""


def _write_pattern(missing: set[str]) -> str:
    """Return the pattern, of the kind that typst reads, of a run of missing signs; joined ones are one picture."""
    signs = "".join(f"\\x{{{ord(sign):x}}}" for sign in sorted(missing))
    return f"[{signs}](?:\\x{{200d}}?[{signs}])*" if signs else ""


def _list_values(report: Report) -> dict[str, Any]:
    made_on = report.made_at.astimezone(ZoneInfo(report.zone)).date()
    return {
        "name": keep_printable(f"{report.title}: {report.subtitle}"),
        "title": keep_printable(report.title),
        "subtitle": keep_printable(report.subtitle),
        "institution": keep_printable(report.institution),
        "lang": report.language,
        "region": _REGIONS[report.language],
        "made_on": _list_day(made_on),
        "sentence": _list_sentence(report.sentence),
        "tables": [_list_table(table) for table in report.tables],
        "parts": [_list_part(part) for part in report.parts],
        "warnings": [keep_printable(text) for text in report.warnings],
        "definitions": [keep_printable(text) for text in report.definitions],
        "cut_off": keep_printable(report.cut_off),
        "words": {name: keep_printable(report.word(name)) for name in ("definitions", "warnings", "page", "of")},
    }


def _list_day(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _list_part(part: Part) -> dict[str, Any]:
    chart = part.chart
    return {
        "heading": keep_printable(part.heading),
        "sentence": _list_sentence(part.sentence) if part.sentence else None,
        "tables": [_list_table(table) for table in part.tables],
        "chart": {"caption": chart.caption, "description": chart.description} if chart else None,
        "notes": [keep_printable(note) for note in part.notes],
    }


def _list_sentence(sentence: Sentence) -> dict[str, str]:
    return {
        "before": keep_printable(sentence.before),
        "emphasised": keep_printable(sentence.emphasised),
        "after": keep_printable(sentence.after),
    }


def _list_table(table: Table) -> dict[str, Any]:
    widths = choose_widths(table, _LINE)
    return {
        "caption": keep_printable(table.caption) if table.caption else None,
        "bold": table.caption_bold,
        "columns": [keep_printable(column) for column in table.columns],
        "fields": [field.value for field in table.fields],
        "widths": [width / _TWENTIETHS for width in widths],
        "rows": [
            [_break_long_words(keep_printable(cell), width) for cell, width in zip(row, widths, strict=True)]
            for row in table.rows
        ],
        "summary": table.is_summary,
        "total_row": table.has_total_row,
    }


def _break_long_words(text: str, width: int) -> str:
    """Let a word that would leave a cell of `width` break after a sign, or anywhere; the breaks are invisible."""
    most = width // _WIDEST_LETTER
    if len(text) <= most or all(len(word) <= most for word in text.split()):
        return text
    return " ".join(
        word if len(word) <= most else _BREAKS.sub(rf"\1{_ZERO_WIDTH_SPACE}", word) for word in text.split(" ")
    )
