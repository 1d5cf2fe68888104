"""Commands about audiences."""

import json

import click

from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission
from outreach.audiences.members import list_audiences
from outreach.audiences.service import AudienceNames, add_audience
from outreach.cli.running import by_option, in_application, json_option
from outreach.db import db
from outreach.translation import current_language
from outreach.translation import gettext as _


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def audiences(context: click.Context, *, as_json: bool) -> None:
    """Show every audience with its people: subscribed, and how many of them are excluded.

    Example: outreach audiences --json
    """
    if context.invoked_subcommand is None:
        _show(as_json=as_json)


@in_application
def _show(*, as_json: bool) -> None:
    name = f"name_{current_language()}"
    rows = [
        {
            "slug": found.audience.slug,
            "name": getattr(found.audience, name),
            "subscribed": found.subscribed,
            "excluded": found.excluded,
        }
        for found in list_audiences()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['slug']:<24} {row['subscribed']:>9,} {row['excluded']:>7,}  {row['name']}")
    click.echo(_("Tras la clave: personas suscritas y, de ellas, cuántas están en exclusión."))


@audiences.command()
@click.argument("slug")
@click.option("--name-es", required=True, help="Its name in Spanish.")
@click.option("--name-en", required=True, help="Its name in English.")
@click.option("--phrase-es", required=True, help="How a report goes on after «se enviaron N correos electrónicos».")
@click.option("--phrase-en", required=True, help='How a report goes on after "N e-mails were sent".')
@by_option
@in_application
def add(slug: str, by: str | None, **names: str) -> None:
    """Add an audience.

    \b
    Example: outreach audiences add prensa --name-es Prensa --name-en Press
      --phrase-es "a medios de comunicación" --phrase-en "to the press"
    """  # noqa: D301 the \b is click's mark for lines that stay as they are
    audience = add_audience(slug, AudienceNames(**names), get_acting_user(by, Permission.CONFIGURE))
    db.session.commit()
    click.echo(_("Se creó la audiencia «%(slug)s».", slug=audience.slug))
