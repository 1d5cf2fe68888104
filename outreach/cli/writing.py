"""Where a command's file goes: into the named file, or to standard output."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from outreach.errors import OutreachError
from outreach.translation import gettext as _

output_option = click.option(
    "-o", "--output", default="-", metavar="FILE", help="Write to this file (else, or with -, to standard output)."
)


class UnwritableFileError(OutreachError):
    """The file that was named cannot be written."""


def write_output(pieces: Iterable[bytes], output: str) -> None:
    """Write the pieces to the file `output`, or to standard output for `-`; raise UnwritableFileError."""
    if output == "-":
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return
    try:
        with Path(output).open("wb") as handle:
            handle.writelines(pieces)
    except OSError as problem:
        raise UnwritableFileError(
            _(
                "No se puede escribir el archivo %(path)s (%(problem)s): elija otro nombre u otra carpeta.",
                path=output,
                problem=problem.strerror,
            )
        ) from problem
