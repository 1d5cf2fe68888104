"""What every command shares: the application around it, and the person it acts for."""

import os
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from outreach.app import create_app
from outreach.config import Config
from outreach.db import db
from outreach.schema import check_revision
from outreach.translation import speaking

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

by_option = click.option("--by", "by", metavar="EMAIL", help="Act for this person (else the first administrator).")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")


def in_application(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run `command` inside the application that the environment describes, once its tables are there."""
    return _wrap(command, needs_tables=True)


def in_bare_application(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run `command` inside the application, whether its tables are there or not."""
    return _wrap(command, needs_tables=False)


def _wrap(command: Callable[Parameters, Result], *, needs_tables: bool) -> Callable[Parameters, Result]:
    @wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        config = Config.from_environment(os.environ)
        config.data_dir.mkdir(parents=True, exist_ok=True)
        with create_app(config).app_context(), speaking(config.language):
            try:
                if needs_tables:
                    check_revision(db.engine)
                return command(*args, **kwargs)
            finally:
                db.session.remove()
                db.engine.dispose()

    return run
