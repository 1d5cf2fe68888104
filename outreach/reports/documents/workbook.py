"""Reports and logs as XLSX: dates are dates, numbers are numbers, and no text ever becomes a formula (X-13)."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from outreach.reports.dates import DateForm
from outreach.reports.documents.cells import is_formula_like, keep_printable
from outreach.reports.layouts import Field
from outreach.reports.report import Report
from outreach.reports.tables import Table

# What a cell holds; a number or a date may bring the pattern it is printed with.
Cell: TypeAlias = str | int | date | tuple[int | date, str]

_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
_WIDTHS = {Field.NUMBER: 6, Field.DATE: 34, Field.YEAR: 8, Field.COUNT: 12}
_WIDE = 80
_ROOM = 6
_LETTER = 1
_LONGEST_SHEET = 31
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\]")
_LOCALES = {"es": "80A", "en": "409"}


class Workbook:
    """A workbook in the making; rows may come one by one, and only the last is in memory."""

    def __init__(self, title: str, author: str) -> None:
        self._content = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._content, {**_OPTIONS, "constant_memory": True})
        self._book.set_properties({"title": keep_printable(title), "author": keep_printable(author)})
        self._head = self._format(bold=True, bg_color="#ECE9F2", border=1, valign="top")
        self._text = self._format()
        self._quoted = self._format(quote_prefix=True)
        self._by_pattern: dict[str, Format] = {}

    def add_table(
        self, name: str, columns: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Cell]]
    ) -> None:
        """Add a sheet with a frozen heading row and a filter; cells are texts, numbers, dates, or (value, format)."""
        sheet = self._book.add_worksheet(name)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        for index, heading in enumerate(columns):
            sheet.write_string(0, index, keep_printable(heading), self._head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for index, cell in enumerate(row):
                self._write(sheet, last, index, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.repeat_rows(0)
        sheet.set_paper(_LETTER)
        sheet.fit_to_pages(1, 0)

    def add_texts(self, name: str, texts: Iterable[str]) -> None:
        """Add a sheet of paragraphs."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, _WIDE + 20)
        sheet.set_paper(_LETTER)
        for row, text in enumerate(texts):
            self._write(sheet, row, 0, text)

    def close(self) -> bytes:
        """Finish the workbook and return the file."""
        self._book.close()
        return self._content.getvalue()

    def _write(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        value, pattern = cell if isinstance(cell, tuple) else (cell, "yyyy-mm-dd" if isinstance(cell, date) else "")
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, self._patterned(pattern))
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self._patterned(pattern))
        else:
            text = keep_printable(str(value))
            sheet.write_string(row, column, text, self._quoted if is_formula_like(text) else self._text)

    def _patterned(self, pattern: str) -> Format:
        if pattern not in self._by_pattern:
            self._by_pattern[pattern] = self._format(num_format=pattern or "0", align="left")
        return self._by_pattern[pattern]

    def _format(self, **properties: object) -> Format:
        return self._book.add_format({"text_wrap": True, "valign": "top", **properties})


def write_workbook(report: Report) -> bytes:
    """Write the report: each table on a sheet of its own, dates of one day typed, and its words on the last one."""
    book = Workbook(f"{report.title}: {report.subtitle}", report.institution)
    names = _SheetNames(report.word("table"))
    for table in report.tables:
        book.add_table(names.choose(""), table.columns, _choose_widths(table), _type_cells(table, report.language))
    for part in report.parts:
        for table in part.tables:
            name = names.choose(part.heading)
            book.add_table(name, table.columns, _choose_widths(table), _type_cells(table, report.language))
    book.add_texts(report.word("sheet"), _list_texts(report))
    return book.close()


class _SheetNames:
    """Names for sheets: unlike each other, at most 31 letters, without the signs that a workbook refuses."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._taken: set[str] = set()
        self._number = 0

    def choose(self, wanted: str) -> str:
        """Return a name like `wanted`, or «Tabla», «Tabla 2» for none."""
        self._number += 1
        plain = " ".join(_SHEET_SIGNS.sub(" ", keep_printable(wanted)).split()).strip("'")
        name = plain[:_LONGEST_SHEET] or (self._word if self._number == 1 else f"{self._word} {self._number}")
        if name.casefold() in self._taken:
            ending = f" {self._number}"
            name = name[: _LONGEST_SHEET - len(ending)] + ending
        self._taken.add(name.casefold())
        return name


def _list_texts(report: Report) -> Iterable[str]:
    yield from (report.title, report.institution, report.subtitle, report.sentence.text, *report.warnings)
    for part in report.parts:
        yield part.heading
        if part.sentence:
            yield part.sentence.text
        if part.chart:
            yield part.chart.description
        yield from part.notes
    yield from (*report.definitions, report.cut_off)


def _choose_widths(table: Table) -> list[int]:
    if not table.is_summary:
        return [_WIDTHS.get(field, _WIDE) for field in table.fields]
    longest = [
        max(len(column), *(len(row[index]) for row in table.rows)) if table.rows else len(column)
        for index, column in enumerate(table.columns)
    ]
    return [min(width + _ROOM, _WIDE) for width in longest]


def _type_cells(table: Table, language: str) -> Iterable[list[Cell]]:
    pattern = _date_pattern(table.date_form, language)
    for row, day in zip(table.rows, table.days, strict=True):
        yield [_type_cell(cell, field, day, pattern) for cell, field in zip(row, table.fields, strict=True)]


def _type_cell(cell: str, field: Field, day: date | None, pattern: str) -> Cell:
    if field is Field.DATE and day:
        return day, pattern
    if field is Field.NUMBER:
        return int(cell.rstrip(".")), '0"."' if cell.endswith(".") else "0"
    if field is Field.COUNT:
        return int(cell.replace(",", "")), "#,##0"
    return int(cell) if field is Field.YEAR else cell


def _date_pattern(form: DateForm, language: str) -> str:
    """Return the number format that prints a date as the layout does; a spreadsheet has no capital weekday, no 1°."""
    day = "dd" if form.day_padding else "d"
    stop = '"."' if form.date_stop else ""
    if language == "es":
        written = f'{"dddd " if form.weekday else ""}{day}" de "mmmm" de "yyyy{stop}'
    else:
        written = f"{'dddd, ' if form.weekday else ''}mmmm {day}, yyyy{stop}"
    return f"[$-{_LOCALES[language]}]{written}"
