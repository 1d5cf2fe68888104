"""Commands that add to the dispatch log: by hand, from old tables, and by corrections."""

import json
from pathlib import Path
from typing import Any

import click

from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission
from outreach.cli.log_options import channel_option, read_channel, read_day_option, read_period_option
from outreach.cli.running import by_option, in_application, json_option
from outreach.db import db
from outreach.dispatch.correcting import Change, correct_line, undo_import, void_line
from outreach.dispatch.entering import NewLine, enter_line
from outreach.dispatch.evidence import keep_evidence
from outreach.dispatch.models import Dispatch
from outreach.reports.importing.choices import find_audience_id, find_kind_id
from outreach.reports.importing.reader import ImportOptions
from outreach.reports.importing.service import Preview, import_table
from outreach.reports.importing.sources import read_file
from outreach.translation import gettext as _
from outreach.translation import ngettext

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_line_argument = click.argument("line_id", metavar="ID", type=int)
_reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why, for whoever reads the log later.")


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--audience", default="", metavar="SLUG", help="The audience of rows that name none.")
@channel_option("The channel of rows that name none (else email).")
@click.option("--sender", default="", metavar="ADDRESS", help="The account of rows that name none.")
@click.option(
    "--programme-key", default="", metavar="KEY", help="The key in the annual programme of rows that have none."
)
@click.option("--information", default="", metavar="TEXT", help="The text of rows that have none.")
@click.option("--information-column", default="", metavar="NAME", help="The heading of the column with the text.")
@click.option("--period", nargs=2, metavar="A B", help="The first and last day that the table is of.")
@click.option("--stated-total", type=int, metavar="N", help="The total that the report states, to be compared.")
@json_option
@by_option
@in_application
def import_file(file: Path, by: str | None, *, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - options as click gives them
    """Bring the table of an old report (CSV or XLSX) into the log, with an audit of what it says.

    A row whose date does not exist is refused under its number, the others enter; what is in the log already is not
    entered again.

    \b
    Example: outreach log import red.csv --audience red-observacion --period 2020-10-01 2020-12-31
             outreach log import sivople.xlsx --information "Estadísticas del SIVOPLE" --channel otro
    """  # noqa: D301 the \b is click's mark for lines that stay as they are
    user = get_acting_user(by, Permission.WRITE)
    find_audience_id(given["audience"])
    period = given.pop("period")
    given["channel"] = read_channel(given["channel"])
    options = ImportOptions(period=read_period_option(period) if period else None, **given)
    begun, preview = import_table(read_file(file), options, user)
    db.session.commit()
    if as_json:
        click.echo(json.dumps(preview.as_json(begun.imported), ensure_ascii=False))
    else:
        click.echo(_describe(preview, begun.id, begun.imported))


def _describe(preview: Preview, import_id: int, imported: int) -> str:
    rows = ngettext("%(num)s fila", "%(num)s filas", len(preview.rows))
    dispatches = ngettext("%(num)s envío", "%(num)s envíos", preview.dispatches)
    lines = [
        _(
            "%(rows)s, %(dispatches)s; nuevos en la bitácora: %(imported)s (importación %(number)s).",
            rows=rows,
            dispatches=dispatches,
            imported=imported,
            number=import_id,
        )
    ]
    for finding in preview.findings:
        place = _("Fila %(row)s", row=finding.row) if finding.row else _("Toda la tabla")
        refused = _("no entró: ") if finding.is_refusal else ""
        lines.append(f"{place} [{finding.code}] {refused}{finding.message}")
    if preview.guide.new:
        lines.append(_("Audiencias nuevas: %(names)s.", names=", ".join(preview.guide.new)))
    return "\n".join(lines)


@click.command()
@click.option("--on", "day", required=True, metavar="DATE", help="The day, as 2026-03-03; a month alone as 2026-03.")
@click.option("--audience", default="", metavar="SLUG", help="To whom.")
@channel_option("Through which channel.", required=True)
@click.option("--information", required=True, metavar="TEXT", help="The text of the report's row.")
@click.option("--information-en", default="", metavar="TEXT", help="The same in English.")
@click.option("--sender", default="", metavar="ADDRESS", help="The account or group it left from.")
@click.option("--kind", default="", metavar="KIND", help="What it was, as boletin.")
@click.option("--programme-key", default="", metavar="KEY", help="Its key in the annual programme.")
@click.option("--reach", type=int, metavar="N", help="How many people it reached; never added to e-mail figures.")
@click.option("--reach-source", default="", metavar="TEXT", help="Where that figure comes from.")
@click.option("--evidence", type=_FILE, help="A file that shows it, kept with the line.")
@json_option
@by_option
@in_application
def add(day: str, channel: str, by: str | None, evidence: Path | None, *, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - options as click gives them
    """Add a dispatch that the system did not send.

    Example: outreach log add --on 2026-03-03 --audience osc --channel whatsapp --information "Convocatoria del foro."
    """
    user = get_acting_user(by, Permission.WRITE)
    printed = read_day_option(day)
    name, digest = keep_evidence(evidence.name, evidence.read_bytes()) if evidence else ("", "")
    line = NewLine(
        sent_on=printed.day,
        is_month_only=printed.is_month_only,
        information_es=given["information"].strip(),
        information_en=given["information_en"].strip(),
        channel=read_channel(channel),
        audience_id=find_audience_id(given["audience"]),
        kind_id=find_kind_id(given["kind"]),
        sender=given["sender"],
        programme_key=given["programme_key"],
        reach=given["reach"],
        reach_source=given["reach_source"],
        evidence_name=name,
        evidence_sha256=digest,
    )
    _finish(enter_line(line, user), _("Se añadió la línea %(number)s."), as_json=as_json)


@click.command()
@_line_argument
@_reason_option
@click.option("--on", "day", metavar="DATE", help="The right day.")
@click.option("--audience", metavar="SLUG", help="The right audience.")
@channel_option("The right channel.")
@click.option("--information", metavar="TEXT", help="The right text.")
@click.option("--information-en", metavar="TEXT", help="The right text in English.")
@click.option("--sender", metavar="ADDRESS", help="The right account.")
@click.option("--kind", metavar="KIND", help="The right kind.")
@click.option("--programme-key", metavar="KEY", help="The right key in the annual programme.")
@click.option("--reach", type=int, metavar="N", help="The right reach.")
@click.option("--reach-source", metavar="TEXT", help="Where that figure comes from.")
@json_option
@by_option
@in_application
def correct(line_id: int, reason: str, by: str | None, *, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - options as click gives them
    """Correct a line by a new one that takes its place; the old one stays readable.

    Example: outreach log correct 12 --information "Convocatoria del foro." --reason "Faltaba el nombre del foro"
    """
    user = get_acting_user(by, Permission.WRITE)
    change = Change(
        sent_on=read_day_option(given["day"]).day if given["day"] else None,
        information_es=given["information"],
        information_en=given["information_en"],
        audience_id=find_audience_id(given["audience"] or ""),
        kind_id=find_kind_id(given["kind"] or ""),
        channel=read_channel(given["channel"]) if given["channel"] else None,
        sender=given["sender"],
        programme_key=given["programme_key"],
        reach=given["reach"],
        reach_source=given["reach_source"],
    )
    _finish(correct_line(line_id, change, reason, user), _("La línea %(number)s ocupa su lugar."), as_json=as_json)


@click.command()
@_line_argument
@_reason_option
@json_option
@by_option
@in_application
def void(line_id: int, reason: str, by: str | None, *, as_json: bool) -> None:
    """Withdraw a line: it counts no more, and stays readable.

    Example: outreach log void 12 --reason "Se registró dos veces"
    """
    user = get_acting_user(by, Permission.WRITE)
    _finish(void_line(line_id, reason, user), _("Se anuló con la línea %(number)s."), as_json=as_json)


@click.command("undo-import")
@click.argument("import_id", metavar="ID", type=int)
@click.option("--reason", default="", metavar="TEXT", help="Why, for whoever reads the log later.")
@by_option
@in_application
def undo(import_id: int, reason: str, by: str | None) -> None:
    """Withdraw every line of an import, by lines that say so.

    Example: outreach log undo-import 3 --reason "Era la tabla de otro trimestre"
    """
    user = get_acting_user(by, Permission.WRITE)
    number = undo_import(import_id, reason or _("Se deshizo la importación."), user)
    db.session.commit()
    click.echo(ngettext("Se anuló %(num)s línea.", "Se anularon %(num)s líneas.", number))


def _finish(line: Dispatch, sentence: str, *, as_json: bool) -> None:
    line_id = line.id
    db.session.commit()
    click.echo(json.dumps({"id": line_id}) if as_json else sentence % {"number": line_id})
