"""The command line: one module for each noun, gathered here."""

import os
from typing import Any

import click

from outreach.cli.audiences import audiences
from outreach.cli.campaigns import campaigns
from outreach.cli.closing import close, closings
from outreach.cli.contacts import contacts
from outreach.cli.deliveries import deliveries, status
from outreach.cli.demo import demo
from outreach.cli.goals import goals
from outreach.cli.log import log
from outreach.cli.proofs import test
from outreach.cli.reports import report
from outreach.cli.series import series
from outreach.cli.serving import arm, run, tick, worker
from outreach.cli.setup import init
from outreach.cli.users import users
from outreach.errors import OutreachError
from outreach.translation import speaking


class _RefusalError(click.ClickException):
    """A refusal as the command line tells it: its sentence alone, and exit code 1."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's own signature
        click.echo(self.format_message(), file=file, err=True)


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            # Options are read before the configuration is, and their refusals speak its language too.
            with speaking(os.environ.get("OUTREACH_LANGUAGE")):
                return super().invoke(ctx)
        except OutreachError as refusal:
            raise _RefusalError(str(refusal)) from refusal


@click.group(cls=_Commands)
@click.version_option(package_name="outreach")
def main() -> None:
    """Bilingual mailings, approved and on time, and the log that writes the report."""


campaigns.add_command(status)
campaigns.add_command(test)
_SERVING = (init, demo, run, worker, tick, arm)
_NOUNS = (users, audiences, contacts, campaigns, series, deliveries, log, report, close, closings, goals)
for command in (*_SERVING, *_NOUNS):
    main.add_command(command)
