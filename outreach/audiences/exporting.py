"""People written to a CSV that any spreadsheet opens and that can be imported again."""

import csv
from collections.abc import Iterator
from io import StringIO

from outreach.audiences.cells import guard_cell
from outreach.audiences.models import Audience, Contact
from outreach.audiences.queries import list_attribute_names, stream_contacts

# The headings that an import understands, with the column each holds.
_COLUMNS = {
    "correo": "email",
    "nombre": "name",
    "institución": "institution",
    "cargo": "position",
    "tratamiento": "title",
    "idioma": "language",
    "país": "country",
    "zona horaria": "timezone",
}
_MARK = "\ufeff"


def iterate_csv(audience: Audience | None) -> Iterator[str]:
    """Yield the lines of a CSV, byte order mark first, of an audience's people who have not left, or of everybody."""
    attributes = list_attribute_names([audience.id] if audience else None)
    yield _MARK + _write_line([*_COLUMNS, *attributes])
    for contact in stream_contacts(audience):
        yield _write_line(_list_cells(contact, attributes))


def _list_cells(contact: Contact, attributes: list[str]) -> list[str]:
    fixed = [getattr(contact, column) or "" for column in _COLUMNS.values()]
    return [guard_cell(text) for text in [*fixed, *(contact.attributes.get(name, "") for name in attributes)]]


def _write_line(cells: list[str]) -> str:
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
