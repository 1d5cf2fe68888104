"""The command that writes a report."""

from dataclasses import dataclass

import click

from outreach.cli.filters import filter_options, require_period
from outreach.cli.running import in_application
from outreach.cli.writing import output_option, write_output
from outreach.dispatch.log import LogFilter
from outreach.reports.documents.formats import TEXT_FORMATS, Document, Format, write_document
from outreach.reports.periods import Period
from outreach.reports.queries import get_layout_or_file
from outreach.reports.report import build_report
from outreach.translation import LANGUAGES, current_language
from outreach.translation import gettext as _


@click.command()
@filter_options
@click.option("--layout", default="", metavar="NAME|FILE.toml", help="How the table prints (else basico).")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="The language of the report.")
@click.option("--format", "written", type=click.Choice([chosen.value for chosen in Format]), help="What to write.")
@output_option
def report(chosen: LogFilter, layout: str, language: str | None, written: str | None, output: str) -> None:
    """Write what was sent in a period: the sentence with its number, and the table.

    \b
    Example: outreach report --period 2020-T4 --audience red-observacion --format docx -o informe.docx
             outreach report --from 2026-03-03 --to 2026-04-09 --layout por-mes --lang en --format md
    """  # noqa: D301 the \b is click's mark for lines that stay as they are
    period = require_period(chosen)
    target = _choose_format(written, output)
    if output == "-" and target not in TEXT_FORMATS:
        message = _("Ese formato necesita un archivo: escriba -o nombre.%(format)s.", format=target.value)
        raise click.UsageError(message)
    document = _make(chosen, period, Asked(layout, language, target))
    write_output([document.content], output)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a report is wanted; without a language it is the installation's."""

    layout: str
    language: str | None
    target: Format


@in_application
def _make(chosen: LogFilter, period: Period, asked: Asked) -> Document:
    language = asked.language or current_language()
    layout = get_layout_or_file(asked.layout, language)
    return write_document(build_report(chosen, period, layout, language), asked.target)


def _choose_format(written: str | None, output: str) -> Format:
    """Take the format that was asked for, else the one of the file's name, else Markdown, which reads as text."""
    suffix = output.rpartition(".")[2].lower()
    return Format(written or (suffix if suffix in set(Format) else Format.MARKDOWN))
