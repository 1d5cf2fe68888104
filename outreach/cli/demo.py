"""`outreach demo`: the whole job on invented people, with a mailbox to look into."""

import click

from outreach.demo.job import run_demonstration


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the web page.")
@click.option("--no-serve", is_flag=True, help="Stop when the report is written.")
def demo(port: int, *, no_serve: bool) -> None:
    """Do the whole job on sample people and a local mailbox, in a folder of its own (outreach-demo).

    Example: outreach demo --no-serve
    """
    run_demonstration(port, serves=not no_serve)
