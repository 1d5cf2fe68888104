"""Tables and captions as the XML of a Word file, written straight: thousands of rows take no second."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from outreach.reports.captions import find_number
from outreach.reports.documents.cells import keep_printable
from outreach.reports.layouts import Field
from outreach.reports.tables import Table

# Twentieths of a point; what a figure's column takes, and how much a letter does, in a heading more.
_NARROW, _NUMBER, _LETTER, _BOLD_LETTER, _MARGINS = 1100, 780, 98, 120, 240
_NARROWEST_DATE, _WIDEST_DATE = 1900, 3700
_HEAVIEST, _LONGEST_WHOLE_WORD, _ROWS_MEASURED = 70, 14, 200
_CENTRED = frozenset({Field.NUMBER, Field.YEAR, Field.COUNT})
_FIRST_RIGHT_TO_LEFT = "\u0590"
_KEEP_SPACES = 'xml:space="preserve"'


@dataclass(frozen=True, slots=True)
class Styles:
    """The identifiers of the styles that a template has for captions, tables and their cells; empty where it has none.

    `width` is what stands between its margins, in twentieths of a point.
    """

    caption: str
    table: str
    cell: str
    width: int


def write_grid(table: Table, styles: Styles) -> str:
    """Return `<w:tbl>`: its heading row repeats on every page, no row breaks, and a reader hears what it holds."""
    widths = choose_widths(table, styles.width)
    last = len(table.rows) - 1 if table.has_total_row else -1
    cells = [
        _Column.of(field, width, styles.cell, is_figure=table.is_summary and bool(index))
        for index, (field, width) in enumerate(zip(table.fields, widths, strict=True))
    ]
    rows = (_write_row(row, cells, number, is_bold=number == last) for number, row in enumerate(table.rows))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f"<w:tbl>{_write_properties(table, styles, sum(widths))}<w:tblGrid>{grid}</w:tblGrid>"
        f"{_write_head(table.columns, cells)}{''.join(rows)}</w:tbl>"
    )


def write_caption(caption: str, styles: Styles, *, is_bold: bool, previous: int | None = None) -> str:
    """Return the caption's `<w:p>`, its number a field that Word counts on from `previous`, or begins anew."""
    found = find_number(caption)
    bold = "<w:b/>" if is_bold else ""
    if not found:
        return _write_paragraph(styles.caption, _write_run(caption, bold))
    start = "" if previous is not None and found.number == previous + 1 else f" \\r {found.number}"
    instruction = f" SEQ {found.label} \\* ARABIC{start} "
    runs = (
        _write_run(f"{found.label} {found.chapter}", bold)
        + _write_field(instruction, str(found.number), bold)
        + (_write_run(f" {found.text}", bold) if found.text else "")
    )
    return _write_paragraph(styles.caption, runs)


def _write_field(instruction: str, result: str, look: str) -> str:
    """Return the runs of a field, as Word itself writes them; programs that know no fields read its result."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return (
        mark.format("begin")
        + f"<w:r><w:instrText {_KEEP_SPACES}>{escape(instruction)}</w:instrText></w:r>"
        + mark.format("separate")
        + _write_run(result, look)
        + mark.format("end")
    )


@dataclass(frozen=True, slots=True)
class _Column:
    """What stands around the text of each of its cells."""

    is_constant: bool
    before: str
    style: str
    alignment: str

    @classmethod
    def of(cls, field: Field, width: int, style: str, *, is_figure: bool) -> "_Column":
        """Return the column for cells of `field`."""
        named = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
        alignment = '<w:jc w:val="center"/>' if is_figure or field in _CENTRED else ""
        return cls(
            is_constant=field is Field.CONSTANT,
            before=f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>',
            style=named,
            alignment=alignment,
        )


def _write_properties(table: Table, styles: Styles, width: int) -> str:
    style = f"<w:tblStyle w:val={quoteattr(styles.table)}/>" if styles.table else ""
    description = quoteattr(keep_printable(table.caption or ", ".join(table.columns)))
    look = '<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noVBand="1"/>'
    return (
        f'<w:tblPr>{style}<w:tblW w:w="{width}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{look}'
        f"<w:tblCaption w:val={description}/></w:tblPr>"
    )


def _write_head(headings: Sequence[str], columns: Sequence[_Column]) -> str:
    cells = "".join(
        f"{column.before}</w:tcPr><w:p><w:pPr>{column.style}<w:keepNext/>{column.alignment}</w:pPr>"
        f"{_write_run(heading, '<w:b/>')}</w:p></w:tc>"
        for heading, column in zip(headings, columns, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _write_row(row: Sequence[str], columns: Sequence[_Column], number: int, *, is_bold: bool) -> str:
    cells = [_write_cell(cell, column, number, is_bold=is_bold) for cell, column in zip(row, columns, strict=True)]
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _write_cell(text: str, column: _Column, row: int, *, is_bold: bool) -> str:
    merge = ""
    if column.is_constant:
        merge = f'<w:vMerge w:val="{"continue" if row else "restart"}"/>'
        text = "" if row else text
    direction = "<w:bidi/>" if _reads_from_the_right(text) else ""
    run = _write_run(text, "<w:b/>" if is_bold else "")
    look = f"{column.style}{direction}{column.alignment}"
    return f"{column.before}{merge}</w:tcPr><w:p><w:pPr>{look}</w:pPr>{run}</w:p></w:tc>"


def _write_paragraph(style: str, runs: str) -> str:
    """Return a paragraph that stays on the page of the next one."""
    named = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    return f"<w:p><w:pPr>{named}<w:keepNext/></w:pPr>{runs}</w:p>"


def _write_run(text: str, properties: str) -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{look}<w:t {_KEEP_SPACES}>{escape(keep_printable(text))}</w:t></w:r>"


def _reads_from_the_right(text: str) -> bool:
    """Tell whether the first letter of `text` is Hebrew, Arabic or of another script that runs to the left."""
    if text.isascii() or max(text) < _FIRST_RIGHT_TO_LEFT:
        return False
    strong = (kind for sign in text if (kind := unicodedata.bidirectional(sign)) in {"L", "R", "AL"})
    return next(strong, "L") != "L"


def choose_widths(table: Table, line: int) -> list[int]:
    """Give figures and dates what their longest cell needs, and share the rest of `line` among the texts.

    Widths are twentieths of a point; a text's share goes by its longest cell.
    """
    needed = [_measure(table, index, field) for index, field in enumerate(table.fields)]
    texts = [index for index, width in enumerate(needed) if not width]
    fixed = sum(needed)
    if not texts:
        return _fit(needed, line) if table.is_summary or fixed > line else needed
    least = {index: _measure_words(table, index) for index in texts}
    weights = {index: _weigh(table, index) for index in texts}
    rest = max(line - fixed - sum(least.values()), 0)
    shared = {index: least[index] + rest * weights[index] // sum(weights.values()) for index in texts}
    return _fit([width or shared[index] for index, width in enumerate(needed)], line)


def _weigh(table: Table, index: int) -> int:
    """Return how much of the line a column of texts asks for, within bounds."""
    longest = max((len(row[index]) for row in table.rows), default=0)
    return min(max(longest, 1), _HEAVIEST)


def _measure_words(table: Table, index: int) -> int:
    """Return the width that the words of a column need, but for those so long that they may break."""
    texts = [table.columns[index], *(row[index] for row in table.rows[:_ROWS_MEASURED])]
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    return min(longest, _LONGEST_WHOLE_WORD) * _LETTER + _MARGINS


def _measure(table: Table, index: int, field: Field) -> int:
    if field is Field.NUMBER:
        return max(_NUMBER, max((len(row[index]) for row in table.rows), default=0) * _LETTER + _MARGINS)
    if field not in {Field.DATE, Field.YEAR, Field.COUNT} and not (table.is_summary and index):
        return 0
    longest = max((len(row[index]) for row in table.rows), default=0)
    if field is Field.DATE:
        return min(max(longest * _LETTER + _MARGINS, _NARROWEST_DATE), _WIDEST_DATE)
    heading = max((len(word) for word in table.columns[index].split()), default=0)
    return max(_NARROW, longest * _LETTER + _MARGINS, heading * _BOLD_LETTER + _MARGINS)


def _fit(widths: list[int], line: int) -> list[int]:
    total = sum(widths)
    return [width * line // total for width in widths] if total > line else widths
