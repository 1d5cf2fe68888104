"""Commands that close a period, and show whether what was closed is intact."""

import json
from typing import Any

import click

from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission
from outreach.cli.running import by_option, in_application, json_option
from outreach.db import db
from outreach.reports.closing.errors import ClosingError
from outreach.reports.closing.queries import count_changes, find_closing, list_closings
from outreach.reports.closing.service import close_period, list_broken, reopen_period
from outreach.reports.models import Closing
from outreach.reports.periods import Period, parse_period
from outreach.translation import gettext as _


@click.command()
@click.option("--period", required=True, metavar="PERIOD", help="A quarter (2020-T4), a year, a month or two dates.")
@click.option("--reopen", "reason", metavar="REASON", help="Open it again instead, and say why; the closing stays.")
@by_option
@json_option
@in_application
def close(period: str, reason: str | None, by: str | None, *, as_json: bool) -> None:
    r"""Freeze the figures and documents of a period that is over, under one hash.

    \b
    Example: outreach close --period 2026-T1 --by ana@example.org
             outreach close --period 2026-T1 --reopen "Faltaba una tabla"
    """
    days = parse_period(period)
    if reason is not None:
        closing = _get_closed(days)
        reopen_period(closing, reason, get_acting_user(by, Permission.CONFIGURE))
    else:
        closing = close_period(days, get_acting_user(by, Permission.WRITE))
    db.session.commit()
    if as_json:
        click.echo(json.dumps(_describe(closing), ensure_ascii=False))
    elif reason is not None:
        click.echo(_("El periodo quedó abierto; el cierre anterior se conserva."))
    else:
        click.echo(_("El periodo quedó cerrado. SHA-256: %(sha256)s", sha256=closing.sha256))


@click.command()
@json_option
@click.pass_context
@in_application
def closings(context: click.Context, *, as_json: bool) -> None:
    r"""Show the closed periods, and verify that each is as it was closed (exit 1 when one is not).

    \b
    Example: outreach closings --json
    """
    found = [_describe(closing) for closing in list_closings()]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    for each in [] if as_json else found:
        state = _("reabierto") if each["reopened"] else _("cerrado")
        intact = ", ".join(each["broken"]) or _("íntegro")
        click.echo(f"{each['from']} – {each['to']}  {state}  {each['sha256']}  {intact}  +{each['changes']}")
    if any(each["broken"] for each in found):
        context.exit(1)


def _get_closed(period: Period) -> Closing:
    closing = find_closing(period)
    if closing is None:
        raise ClosingError(_("Este periodo no está cerrado."))
    return closing


def _describe(closing: Closing) -> dict[str, Any]:
    return {
        "id": closing.id,
        "from": closing.first_on.isoformat(),
        "to": closing.last_on.isoformat(),
        "version": closing.version,
        "closed_at": closing.closed_at.isoformat(),
        "sha256": closing.sha256,
        "reopened": closing.reopening is not None,
        "changes": 0 if closing.reopening else count_changes(closing),
        "figures": closing.figures,
        "broken": list_broken(closing),
    }
