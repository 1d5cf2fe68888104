"""Every format that a report can be written in."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from outreach.errors import OutreachError
from outreach.reports.documents.page import write_html
from outreach.reports.documents.plain import write_csv, write_json, write_markdown
from outreach.reports.documents.portable import write_pdf
from outreach.reports.documents.word import write_docx
from outreach.reports.documents.workbook import write_workbook
from outreach.reports.report import Report


class FormatError(OutreachError):
    """A report cannot be written in the format that was asked for."""


class Format(StrEnum):
    """What a report can be written as; the value is the ending of the file's name."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"
    MARKDOWN = "md"
    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Document:
    """A finished file; `media_type` is what HTTP calls it."""

    content: bytes
    media_type: str
    filename: str


# These can be printed on a terminal.
TEXT_FORMATS = frozenset({Format.JSON, Format.CSV, Format.HTML, Format.MARKDOWN})
# These the pages offer, the most wanted first.
OFFERED_FORMATS = (Format.DOCX, Format.PDF, Format.XLSX, Format.CSV, Format.HTML, Format.MARKDOWN, Format.JSON)

MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
    Format.MARKDOWN: "text/markdown; charset=utf-8",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
}
_WRITERS: dict[Format, Callable[[Report], bytes]] = {
    Format.JSON: write_json,
    Format.CSV: write_csv,
    Format.HTML: write_html,
    Format.MARKDOWN: write_markdown,
    Format.XLSX: write_workbook,
    Format.PDF: write_pdf,
}


def write_document(report: Report, chosen: Format, word_template: bytes | None = None) -> Document:
    """Write the report as a file; DOCX in the institution's own template where one is given."""
    content = write_docx(report, word_template) if chosen is Format.DOCX else _WRITERS[chosen](report)
    return Document(content, MEDIA_TYPES[chosen], name_file(report, chosen))


def name_file(report: Report, chosen: Format) -> str:
    """Return the name of the report's file, as `informe-2026-T1.docx`."""
    period = report.period
    name = f"{period.first_on.year}-T{period.quarter}" if period.quarter else f"{period.first_on}_{period.last_on}"
    prefix = "informe" if report.language == "es" else "report"
    return f"{prefix}-{name}.{chosen}"
