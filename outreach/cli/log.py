"""Commands about the dispatch log."""

import click

from outreach.cli.filters import filter_options
from outreach.cli.running import in_application, json_option
from outreach.cli.writing import output_option, write_output
from outreach.dispatch.log import LogFilter, LogLine, check_filter, count_lines, stream_lines
from outreach.reports.documents.cells import keep_printable
from outreach.reports.documents.formats import Format
from outreach.reports.documents.log_file import LOG_FORMATS, iterate_log
from outreach.translation import current_language, ngettext
from outreach.translation import gettext as _

_format_option = click.option(
    "--format", "written", type=click.Choice([chosen.value for chosen in LOG_FORMATS]), help="What to write."
)


@click.group()
def log() -> None:
    """Read the dispatch log: every line counts one in the reports.

    Example: outreach log list --from 2026-01-01 --to 2026-03-31 --audience red-observacion
    """


@log.command("list")
@filter_options
@_format_option
@output_option
@json_option
@in_application
def list_lines(chosen: LogFilter, written: str | None, output: str, *, as_json: bool) -> None:
    """Show the lines, by day.

    Example: outreach log list --period 2026-T1 --channel email --json
    """
    check_filter(chosen)
    target = Format.JSON if as_json else Format(written) if written else None
    if target:
        _write(chosen, target, output)
        return
    for line in stream_lines(chosen):
        click.echo(_describe(line))
    number = count_lines(chosen)
    click.echo(ngettext("%(num)s envío.", "%(num)s envíos.", number) if number else _("No hay envíos que mostrar."))


@log.command()
@filter_options
@_format_option
@output_option
@in_application
def export(chosen: LogFilter, written: str | None, output: str) -> None:
    """Write the lines to a file; CSV and XLSX can be opened in any spreadsheet.

    Example: outreach log export --period 2026-T1 --format xlsx -o bitacora.xlsx
    """
    check_filter(chosen)
    suffix = output.rpartition(".")[2].lower()
    _write(chosen, Format(written or (suffix if suffix in LOG_FORMATS else Format.CSV)), output)


def _write(chosen: LogFilter, written: Format, output: str) -> None:
    if written is Format.XLSX and output == "-":
        message = _("Ese formato necesita un archivo: escriba -o nombre.%(format)s.", format=written.value)
        raise click.UsageError(message)
    write_output(iterate_log(stream_lines(chosen), written, current_language()), output)


def _describe(line: LogLine) -> str:
    text = " ".join(keep_printable(line.information(current_language())).split())
    return f"{line.id:>6}  {line.sent_on}  {line.channel:<10}  {line.audience:<24}  {text}"
