"""Commands about the people who sign in."""

import json
import os

import click

from outreach.accounts import queries, second_factor, service
from outreach.accounts.passwords import generate_password
from outreach.accounts.rules import Permission, Role
from outreach.cli.running import by_option, in_application, json_option
from outreach.db import db
from outreach.translation import LANGUAGES
from outreach.translation import gettext as _


@click.group()
def users() -> None:
    """People who sign in.

    Example: outreach users add ana@example.org --role redaccion
    """


@users.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What the person may do.")
@click.option("--name", default="", help="The person's name (else the part of the address before the @).")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="es", show_default=True, help="Language of the pages."
)
@by_option
@json_option
@in_application
def add(email: str, role: str, name: str, language: str, by: str | None, *, as_json: bool) -> None:
    """Make an account for EMAIL.

    The password is OUTREACH_USER_PASSWORD, else one is made up and printed once.

    Example: outreach users add ana@example.org --role redaccion --name "Ana Pérez"
    """
    acting = queries.get_acting_user(by, Permission.CONFIGURE)
    password, made_up = _choose_password()
    user = service.add_user(email, name, Role(role), password, acting)
    user.language = language
    db.session.commit()
    if as_json:
        click.echo(json.dumps({"id": user.id, "email": user.email, "role": role, "password": made_up}))
        return
    click.echo(_("Se creó la cuenta %(email)s con el rol %(role)s.", email=user.email, role=role))
    _tell_password(made_up)


@users.command("reset-password")
@click.argument("email")
@by_option
@in_application
def reset_password(email: str, by: str | None) -> None:
    """Give EMAIL a new password and close all of the account's sessions.

    The password is OUTREACH_USER_PASSWORD, else one is made up and printed once.

    Example: outreach users reset-password ana@example.org
    """
    acting = queries.get_acting_user(by, Permission.CONFIGURE)
    user = queries.get_user(email)
    password, made_up = _choose_password()
    service.set_password(user, password, by=acting)
    db.session.commit()
    click.echo(_("La cuenta %(email)s tiene otra contraseña y sus sesiones se cerraron.", email=user.email))
    _tell_password(made_up)


@users.command("remove-second-factor")
@click.argument("email")
@by_option
@in_application
def remove_second_factor(email: str, by: str | None) -> None:
    """Let EMAIL sign in with the password alone, after losing both the telephone and the recovery codes.

    Example: outreach users remove-second-factor ana@example.org
    """
    acting = queries.get_acting_user(by, Permission.CONFIGURE)
    user = queries.get_user(email)
    second_factor.remove(user, acting)
    db.session.commit()
    click.echo(_("La cuenta %(email)s entra otra vez solo con su contraseña.", email=user.email))


def _choose_password() -> tuple[str, str | None]:
    """Return the password to set, and the same again when it was made up and has to be told."""
    given = os.environ.get("OUTREACH_USER_PASSWORD")
    made_up = None if given else generate_password()
    return given or made_up or "", made_up


def _tell_password(made_up: str | None) -> None:
    if made_up:
        click.echo(_("Contraseña (no se vuelve a mostrar): %(password)s", password=made_up))


@users.command("list")
@json_option
@in_application
def list_accounts(*, as_json: bool) -> None:
    """Show every account.

    Example: outreach users list --json
    """
    found = queries.list_users()
    if as_json:
        rows = [
            {"id": user.id, "email": user.email, "name": user.name, "role": user.role, "active": user.is_active}
            for user in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for user in found:
        state = "" if user.is_active else _("desactivada")
        click.echo(f"{user.email}  {user.role}  {user.name}  {state}".rstrip())
