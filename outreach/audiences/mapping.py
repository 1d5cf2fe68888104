"""What each column of a file holds: what the program proposes, and what a person chooses instead."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from babel.support import LazyProxy

from outreach.audiences.columns import (
    IGNORED,
    ColumnPlan,
    check_protected,
    clean_text,
    find_field,
    fold_heading,
    make_plan,
)
from outreach.audiences.errors import UnreadableFileError
from outreach.audiences.reading import open_table
from outreach.translation import gettext as _
from outreach.translation import lazy_gettext as _l

ATTRIBUTE = "attribute"
SKIP = "skip"
_SAMPLES = 3
_LONGEST_SAMPLE = 60

FIELD_LABELS: dict[str, LazyProxy] = {
    "email": _l("Correo electrónico"),
    "name": _l("Nombre"),
    "institution": _l("Institución"),
    "position": _l("Cargo"),
    "title": _l("Tratamiento"),
    "language": _l("Idioma"),
    "country": _l("País"),
    "timezone": _l("Zona horaria"),
    "source": _l("Origen del consentimiento"),
    "given_on": _l("Fecha de consentimiento"),
}


def read_start(path: Path) -> tuple[list[str], list[list[str]], int]:
    """Return a file's headings, the first values of each column, and an estimate of its rows.

    Raises UnreadableFileError if it holds no table, or a column that must not enter.
    """
    with open_table(path) as table:
        headings = [clean_text(cell) for cell in table.headings.cells]
        for heading in headings:
            check_protected(heading)
        rows = [row.cells for row in islice(table.rows, _SAMPLES)]
        if not rows:
            raise UnreadableFileError(_("El archivo solo tiene encabezados: agregue al menos una persona."))
    samples = [[_shorten(cells[place]) for cells in rows if place < len(cells)] for place in range(len(headings))]
    return headings, samples, table.row_total


def _shorten(text: str) -> str:
    plain = clean_text(text)
    return plain if len(plain) <= _LONGEST_SAMPLE else f"{plain[:_LONGEST_SAMPLE]}…"


def propose(headings: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> list[str]:
    """Return what each column seems to hold: a field, `attribute`, or `skip` for one without a usable heading.

    Where no heading names the address, the first column whose samples all look like one is taken for it.
    """
    proposed = [find_field(heading) or _propose_other(heading) for heading in headings]
    if "email" not in proposed:
        place = next(
            (place for place, cells in enumerate(samples) if cells and all("@" in cell for cell in cells)), None
        )
        if place is not None:
            proposed[place] = "email"
    return proposed


def _propose_other(heading: str) -> str:
    folded = fold_heading(heading)
    return SKIP if not folded or folded in IGNORED else ATTRIBUTE


def plan_as_chosen(headings: Sequence[str], choices: Sequence[str]) -> ColumnPlan:
    """Return the plan of a person's choices, one for each heading; raise UnreadableFileError if it cannot be."""
    for heading in headings:
        check_protected(heading)
    fields = {place: choice for place, choice in enumerate(choices[: len(headings)]) if choice in FIELD_LABELS}
    attributes = {
        place: fold_heading(headings[place]) or f"columna_{place + 1}"
        for place, choice in enumerate(choices[: len(headings)])
        if choice == ATTRIBUTE
    }
    return make_plan(headings, fields, attributes)
