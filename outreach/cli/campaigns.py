"""Commands for campaigns: from a file to a scheduled time."""

import json
from pathlib import Path
from typing import Any

import click

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission
from outreach.campaigns import approving, scheduling
from outreach.campaigns.errors import RestrictedPeriodError
from outreach.campaigns.findings import list_errors, list_findings
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.labels import STATE_LABELS
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.departure import Departure
from outreach.campaigns.planning.notices import look_at
from outreach.campaigns.planning.service import confirm
from outreach.campaigns.planning.zones import place_wall
from outreach.campaigns.queries import CampaignFilter, get_campaign, list_campaigns
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.times import describe
from outreach.cli.running import by_option, in_application, json_option
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _

campaign_argument = click.argument("campaign_id", metavar="ID", type=int)


@click.group()
def campaigns() -> None:
    """Campaigns: bring them in, check, approve, schedule, stop."""


@campaigns.command("import")
@click.argument("file", metavar="FILE.toml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@by_option
@json_option
@in_application
def import_(file: Path, by: str | None, *, as_json: bool) -> None:
    r"""Make a draft campaign from a TOML file and print its number.

    \b
    Example: outreach campaigns import 2026-03-corazon-chilango.toml --json
    """
    author = get_acting_user(by, Permission.WRITE)
    campaign = import_campaign(read_campaign(file.read_bytes()), author)
    _finish("import", campaign, author)
    click.echo(json.dumps({"id": campaign.id}) if as_json else str(campaign.id))


@campaigns.command()
@campaign_argument
@json_option
@click.pass_context
@in_application
def check(context: click.Context, campaign_id: int, *, as_json: bool) -> None:
    r"""Say what must be mended (exit 1) and what to look at before the campaign leaves.

    \b
    Example: outreach campaigns check 12
    """
    findings = list_findings(get_campaign(campaign_id))
    errors = list_errors(findings)
    if as_json:
        rows = [
            {"code": each.code, "severity": each.severity, "message": each.message, "place": each.place}
            for each in findings
        ]
        click.echo(json.dumps({"id": campaign_id, "findings": rows}, ensure_ascii=False))
    for finding in findings:
        if finding in errors:
            click.echo(finding.message, err=True)
        elif not as_json:
            click.echo(finding.message)
    if errors:
        context.exit(1)
    if not as_json:
        click.echo(_("La campaña no tiene errores."))


@campaigns.command()
@campaign_argument
@by_option
@in_application
def approve(campaign_id: int, by: str | None) -> None:
    r"""Give a campaign the second person's yes; its author cannot.

    \b
    Example: outreach campaigns approve 12 --by revision@example.org
    """
    campaign = get_campaign(campaign_id)
    approving.approve(campaign, get_acting_user(by, Permission.APPROVE))
    db.session.commit()
    click.echo(_("La campaña «%(name)s» tiene visto bueno.", name=campaign.name))


@campaigns.command()
@campaign_argument
@click.option("--at", "at", metavar="TIME", help="Local time, as 2026-03-03T09:00.")
@click.option("--now", "at_once", is_flag=True, help="Leave at once.")
@click.option("--not-after", metavar="TIME", help="Local time after which nothing more may leave.")
@click.option("--zone", metavar="ZONE", help="IANA zone of the times (else OUTREACH_TIMEZONE).")
@click.option("--occurrence", type=click.IntRange(1, 2), help="Which of the two, for a time that the clocks repeat.")
@click.option("--local-time", "is_local_time", is_flag=True, help="At that hour wherever each person lives.")
@click.option("--confirm", "reason", metavar="REASON", help="Why it may leave in a restricted period that asks.")
@by_option
@in_application
def schedule(campaign_id: int, by: str | None, reason: str | None, *, at_once: bool, **typed: Any) -> None:  # noqa: ANN401 - the options that say when
    r"""Let an approved campaign leave at a time, or at once; what is to be known of that time is printed.

    \b
    Example: outreach campaigns schedule 12 --at 2026-03-03T09:00
    """
    if (typed["at"] is None) is not at_once:
        raise click.UsageError(_("Escriba --at con una hora, o --now: una de las dos."))
    user = get_acting_user(by, Permission.SCHEDULE)
    campaign = get_campaign(campaign_id)
    departure = _read_departure(**typed)
    _look_ahead(campaign, departure, reason, user)
    if at_once:
        scheduling.schedule_now(campaign, departure.zone, departure.not_after)
    else:
        scheduling.schedule(
            campaign, departure.at, departure.zone, departure.not_after, is_local_time=departure.is_local_time
        )
    _finish("schedule", campaign, user)
    if campaign.scheduled_at:
        click.echo(_("Sale el %(at)s.", at=describe(campaign.scheduled_at, departure.zone)))


def _read_departure(
    at: str | None, not_after: str | None, zone: str | None, occurrence: int | None, *, is_local_time: bool
) -> Departure:
    place = zone or current_config().timezone
    end = place_wall(scheduling.parse_wall(not_after), place) if not_after else None
    if at is None:
        return Departure(clock.now(), place, end)
    return Departure(scheduling.parse_local(at, place, occurrence), place, end, is_local_time)


def _look_ahead(campaign: Campaign, departure: Departure, reason: str | None, user: User) -> None:
    """Print the warnings, and keep the reason for periods that ask, also when another person's is still missing."""
    outlook = look_at(campaign, departure)
    for finding in outlook.findings:
        if not finding.code.startswith("restricted"):
            click.echo(finding.message)
    if reason is not None and outlook.asks:
        confirm(campaign, outlook.asks, user, reason)
        db.session.commit()
    elif outlook.asks:
        sentences = " ".join(each.sentence for each in outlook.asks)
        raise RestrictedPeriodError(_('%(asked)s Agregue --confirm "motivo".', asked=sentences))


@campaigns.command()
@campaign_argument
@by_option
@in_application
def pause(campaign_id: int, by: str | None) -> None:
    r"""Stop a campaign that is being sent, until it is resumed.

    \b
    Example: outreach campaigns pause 12
    """
    user = get_acting_user(by, Permission.SCHEDULE)
    campaign = get_campaign(campaign_id)
    scheduling.pause(campaign)
    _finish("pause", campaign, user)


@campaigns.command()
@campaign_argument
@by_option
@in_application
def resume(campaign_id: int, by: str | None) -> None:
    r"""Go on with a paused campaign, or let a held one leave now.

    \b
    Example: outreach campaigns resume 12
    """
    user = get_acting_user(by, Permission.SCHEDULE)
    campaign = get_campaign(campaign_id)
    scheduling.resume(campaign)
    _finish("resume", campaign, user)


@campaigns.command()
@campaign_argument
@by_option
@in_application
def cancel(campaign_id: int, by: str | None) -> None:
    r"""End a campaign for good: what has not left will not.

    \b
    Example: outreach campaigns cancel 12
    """
    user = get_acting_user(by, Permission.SCHEDULE)
    campaign = get_campaign(campaign_id)
    scheduling.cancel(campaign)
    _finish("cancel", campaign, user)


@campaigns.command("list")
@click.option("--state", type=click.Choice([state.value for state in CampaignState]), help="Only this state.")
@click.option("--page", type=click.IntRange(1), default=1, help="Page of 25, the newest first.")
@json_option
@in_application
def list_(state: str | None, page: int, *, as_json: bool) -> None:
    r"""List campaigns, the newest first.

    \b
    Example: outreach campaigns list --state draft --json
    """
    found = list_campaigns(CampaignFilter(state=CampaignState(state) if state else None), page)
    if as_json:
        rows = [{"id": each.id, "name": each.name, "kind": each.kind.slug, "state": each.state} for each in found]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for campaign in found:
        click.echo(f"{campaign.id}\t{STATE_LABELS[campaign.state]}\t{campaign.name}")
    if not found.items:
        click.echo(_("No hay campañas: haga una con «outreach campaigns import»."))


def _finish(action: str, campaign: Campaign, user: User) -> None:
    record(action, "campaign", campaign.id, {"state": campaign.state}, user=user)
    db.session.commit()
