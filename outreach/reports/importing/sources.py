"""Where a table of old dispatches comes from: a CSV or XLSX, or what was pasted from a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from outreach.audiences.columns import clean_text
from outreach.audiences.errors import UnreadableFileError
from outreach.audiences.reading import open_table
from outreach.reports.importing.columns import has_date_heading
from outreach.translation import gettext as _

MOST_ROWS = 200_000
_HEADINGS_WITHIN = 10


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table as it was given: headings, the rows below them, and the hash of the whole file."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sha256: str
    name: str


def read_file(path: Path, name: str = "") -> SourceTable:
    """Read a CSV or XLSX; raise UnreadableFileError if it holds no table or a row cannot be read."""
    with open_table(path) as table:
        rows = [table.headings.cells]
        for row in table.rows:
            if row.problem:
                raise UnreadableFileError(
                    _("La línea %(line)s no se entiende: %(problem)s", line=row.number, problem=row.problem)
                )
            rows.append(row.cells)
            if len(rows) > MOST_ROWS:
                raise UnreadableFileError(
                    _("La tabla tiene más de %(limit)s filas: divídala en varias.", limit=MOST_ROWS)
                )
        return _find_headings(rows, table.sha256, name or path.name)


def read_pasted(text: str) -> SourceTable:
    """Read a table that was copied from a document: cells apart by tabs; a line without any goes on with its cell."""
    rows: list[list[str]] = []
    for line in text.splitlines():
        cells = line.split("\t")
        if len(cells) == 1 and rows and len(rows[-1]) > 1:
            rows[-1][-1] = f"{rows[-1][-1]} {line}"
        elif line.strip():
            rows.append(cells)
    if not any(len(row) > 1 for row in rows):
        raise UnreadableFileError(
            _("Lo pegado no es una tabla: copie en el documento la tabla entera, con sus encabezados.")
        )
    return _find_headings(rows, sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), _("tabla pegada"))


def _find_headings(rows: Sequence[Sequence[str]], digest: str, name: str) -> SourceTable:
    """Take the first row with a date heading; what stands above it is the table's title."""
    cleaned = [tuple(clean_text(cell) for cell in row) for row in rows]
    first = next((place for place, row in enumerate(cleaned[:_HEADINGS_WITHIN]) if has_date_heading(row)), 0)
    below = tuple(row for row in cleaned[first + 1 :] if any(row))
    return SourceTable(cleaned[first], below, digest, name)
