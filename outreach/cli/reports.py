"""The command that writes a report."""

from dataclasses import dataclass
from typing import Any

import click

from outreach.cli.filters import filter_options, require_period
from outreach.cli.running import in_application
from outreach.cli.writing import output_option, write_output
from outreach.dispatch.log import LogFilter
from outreach.reports.captions import CHAPTER
from outreach.reports.documents.formats import TEXT_FORMATS, Document, Format, write_document
from outreach.reports.periods import Period
from outreach.reports.queries import get_layout_or_file, read_word_template
from outreach.reports.report import Options, build_report
from outreach.reports.section import build_section
from outreach.reports.sentences import REACH_COUNTS
from outreach.translation import LANGUAGES, current_language
from outreach.translation import gettext as _


@click.command()
@filter_options
@click.option("--layout", default="", metavar="NAME|FILE.toml", help="How the table prints (else basico).")
@click.option("--section", is_flag=True, help="Every audience and sender with its table, and the summaries.")
@click.option("--count", "counts", type=click.Choice(sorted(REACH_COUNTS)), help="Count messages or people instead.")
@click.option("--chapter", default="", metavar="N", help="Number the tables of this chapter, as 3 for Tabla 3.1.")
@click.option("--first-table", type=click.IntRange(1, 999), default=1, metavar="N", help="The first table's number.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="The language of the report.")
@click.option("--format", "written", type=click.Choice([chosen.value for chosen in Format]), help="What to write.")
@output_option
def report(chosen: LogFilter, output: str, **given: Any) -> None:  # noqa: ANN401 - the options above
    """Write what was sent in a period: the sentence with its number, and the table.

    \b
    Example: outreach report --period 2020-T4 --audience red-observacion --format docx -o informe.docx
             outreach report --from 2026-03-03 --to 2026-04-09 --layout por-mes --lang en --format md
             outreach report --period 2026-T1 --section --chapter 3 -o seccion.pdf
    """  # noqa: D301 the \b is click's mark for lines that stay as they are
    period = require_period(chosen)
    asked = Asked(
        layout=given["layout"],
        language=given["language"],
        target=_choose_format(given["written"], output),
        is_section=given["section"],
        options=Options(given["counts"] or "", _read_chapter(given["chapter"]), given["first_table"]),
    )
    if output == "-" and asked.target not in TEXT_FORMATS:
        message = _(
            "Un documento en %(format)s necesita un archivo: escriba -o informe.%(format)s.", format=asked.target.value
        )
        raise click.UsageError(message)
    document = _make(chosen, period, asked)
    write_output([document.content], output)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a report is wanted; without a language it is the installation's."""

    layout: str
    language: str | None
    target: Format
    is_section: bool
    options: Options


@in_application
def _make(chosen: LogFilter, period: Period, asked: Asked) -> Document:
    language = asked.language or current_language()
    layout = get_layout_or_file(asked.layout, language)
    build = build_section if asked.is_section else build_report
    report = build(chosen, period, layout, language, asked.options)
    return write_document(report, asked.target, read_word_template())


def _read_chapter(text: str) -> str:
    if text and not CHAPTER.fullmatch(text):
        message = _("El capítulo se escribe con números, como 3 o 3.1.")
        raise click.UsageError(message)
    return text


def _choose_format(written: str | None, output: str) -> Format:
    """Take the format that was asked for, else the one of the file's name, else Markdown, which reads as text."""
    suffix = output.rpartition(".")[2].lower()
    return Format(written or (suffix if suffix in set(Format) else Format.MARKDOWN))
