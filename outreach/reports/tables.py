"""Tables: lines of the log and a layout make the cells that a report prints."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from outreach.dispatch.log import LogLine
from outreach.reports.dates import DateForm, join_with_and, write_day, write_days, write_month_only
from outreach.reports.layouts import Field, Layout, RowMode

# A non-breaking space is the writer's and stays.
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_ODD_SPACES = re.compile(r"[\t\r\n\f\v]|  ")
_PLAIN_DATES = DateForm()
_LAST_IN_A_SENTENCE = (".", "!", "?", "…", ".”", ".»", '."')


@dataclass(frozen=True, slots=True)
class Table:
    """What is printed: `rows` hold the printed cells; `days` the one day of each row, None where it has several.

    A summary begins each row with its heading, and may end with a row of totals.
    """

    caption: str | None
    columns: tuple[str, ...]
    fields: tuple[Field, ...]
    rows: tuple[tuple[str, ...], ...]
    days: tuple[date | None, ...]
    caption_bold: bool = False
    date_form: DateForm = _PLAIN_DATES
    is_summary: bool = False
    has_total_row: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    lines: Sequence[LogLine]


def build_table(lines: Iterable[LogLine], layout: Layout, language: str) -> Table:
    """Print `lines`, which come by day, as `layout` says; without a number the number column is left out."""
    columns = [pair for pair in zip(layout.columns, layout.fields, strict=True) if _is_printed(pair[1], layout)]
    rows = [_Row(number, group) for number, group in enumerate(_group(lines, layout, language), start=1)]
    return Table(
        caption=layout.caption or None,
        columns=tuple(heading for heading, _ in columns),
        fields=tuple(field for _, field in columns),
        rows=tuple(tuple(_CELLS[field](row, layout, language) for _, field in columns) for row in rows),
        days=tuple(_only_day(row.lines) for row in rows),
        caption_bold=layout.caption_bold,
        date_form=layout.date_form,
    )


def build_summary(
    caption: str | None,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    has_total: bool,
    is_text: bool = False,
) -> Table:
    """Make a table of headings and figures, or of texts where `is_text` says so."""
    cells = tuple(tuple(row) for row in rows)
    fields = [
        Field.INFORMATION if is_text else _choose_field([row[index] for row in cells]) for index in range(len(columns))
    ]
    return Table(
        caption=caption,
        columns=tuple(columns),
        fields=tuple(fields),
        rows=cells,
        days=(None,) * len(cells),
        is_summary=not is_text,
        has_total_row=has_total,
    )


def _choose_field(cells: Sequence[str]) -> Field:
    return Field.COUNT if cells and all(cell.replace(",", "").isdigit() for cell in cells) else Field.INFORMATION


def topic_of(line: LogLine, language: str) -> str:
    """Return what makes a text the same text: its words, whatever the spacing, the case and the final stop."""
    return " ".join(line.information(language).split()).rstrip(".").casefold()


def finish_text(text: str, information_stop: bool | None) -> str:  # noqa: FBT001  # the option as the layout holds it
    """Give `text` its full stop, take it away, or leave it; an ellipsis and an abbreviation (EE.UU.) keep theirs."""
    if _ODD_SPACES.search(text):
        text = _SPACES.sub(" ", text)
    text = text.strip(" ")
    if information_stop and text and not text.endswith(_LAST_IN_A_SENTENCE):
        return f"{text}."
    if information_stop is False and text.endswith(".") and "." not in text.split()[-1][:-1]:
        return text[:-1]
    return text


def _is_printed(field: Field, layout: Layout) -> bool:
    return field is not Field.NUMBER or layout.number != "none"


def _group(lines: Iterable[LogLine], layout: Layout, language: str) -> list[list[LogLine]]:
    if layout.rows is RowMode.DISPATCH:
        return [[line] for line in lines]
    key_of = _KEYS[layout.rows]
    groups: dict[tuple[object, ...], list[LogLine]] = {}
    for line in lines:
        groups.setdefault(key_of(line, language), []).append(line)
    return list(groups.values())


_KEYS: dict[RowMode, Callable[[LogLine, str], tuple[object, ...]]] = {
    RowMode.MONTH: lambda line, _: (line.sent_on.year, line.sent_on.month),
    RowMode.MONTH_AND_TEXT: lambda line, language: (line.sent_on.year, line.sent_on.month, topic_of(line, language)),
    RowMode.YEAR: lambda line, _: (line.sent_on.year,),
}


def _only_day(lines: Sequence[LogLine]) -> date | None:
    if len(lines) == 1:
        return None if lines[0].is_month_only else lines[0].sent_on
    days = {line.sent_on for line in lines}
    return days.pop() if len(days) == 1 and not any(line.is_month_only for line in lines) else None


def _write_number(row: _Row, layout: Layout, _language: str) -> str:
    return layout.number.replace("1", str(row.number))


def _write_date(row: _Row, layout: Layout, language: str) -> str:
    """Write the days of the row; of a line that knows only its month, the month, as «Abril 2025»."""
    form = layout.date_form
    if (only_day := _only_day(row.lines)) is not None:
        return write_day(only_day, form, language)
    months = sorted({line.sent_on.replace(day=1) for line in row.lines if line.is_month_only})
    if not months:
        return write_days((line.sent_on for line in row.lines), form, language)
    days = [line.sent_on for line in row.lines if not line.is_month_only]
    written = [write_month_only(month, language) for month in months]
    if days:
        written.insert(0, write_days(days, replace(form, date_stop=False), language))
    if language == "es":
        written[1:] = [text[:1].lower() + text[1:] for text in written[1:]]
    return join_with_and(written, language) + ("." if form.date_stop else "")


def _write_information(row: _Row, layout: Layout, language: str) -> str:
    """Write the text of the row; several different texts of a month stand one after the other."""
    if len(row.lines) == 1:
        return finish_text(row.lines[0].information(language), layout.information_stop)
    texts: dict[str, str] = {}
    for line in row.lines:
        texts.setdefault(topic_of(line, language), line.information(language))
    ordered = list(texts.values())
    if len(ordered) == 1:
        return finish_text(ordered[0], layout.information_stop)
    *before, last = (finish_text(text, information_stop=False) for text in ordered)
    return "; ".join([*before, finish_text(last, layout.information_stop)])


_CELLS: dict[Field, Callable[[_Row, Layout, str], str]] = {
    Field.NUMBER: _write_number,
    Field.DATE: _write_date,
    Field.INFORMATION: _write_information,
    Field.CONSTANT: lambda _row, layout, _language: layout.constant,
    Field.YEAR: lambda row, _layout, _language: str(row.lines[0].sent_on.year),
    Field.COUNT: lambda row, _layout, _language: str(len(row.lines)),
}
