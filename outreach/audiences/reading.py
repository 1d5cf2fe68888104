"""Tables of people as rows of text, one at a time: CSV in any usual encoding and separator, or XLSX."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from outreach.audiences.decoding import find_text_form, hash_file
from outreach.audiences.errors import UnreadableFileError
from outreach.audiences.workbooks import is_workbook, iterate_sheet, open_sheet
from outreach.translation import gettext as _

MOST_BYTES = 200_000_000
_LONGEST_LINE = 1_000_000
_MOST_COLUMNS = 200
_SEPARATORS = ",;\t"
_NAMED_SEPARATOR = re.compile(r'^"?sep=([,;\t])"?\s*$', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the number a spreadsheet gives it (a heading is 1); `problem` says why it is useless."""

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's headings and the rows below them; `row_total` is an estimate for a progress bar."""

    headings: Row
    rows: Iterator[Row]
    row_total: int
    sha256: str


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a file for one pass over its rows, empty ones left out; raise UnreadableFileError if it holds no table."""
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFileError(_("El archivo está vacío: no tiene encabezados ni personas."))
    if size > MOST_BYTES:
        raise UnreadableFileError(
            _("El archivo pesa más de %(limit)s MB: divídalo en varios.", limit=MOST_BYTES // 1_000_000)
        )
    if is_workbook(path):
        sheet = open_sheet(path)
        yield _take_headings((Row(*row) for row in iterate_sheet(sheet)), sheet.total_height, hash_file(path))
        return
    form = find_text_form(path)
    with path.open(encoding=form.encoding, newline="") as handle:
        yield _take_headings(_iterate_text(handle), form.lines, hash_file(path))


def _take_headings(rows: Iterator[Row], row_total: int, sha256: str) -> Table:
    filled = (row for row in map(_strip, rows) if row.problem or any(row.cells))
    headings = next(filled, None)
    if headings is None:
        raise UnreadableFileError(_("El archivo está vacío: no tiene encabezados ni personas."))
    if headings.problem:
        raise UnreadableFileError(_("El encabezado no se entiende: %(problem)s", problem=headings.problem))
    if len(headings.cells) > _MOST_COLUMNS:
        raise UnreadableFileError(
            _("El archivo tiene más de %(limit)s columnas: deje solo las que hagan falta.", limit=_MOST_COLUMNS)
        )
    return Table(headings, filled, row_total, sha256)


def _strip(row: Row) -> Row:
    cells = [cell.strip() for cell in row.cells]
    while cells and not cells[-1]:
        cells.pop()
    return Row(row.number, cells, row.problem)


def _iterate_text(handle: TextIO) -> Iterator[Row]:
    named = _NAMED_SEPARATOR.match(handle.readline(_LONGEST_LINE))
    if named:
        separator = named.group(1)
    else:
        handle.seek(0)
        separator = _find_separator(handle)
        handle.seek(0)
    return _iterate_records(_iterate_lines(handle), separator)


def _find_separator(handle: TextIO) -> str:
    """Return the separator that stands most often outside quotes in the first line that is not empty."""
    for line in _iterate_lines(handle):
        if line.strip():
            bare = "".join(line.split('"')[::2])
            return max(_SEPARATORS, key=bare.count)
    return ","


def _iterate_lines(handle: TextIO) -> Iterator[str]:
    number = 0
    while line := handle.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise UnreadableFileError(
                _(
                    "La línea %(line)s es demasiado larga para una tabla de personas: revise las comillas y los saltos "
                    "de línea del archivo.",
                    line=number,
                )
            )
        yield line


def _iterate_records(lines: Iterator[str], separator: str) -> Iterator[Row]:
    """Yield what a spreadsheet shows as a row: a quoted cell with line breaks is one, and so is an empty line."""
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)
    number = 0
    while True:
        number += 1
        lines_before = reader.line_num
        try:
            yield Row(number, next(reader))
        except StopIteration:
            return
        except csv.Error as problem:
            if reader.line_num > lines_before + 1:
                raise UnreadableFileError(_describe_open_quote(lines_before + 1)) from problem
            yield Row(number, [], _("sus comillas no están bien cerradas o una celda es demasiado larga."))


def _describe_open_quote(line: int) -> str:
    return _(
        "La línea %(line)s abre unas comillas que no se cierran bien y el resto del archivo quedaría en una sola "
        "celda: corríjala y vuelva a subirlo.",
        line=line,
    )
