"""Reports as text: JSON for programs, CSV for spreadsheets, Markdown for editors."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from outreach.reports.documents.cells import make_csv_safe
from outreach.reports.parts import Part
from outreach.reports.report import Report
from outreach.reports.sentences import Sentence
from outreach.reports.tables import Table

_BYTE_ORDER_MARK = "\ufeff"
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]{}#|~$!])")
_MARKDOWN_BLOCK = re.compile(r"^(\s*)(\d*)([-+=.)])")


def describe_report(report: Report) -> dict[str, Any]:
    """Return the report as values for JSON (design §7); the rows hold the printed cells."""
    described: dict[str, Any] = {
        "period": {"from": report.period.first_on.isoformat(), "to": report.period.last_on.isoformat()},
        "sentence": report.sentence.text,
        "total": report.total,
        "definitions": list(report.definitions),
        "tables": [_describe_table(table) for table in report.all_tables],
        "warnings": list(report.warnings),
    }
    if report.parts:
        described["parts"] = [_describe_part(part) for part in report.parts]
        described["cut_off"] = report.made_at.isoformat()
    return described


def _describe_part(part: Part) -> dict[str, Any]:
    return {
        "key": part.key,
        "heading": part.heading,
        "sentence": part.sentence.text if part.sentence else None,
        "tables": [_describe_table(table) for table in part.tables],
        "chart": part.chart.description if part.chart else None,
        "notes": list(part.notes),
    }


def _describe_table(table: Table) -> dict[str, Any]:
    return {"caption": table.caption, "columns": list(table.columns), "rows": [list(row) for row in table.rows]}


def write_json(report: Report) -> bytes:
    """Write the report for a program; without indents, which the fast encoder does not make."""
    return (json.dumps(describe_report(report), ensure_ascii=False) + "\n").encode()


def write_csv(report: Report) -> bytes:
    """Write the table as CSV in UTF-8 with its mark, for spreadsheets; tables follow each other after an empty line."""
    text = "\r\n".join(write_csv_text([table.columns, *table.rows]) for table in report.all_tables)
    return (_BYTE_ORDER_MARK + text).encode()


def write_csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as CSV lines, each cell safe to open in a spreadsheet."""
    text = io.StringIO()
    csv.writer(text).writerows([make_csv_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def write_markdown(report: Report) -> bytes:
    """Write the report in Markdown with GitHub's tables; no text of the log can become markup."""
    parts = [
        f"# {escape_markdown(report.title)}",
        escape_markdown(report.institution),
        escape_markdown(report.subtitle),
    ]
    parts.append(_write_sentence(report.sentence))
    for table in report.tables:
        parts += _write_table(table)
    for part in report.parts:
        parts += _write_part(part)
    parts.append(f"## {escape_markdown(report.word('definitions'))}")
    parts.append("\n".join(f"- {escape_markdown(text)}" for text in report.definitions))
    if report.warnings:
        parts.append(f"## {escape_markdown(report.word('warnings'))}")
        parts.append("\n".join(f"- {escape_markdown(text)}" for text in report.warnings))
    parts.append(escape_markdown(report.cut_off))
    return ("\n\n".join(parts) + "\n").encode()


def escape_markdown(text: str) -> str:
    """Return `text` so that Markdown prints it as it is, on one line."""
    line = " ".join(text.splitlines())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN_SIGNS.sub(r"\\\1", line)


def _escape_block(text: str) -> str:
    """Escape a text that begins a block, where a dash or «1.» would begin a list."""
    return _MARKDOWN_BLOCK.sub(r"\1\2\\\3", escape_markdown(text))


def _write_sentence(sentence: Sentence) -> str:
    emphasised = f"**{escape_markdown(sentence.emphasised)}**" if sentence.emphasised else ""
    return f"{_escape_block(sentence.before)}{emphasised}{escape_markdown(sentence.after)}"


def _write_part(part: Part) -> list[str]:
    """Write one part of a section; the chart is told in words, since Markdown draws none."""
    written = [f"## {escape_markdown(part.heading)}"]
    if part.sentence:
        written.append(_write_sentence(part.sentence))
    for table in part.tables:
        written += _write_table(table)
    if part.chart:
        written.append(_escape_block(part.chart.description))
    if part.notes:
        written.append("\n".join(f"- {escape_markdown(note)}" for note in part.notes))
    return written


def _write_table(table: Table) -> list[str]:
    if not table.rows:
        return []
    lines = [_write_row(table.columns), _write_row(["---"] * len(table.columns), escaped=True)]
    lines += [_write_row(row) for row in table.rows]
    caption = (
        [f"**{escape_markdown(table.caption)}**" if table.caption_bold else _escape_block(table.caption)]
        if table.caption
        else []
    )
    return [*caption, "\n".join(lines)]


def _write_row(cells: Sequence[str], *, escaped: bool = False) -> str:
    return "| " + " | ".join(cell if escaped else escape_markdown(cell) for cell in cells) + " |"
