"""Commands for recurring bulletins and their editions."""

import json
from datetime import date, datetime
from typing import Any

import click

from outreach import clock
from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission
from outreach.campaigns.series.labels import EDITION_LABELS, SERIES_LABELS, describe_rule
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.queries import EditionView, get_edition, get_series_by_slug, list_next, list_series
from outreach.campaigns.series.recurrence import read_rule
from outreach.campaigns.series.rules import EditionState
from outreach.campaigns.series.service import open_now, skip_edition
from outreach.cli.running import by_option, in_application, json_option
from outreach.db import db
from outreach.errors import NotFoundError
from outreach.translation import current_language
from outreach.translation import gettext as _

_SHOWN = 5
_day = click.DateTime(["%Y-%m-%d"])


@click.group()
def series() -> None:
    """Recurring bulletins: their rule, their next editions, opening and skipping one."""


@series.command("list")
@json_option
@in_application
def list_all(*, as_json: bool) -> None:
    """Show every series with its next editions.

    Example: outreach series list --json
    """
    found = [(each, list_next(each, clock.day_in(each.zone, clock.now()), _SHOWN)) for each in list_series()]
    if as_json:
        click.echo(json.dumps([_describe(*each) for each in found], ensure_ascii=False))
        return
    for each, editions in found:
        rule = describe_rule(read_rule(each.recurrence))
        click.echo(f"{each.slug}\t{SERIES_LABELS[each.state]}\t{rule}")
        for view in editions:
            click.echo(f"  {view.planned.due_on}\t{EDITION_LABELS[view.state]}\t{view.name(current_language())}")


@series.command("open")
@click.argument("slug", metavar="SERIES")
@click.option("--on", "on", type=_day, help="Day of the edition by its rule (else the next one not open).")
@by_option
@in_application
def open_(slug: str, on: datetime | None, by: str | None) -> None:
    r"""Open the draft of an edition before its day, and print the campaign's number.

    \b
    Example: outreach series open corazon-chilango
    """
    user = get_acting_user(by, Permission.WRITE)
    chosen = get_series_by_slug(slug)
    edition = open_now(get_edition(chosen, on.date()) if on else _find_next(chosen), user)
    db.session.commit()
    click.echo(str(edition.campaign_id))


@series.command()
@click.argument("slug", metavar="SERIES")
@click.option("--on", "on", type=_day, required=True, help="Day of the edition by its rule.")
@click.option("--reason", required=True, help="Why; it stays in the calendar of the series.")
@by_option
@in_application
def skip(slug: str, on: datetime, reason: str, by: str | None) -> None:
    r"""Leave an edition out, with a reason; a draft of it is cancelled.

    \b
    Example: outreach series skip corazon-chilango --on 2026-12-07 --reason "Vacaciones"
    """
    user = get_acting_user(by, Permission.WRITE)
    skip_edition(get_edition(get_series_by_slug(slug), on.date()), reason, user)
    db.session.commit()
    click.echo(_("La edición se omitió."))


def _find_next(chosen: Series) -> EditionView:
    today: date = clock.day_in(chosen.zone, clock.now())
    for view in list_next(chosen, today, _SHOWN):
        if view.state is EditionState.PLANNED:
            return view
    raise NotFoundError(
        _("La serie «%(name)s» no tiene ediciones por abrir: actívela en su página.", name=chosen.name_es)
    )


def _describe(each: Series, editions: list[EditionView]) -> dict[str, Any]:
    return {
        "id": each.id,
        "slug": each.slug,
        "name": each.name(current_language()),
        "state": each.state,
        "rule": describe_rule(read_rule(each.recurrence)),
        "editions": [
            {
                "due_on": view.planned.due_on.isoformat(),
                "sends_on": view.planned.sends_on.isoformat(),
                "name": view.name(current_language()),
                "state": view.state,
                "campaign": view.campaign.id if view.campaign else None,
            }
            for view in editions
        ],
    }
