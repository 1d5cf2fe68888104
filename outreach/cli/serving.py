"""Commands that do the work: the whole program, a sender alone, or what is due once."""

import dataclasses
import os
import signal
import threading
from contextlib import suppress

import click
from flask import Flask, current_app

from outreach import clock
from outreach.accounts.jobs import forget_old
from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission
from outreach.audiences.steps import advance_all
from outreach.cli.running import by_option, in_application
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch import arming, jobs
from outreach.scheduler import prepare, scheduling
from outreach.serving import serve
from outreach.translation import gettext as _


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@in_application
def run(host: str, port: int) -> None:
    """Serve the pages and send what is due, in one process, until told to stop.

    Example: outreach run --host 0.0.0.0 --port 8000
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - threads need the application itself
    with scheduling(app):
        click.echo(_("Outreach atiende en %(url)s", url=f"http://{host}:{port}"))
        serve(app, host, port)


@click.command()
@click.option("--connections", type=click.IntRange(1, 64), help="Connections to the mail server (else as configured).")
@in_application
def worker(connections: int | None) -> None:
    """Send what is released, and nothing else, until told to stop.

    Example: outreach worker --connections 4
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - threads need the application itself
    if connections:
        config = current_config()
        smtp = dataclasses.replace(config.smtp, connections=connections)
        app.extensions["outreach"] = dataclasses.replace(config, smtp=smtp)
    _interrupt_nobody()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: stop.set())
    with scheduling(app, looks=False):
        stop.wait()


def _interrupt_nobody() -> None:
    """Let Linux take this process for one that nobody waits for (sched(7), SCHED_BATCH).

    A worker wakes thousands of times a second, and would take the processor each time from the database or the mail
    server beside it, which are at work for it.
    """
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


@click.command()
@in_application
def tick() -> None:
    """Do everything that is due now, then return: for cron and tests.

    Example: outreach tick
    """
    forget_old(clock.now())
    opened = prepare(current_config())
    if opened:
        click.echo(_("Ediciones abiertas: %(number)s.", number=opened))
    advance_all()
    started = jobs.tick(current_config())
    click.echo(_("Campañas iniciadas: %(number)s.", number=started))


@click.command()
@by_option
@in_application
def arm(by: str | None) -> None:
    """Confirm that this database sends from here, after it was copied or put back from a backup.

    Example: outreach arm --by ana@example.org
    """
    user = get_acting_user(by, Permission.CONFIGURE)
    arming.arm(current_config(), user)
    db.session.commit()
    click.echo(_("Listo: esta base de datos envía desde aquí."))
