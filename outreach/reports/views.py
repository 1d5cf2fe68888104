"""The log and the reports as pages; both only read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, abort, render_template, request, url_for
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import select
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import requires
from outreach.audiences.models import Audience
from outreach.campaigns.queries import list_kinds, list_senders
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.log import LogFilter, LogLine, check_filter, count_lines, stream_lines
from outreach.errors import OutreachError
from outreach.reports.audit_log import audit_report
from outreach.reports.dates import write_month_only
from outreach.reports.documents.formats import OFFERED_FORMATS, Document, Format, write_document
from outreach.reports.documents.log_file import LOG_FORMATS, iterate_log, name_log_file
from outreach.reports.documents.page import draw_picture
from outreach.reports.findings import LABELS
from outreach.reports.forms import (
    ReportRequest,
    keep_log_question,
    keep_report_question,
    list_quarters,
    read_log_filter,
    read_report_request,
)
from outreach.reports.labels import CHANNEL_LABELS, ORIGIN_LABELS
from outreach.reports.queries import get_layout, list_layouts, read_word_template
from outreach.reports.report import Report, build_report
from outreach.reports.section import build_section
from outreach.reports.tables import Table
from outreach.translation import current_language
from outreach.web.downloads import attachment

blueprint = Blueprint("reports", __name__, template_folder="templates")

_LINES_ON_A_PAGE = 50
_ROWS_SHOWN = 300
_ROWS_SHOWN_OF_A_PART = 50


class _LogPages(Pagination):
    """The log in pages, for the list's pager: what was sent last comes first."""

    def _query_items(self) -> list[LogLine]:
        chosen: LogFilter = self._query_args["chosen"]
        return list(stream_lines(chosen, newest_first=True, offset=self._query_offset, limit=self.per_page))

    def _query_count(self) -> int:
        return count_lines(self._query_args["chosen"])


@blueprint.get("/bitacora")
@requires()
def log() -> str | tuple[str, int]:
    """List the dispatches that count, the lines of the reports."""
    try:
        chosen = read_log_filter(request.args)
        check_filter(chosen)
    except OutreachError as refusal:
        return render_template("reports/log.html", refusal=refusal, **_offer()), 422
    pages = _LogPages(page=None, per_page=_LINES_ON_A_PAGE, chosen=chosen)
    question = keep_log_question(request.args)
    downloads = {name: url_for("reports.export_log", formato=name.value, **question) for name in LOG_FORMATS}
    return render_template(
        "reports/log.html", pages=pages, is_filtered=chosen != LogFilter(), downloads=downloads, **_offer()
    )


@blueprint.get("/bitacora/exportar/<formato>")
@requires()
def export_log(formato: str) -> Response:
    """Send the chosen lines as a file, while they are read."""
    if formato not in LOG_FORMATS:
        abort(404)
    chosen, written = _read_or_refuse_log(), Format(formato)
    named = name_log_file(written)
    pieces = iterate_log(stream_lines(chosen), written, current_language())
    return attachment(pieces, named.filename, named.media_type)


@blueprint.get("/informes")
@requires()
def index() -> str | tuple[str, int]:
    """Show a report as it will print, and offer it as a document."""
    quarters = list_quarters(_today(), request.args.get("periodo", ""))
    try:
        asked = read_report_request(request.args, _today())
        report = _build(asked)
    except OutreachError as refusal:
        return render_template("reports/index.html", refusal=refusal, quarters=quarters, **_offer()), 422
    question = keep_report_question(request.args)
    downloads = {name: url_for("reports.download", formato=name.value, **question) for name in OFFERED_FORMATS}
    return render_template(
        "reports/index.html",
        asked=asked,
        quarters=quarters,
        report=_shorten(report),
        rows=sum(len(table.rows) for table in report.all_tables),
        draw_svg=draw_picture,
        audit=audit_report(asked.chosen, asked.period),
        finding_labels=LABELS,
        downloads=downloads,
        **_offer(),
    )


@blueprint.get("/informes/descargar/<formato>")
@requires()
def download(formato: str) -> Response:
    """Send the report as a document."""
    if formato not in OFFERED_FORMATS:
        abort(404)
    try:
        document = _write(read_report_request(request.args, _today()), Format(formato))
    except OutreachError:
        abort(404)
    return attachment(document.content, document.filename, document.media_type)


def _read_or_refuse_log() -> LogFilter:
    try:
        chosen = read_log_filter(request.args)
        check_filter(chosen)
    except OutreachError:
        abort(404)
    return chosen


def _write(asked: ReportRequest, chosen: Format) -> Document:
    return write_document(_build(asked), chosen, read_word_template())


def _build(asked: ReportRequest) -> Report:
    layout = get_layout(asked.layout, asked.language)
    build = build_section if asked.is_section else build_report
    return build(asked.chosen, asked.period, layout, asked.language, asked.options)


def _shorten(report: Report) -> Report:
    """Keep a page readable: the documents hold every row."""
    parts = [replace(part, tables=_cut(part.tables, _ROWS_SHOWN_OF_A_PART)) for part in report.parts]
    return replace(report, tables=_cut(report.tables, _ROWS_SHOWN), parts=tuple(parts))


def _cut(tables: Sequence[Table], most: int) -> tuple[Table, ...]:
    return tuple(replace(table, rows=table.rows[:most], days=table.days[:most]) for table in tables)


def _today() -> date:
    return clock.day_in(current_config().timezone, clock.now())


def _offer() -> dict[str, object]:
    """Return what the forms of both pages offer to choose from."""
    language = current_language()
    name = Audience.name_en if language == "en" else Audience.name_es
    return {
        "audiences": db.session.execute(select(Audience.slug, name.label("name")).order_by(Audience.id)).all(),
        "kinds": list_kinds(),
        "senders": list_senders(),
        "channels": CHANNEL_LABELS,
        "origins": ORIGIN_LABELS,
        "layouts": list_layouts(),
        "language": language,
        "arguments": request.args,
        "write_month_only": write_month_only,
    }
