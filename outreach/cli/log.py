"""Commands about the dispatch log."""

import json
from typing import Any

import click

from outreach.cli.filters import filter_options
from outreach.cli.log_writing import add, correct, import_file, undo, void
from outreach.cli.running import in_application, json_option
from outreach.cli.writing import output_option, write_output
from outreach.dispatch.chain import Verification, has_hash, verify_chain
from outreach.dispatch.errors import LogLineError
from outreach.dispatch.imports import list_imports
from outreach.dispatch.log import LogFilter, LogLine, check_filter, count_lines, stream_lines
from outreach.dispatch.models import LogImport
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
    """Read the dispatch log, and add to it: nothing in it is edited or deleted.

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


@log.command("imports")
@json_option
@in_application
def show_imports(*, as_json: bool) -> None:
    """Show the tables that were brought in, newest first.

    Example: outreach log imports
    """
    imports = list_imports()
    if as_json:
        click.echo(json.dumps([_describe_import(entry) for entry in imports], ensure_ascii=False))
        return
    for entry in imports:
        undone = _("deshecha") if entry.undone_at else ""
        click.echo(
            f"{entry.id:>6}  {entry.imported_at:%Y-%m-%d}  {entry.imported:>6}  {entry.filename}  {undone}".rstrip()
        )


def _describe_import(entry: LogImport) -> dict[str, object]:
    return {
        "id": entry.id,
        "filename": entry.filename,
        "imported_at": entry.imported_at.isoformat(),
        "rows": entry.rows,
        "dispatches": entry.dispatches,
        "imported": entry.imported,
        "is_undone": entry.undone_at is not None,
        "findings": entry.findings,
    }


@log.command()
@click.option("--anchor", default="", metavar="SHA256", help="A hash that was printed before: the chain must hold it.")
@json_option
@in_application
def verify(anchor: str, *, as_json: bool) -> None:
    """Prove that no line was edited, deleted or slipped in: each carries the hash of the one before.

    The last hash, kept on paper, also proves that no line was cut off at the end.

    Example: outreach log verify
    """
    found = verify_chain()
    problems = [{"id": broken.line_id, "problem": broken.problem} for broken in found.breaks]
    if anchor and not has_hash(anchor):
        problems.append({"id": None, "problem": _("La cadena no contiene la huella %(hash)s.", hash=anchor)})
    if as_json:
        click.echo(json.dumps({"lines": found.lines, "head": found.head, "problems": problems}, ensure_ascii=False))
    else:
        _tell_verification(found, problems)
    if problems:
        number = len(problems)
        raise LogLineError(
            ngettext(
                "La bitácora no está íntegra: hay %(num)s problema; compárela con un respaldo.",
                "La bitácora no está íntegra: hay %(num)s problemas; compárela con un respaldo.",
                number,
            )
        )


def _tell_verification(found: Verification, problems: list[dict[str, Any]]) -> None:
    for problem in problems:
        click.echo(_("Línea %(number)s: %(problem)s", number=problem["id"] or "—", problem=problem["problem"]))
    if not problems:
        click.echo(
            ngettext(
                "La bitácora está íntegra: %(num)s línea.", "La bitácora está íntegra: %(num)s líneas.", found.lines
            )
        )
    click.echo(_("Última huella: %(hash)s", hash=found.head or "—"))


def _write(chosen: LogFilter, written: Format, output: str) -> None:
    if written is Format.XLSX and output == "-":
        message = _("Ese formato necesita un archivo: escriba -o nombre.%(format)s.", format=written.value)
        raise click.UsageError(message)
    write_output(iterate_log(stream_lines(chosen), written, current_language()), output)


def _describe(line: LogLine) -> str:
    text = " ".join(keep_printable(line.information(current_language())).split())
    return f"{line.id:>6}  {line.sent_on}  {line.channel:<10}  {line.audience:<24}  {text}"


for command in (import_file, add, correct, void, undo):
    log.add_command(command)
