"""`outreach init`: everything a fresh installation needs."""

import os

import click

from outreach.cli.running import in_bare_application
from outreach.installing import install
from outreach.translation import gettext as _

_ADMINISTRATOR = "administracion@iecm.mx"


@click.command()
@in_bare_application
def init() -> None:
    """Make the tables, the five audiences, kinds, senders, layouts and the first administrator.

    The password is taken from OUTREACH_ADMIN_PASSWORD, else made up and printed once; the address is
    OUTREACH_ADMIN_EMAIL or administracion@iecm.mx. Run again, it changes nothing.

    Example: OUTREACH_ADMIN_PASSWORD='…' outreach init
    """
    email = os.environ.get("OUTREACH_ADMIN_EMAIL") or _ADMINISTRATOR
    made_up = install(email, os.environ.get("OUTREACH_ADMIN_PASSWORD"))
    click.echo(_("La base de datos está lista."))
    if made_up:
        click.echo(_("Cuenta: %(email)s", email=email))
        click.echo(_("Contraseña (no se vuelve a mostrar): %(password)s", password=made_up))
