"""The command that sends a test mail of a campaign to staff."""

import json

import click

from outreach.accounts.queries import get_acting_user, get_user
from outreach.accounts.rules import Permission
from outreach.campaigns.composing import compose
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rendering import list_renditions
from outreach.campaigns.rules import Rendition
from outreach.cli.running import by_option, in_application, json_option
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.errors import ProofError
from outreach.dispatch.proofs import describe_result, prepare_proofs, send_proofs


@click.command("test")
@click.argument("campaign_id", metavar="ID", type=int)
@click.option(
    "--to", "to", metavar="EMAIL", multiple=True, required=True, help="A colleague's account; may be given again."
)
@click.option(
    "--language",
    "language",
    type=click.Choice([each.value for each in Rendition]),
    help="Only this version (else each).",
)
@by_option
@json_option
@in_application
def test(campaign_id: int, to: tuple[str, ...], language: str | None, by: str | None, *, as_json: bool) -> None:
    r"""Send a campaign as it is now to colleagues, marked [Prueba]; it counts nowhere.

    \b
    Example: outreach campaigns test 12 --to redaccion@example.org
    """
    user = get_acting_user(by, Permission.SCHEDULE)
    campaign = get_campaign(campaign_id)
    renditions = [Rendition(language)] if language else list(list_renditions(compose(campaign)))
    proofs = prepare_proofs(campaign, renditions, [get_user(email) for email in to], user)
    db.session.commit()
    result = send_proofs(current_config(), proofs)
    if as_json:
        click.echo(json.dumps({"id": campaign_id, "sent": result.accepted, "problems": list(result.problems)}))
    elif result.accepted:
        click.echo(describe_result(result))
    if result.problems:
        raise ProofError(describe_result(result))
