"""Every format that a report can be written in."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from outreach.errors import OutreachError
from outreach.reports.documents.page import write_html
from outreach.reports.documents.plain import write_csv, write_json, write_markdown
from outreach.reports.documents.word import write_docx
from outreach.reports.documents.workbook import write_workbook
from outreach.reports.report import Report
from outreach.translation import gettext as _


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
OFFERED_FORMATS = (Format.DOCX, Format.XLSX, Format.CSV, Format.HTML, Format.MARKDOWN, Format.JSON)

MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
    Format.MARKDOWN: "text/markdown; charset=utf-8",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WRITERS: dict[Format, Callable[[Report], bytes]] = {
    Format.JSON: write_json,
    Format.CSV: write_csv,
    Format.HTML: write_html,
    Format.MARKDOWN: write_markdown,
    Format.DOCX: write_docx,
    Format.XLSX: write_workbook,
}


def refuse_unwritable(chosen: Format) -> None:
    """Raise FormatError for a format that no writer makes yet."""
    if chosen not in _WRITERS:
        raise FormatError(
            _("El informe en %(format)s todavía no está disponible: pídalo en docx o html.", format=chosen.upper())
        )


def write_document(report: Report, chosen: Format) -> Document:
    """Write the report as a file; raise FormatError for PDF, which is not available yet."""
    refuse_unwritable(chosen)
    period = report.period
    name = f"{period.first_on.year}-T{period.quarter}" if period.quarter else f"{period.first_on}_{period.last_on}"
    prefix = "informe" if report.language == "es" else "report"
    return Document(_WRITERS[chosen](report), MEDIA_TYPES[chosen], f"{prefix}-{name}.{chosen}")
