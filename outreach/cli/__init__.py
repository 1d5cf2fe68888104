"""The command line: one module for each noun, gathered here."""

import sys

import click

from outreach.cli.serving import run, tick, worker
from outreach.cli.setup import init
from outreach.errors import OutreachError


@click.group()
def commands() -> None:
    """Bilingual mailings, approved and on time, and the log that writes the report."""


for command in (init, run, worker, tick):
    commands.add_command(command)


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1."""
    try:
        commands.main(standalone_mode=True)
    except OutreachError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
