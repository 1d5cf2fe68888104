"""Rows of an XLSX workbook, looked at before it is opened: a small file may hide a very large one (X-21)."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeAlias

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from outreach.audiences.errors import UnreadableFileError
from outreach.translation import gettext as _

Cell: TypeAlias = object

_MOST_ENTRIES = 1_000
_MOST_UNPACKED = 600_000_000
_WORST_RATIO = 100
_SMALL_ENOUGH = 10_000_000
_CHUNK = 1 << 20
# Where a cell says its own place; the reader reserves the rectangle up to the farthest one.
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})(\d{1,9})["']""")
_LONGEST_PLACE = 40
_MOST_CELLS = 30_000_000


def is_workbook(path: Path) -> bool:
    """Tell whether the file is an XLSX by its content, whatever its name."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def open_sheet(path: Path) -> CalamineSheet:
    """Open the first visible sheet that holds anything; raise UnreadableFileError if there is none or it is a bomb."""
    check_workbook(path)
    try:
        book = CalamineWorkbook.from_path(path)
        for number, sheet in enumerate(book.sheets_metadata):
            if sheet.visible == SheetVisibleEnum.Visible:
                opened = book.get_sheet_by_index(number)
                if opened.height:
                    return opened
    except CalamineError as problem:
        raise UnreadableFileError(
            _("El libro de Excel no se puede abrir: quítele la contraseña o guárdelo de nuevo como XLSX.")
        ) from problem
    raise UnreadableFileError(_("El archivo está vacío: no tiene encabezados ni personas."))


def check_workbook(path: Path) -> None:
    """Raise UnreadableFileError if unpacking the workbook would take far more room than the file itself."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            packed = max(1, path.stat().st_size)
            is_dense = unpacked > _SMALL_ENOUGH and unpacked / packed > _WORST_RATIO
            if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or is_dense:
                raise UnreadableFileError(_too_large())
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        raise UnreadableFileError(_("El libro de Excel está dañado: guárdelo de nuevo como XLSX.")) from problem


def _too_large() -> str:
    return _(
        "El libro de Excel es demasiado grande al descomprimirse: guárdelo como CSV o divídalo en varios archivos."
    )


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack one entry to the end, which also checks its sum, and follow the places its cells name."""
    is_sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
    widest = tallest = 0
    kept = b""
    with archive.open(entry) as handle:
        while chunk := handle.read(_CHUNK):
            if not is_sheet:
                continue
            kept += chunk
            for column, row in _PLACE.findall(kept):
                widest, tallest = max(widest, _number_column(column)), max(tallest, int(row))
            kept = kept[-_LONGEST_PLACE:]
            if widest * tallest > _MOST_CELLS:
                raise UnreadableFileError(_too_large())


def _number_column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def iterate_sheet(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's number as the spreadsheet shows it, and its cells as text."""
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, [_write_cell(cell) for cell in cells]


def _write_cell(cell: Cell) -> str:
    """Write a cell as a person typed it: telephone numbers arrive as floats, and days as midnights."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
