"""The ledger on the command line."""

import json
from typing import Any

import click

from outreach import clock
from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.times import describe
from outreach.cli.running import by_option, in_application, json_option
from outreach.db import db
from outreach.dispatch import ledger
from outreach.dispatch.labels import OUTCOME_LABELS
from outreach.dispatch.models import Delivery
from outreach.dispatch.rules import Outcome
from outreach.dispatch.service import resolve as resolve_delivery
from outreach.dispatch.waits import list_waits
from outreach.translation import gettext as _
from outreach.translation import ngettext


@click.command()
@click.argument("campaign_id", metavar="ID", type=int)
@json_option
@in_application
def status(campaign_id: int, *, as_json: bool) -> None:
    """Show a campaign's state and its ledger; waiting for another try is pending.

    Example: outreach campaigns status 12 --json
    """
    campaign = get_campaign(campaign_id)
    figures = ledger.read_ledger(campaign_id).as_json()
    waits = list_waits(campaign_id, clock.now()) if campaign.is_local_time else []
    if as_json:
        answer = {"id": campaign.id, "state": campaign.state, "reason": campaign.state_reason, "ledger": figures}
        if waits:
            answer["waits"] = [{"until": wait.until.isoformat(), "people": wait.people} for wait in waits]
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(f"{campaign.id} · {campaign.name} · {campaign.state}")
    if campaign.state_reason:
        click.echo(campaign.state_reason)
    for name, number in figures.items():
        click.echo(f"{name:>12} {number:>9,}")
    for wait in waits:
        at = describe(wait.until, campaign.scheduled_zone)
        click.echo(
            ngettext(
                "%(num)s persona espera hasta el %(at)s.",
                "%(num)s personas esperan hasta el %(at)s.",
                wait.people,
                at=at,
            )
        )


@click.group()
def deliveries() -> None:
    """Deliveries: what became of each message."""


@deliveries.command(name="list")
@click.option("--campaign", "campaign_id", type=int, required=True, help="Number of the campaign.")
@click.option("--outcome", type=click.Choice([outcome.value for outcome in Outcome]), help="Only this outcome.")
@json_option
@in_application
def list_deliveries(campaign_id: int, outcome: str | None, *, as_json: bool) -> None:
    """List a campaign's deliveries, each with what to look for in the mail server's log.

    Example: outreach deliveries list --campaign 12 --outcome uncertain --json
    """
    get_campaign(campaign_id)
    rows = (_describe(found) for found in ledger.stream_deliveries(campaign_id, [Outcome(outcome)] if outcome else []))
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']:>8}  {row['label']:<12} {row['email']}  {row['message_id']}  {row['reply']}".rstrip())


def _describe(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "email": delivery.contact.email,
        "outcome": delivery.standing,
        "label": str(OUTCOME_LABELS[Outcome(delivery.standing)]),
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "message_id": ledger.find_message_id(delivery),
        "reply": delivery.reply,
        "finished_at": delivery.finished_at.isoformat() if delivery.finished_at else None,
    }


@deliveries.command()
@click.argument("delivery_id", metavar="DELIVERY", type=int)
@click.option("--as", "outcome", type=click.Choice(["sent", "failed"]), required=True, help="What became of it.")
@click.option("--reason", required=True, help="How you know: where the Message-ID was found.")
@by_option
@in_application
def resolve(delivery_id: int, outcome: str, reason: str, by: str | None) -> None:
    """Say what became of an uncertain delivery.

    Example: outreach deliveries resolve 481 --as sent --by ana@example.org --reason "In the log of 3 March, 9:04"
    """
    user = get_acting_user(by, Permission.SCHEDULE)
    delivery = ledger.get_delivery(delivery_id)
    resolve_delivery(delivery, Outcome(outcome), user, reason)
    db.session.commit()
    click.echo(_("La entrega %(number)s quedó resuelta.", number=delivery_id))
