"""The command line: one module for each noun, gathered here."""

import sys

import click

from outreach.cli.audiences import audiences
from outreach.cli.campaigns import campaigns
from outreach.cli.contacts import contacts
from outreach.cli.deliveries import deliveries, status
from outreach.cli.demo import demo
from outreach.cli.log import log
from outreach.cli.reports import report
from outreach.cli.serving import run, tick, worker
from outreach.cli.setup import init
from outreach.cli.users import users
from outreach.errors import OutreachError


@click.group()
@click.version_option(package_name="outreach")
def commands() -> None:
    """Bilingual mailings, approved and on time, and the log that writes the report."""


campaigns.add_command(status)
for command in (init, demo, run, worker, tick, users, audiences, contacts, campaigns, deliveries, log, report):
    commands.add_command(command)


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1."""
    try:
        commands.main(standalone_mode=True)
    except OutreachError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
