"""Commands about the people written to."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission
from outreach.audiences.exporting import iterate_csv
from outreach.audiences.importing import ImportOptions, ImportResult, import_contacts
from outreach.audiences.queries import get_audience
from outreach.audiences.wording import describe_attributes, describe_result
from outreach.cli.running import by_option, in_application, json_option
from outreach.db import db
from outreach.translation import gettext as _
from outreach.translation import ngettext

_LINES_SHOWN = 50
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def contacts() -> None:
    """People: bring them in from a file, take them out to one.

    Example: outreach contacts import personas.csv --audience diaspora --dry-run
    """


@contacts.command("import")
@click.argument("file", type=_FILE)
@click.option("--audience", "slug", required=True, metavar="SLUG", help="The audience that the people join.")
@click.option("--source", default="", help="Where their consent comes from (else the file's name).")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Show the figures and write nothing.")
@json_option
@by_option
@in_application
def import_file(file: Path, slug: str, source: str, by: str | None, *, is_dry_run: bool, as_json: bool) -> None:
    """Bring the people of FILE (CSV or XLSX) into an audience: all good rows, or none if it cannot be read.

    Example: outreach contacts import personas.csv --audience diaspora --source "Foro de enero, oficio 12"
    """
    user = get_acting_user(by, Permission.WRITE)
    audience = get_audience(slug)
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(_("Leyendo personas"), total=None)
        options = ImportOptions(
            source=source,
            is_dry_run=is_dry_run,
            user=user,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
        result = import_contacts(file, audience, options)
        db.session.commit()
    click.echo(json.dumps(result.as_json(), ensure_ascii=False) if as_json else _describe(result, options))


def _describe(result: ImportResult, options: ImportOptions) -> str:
    lines = [describe_result(result), describe_attributes(result)]
    for entries in (result.refused, result.kept_out, result.notes):
        lines += _list_rows(entries)
    if options.is_dry_run:
        lines.append(_("Fue un ensayo: no se escribió nada."))
    else:
        joined = ngettext(
            "Se suscribió %(num)s persona a la audiencia.",
            "Se suscribieron %(num)s personas a la audiencia.",
            result.subscribed,
        )
        lines.append(joined)
    return "\n".join(line for line in lines if line)


def _list_rows(entries: list[dict[str, Any]]) -> list[str]:
    lines = [_("Fila %(row)s: %(reason)s", row=entry["row"], reason=entry["reason"]) for entry in entries]
    hidden = len(lines) - _LINES_SHOWN
    if hidden > 0:
        more = ngettext(
            "… y %(num)s fila más: con --json se ven todas.", "… y %(num)s filas más: con --json se ven todas.", hidden
        )
        return [*lines[:_LINES_SHOWN], more]
    return lines


@contacts.command()
@click.option("--audience", "slug", metavar="SLUG", help="Only who is subscribed to this audience.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The CSV to write."
)
@in_application
def export(slug: str | None, output: Path) -> None:
    """Write people to a CSV that can be imported again.

    Example: outreach contacts export --audience diaspora -o diaspora.csv
    """
    audience = get_audience(slug) if slug else None
    with output.open("w", encoding="utf-8", newline="") as handle:
        number = -1
        for number, line in enumerate(iterate_csv(audience)):  # noqa: B007 the last number is the count of people
            handle.write(line)
    click.echo(ngettext("Se exportó %(num)s persona.", "Se exportaron %(num)s personas.", number))
