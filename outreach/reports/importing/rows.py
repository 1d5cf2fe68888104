"""The rows of a report's table as they were before pages cut them: headings once, halves together, the total apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from outreach.audiences.columns import fold_heading
from outreach.reports.importing.columns import Column, ColumnPlan
from outreach.reports.printed_dates import read_printed_dates

_ENDS_A_SENTENCE = (".", "!", "?", "…", ".”", ".»", '."')


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table in its order, and the total that a last row may state."""

    rows: tuple[tuple[str, ...], ...]
    stated_total: int | None


def gather_rows(headings: Sequence[str], rows: Sequence[Sequence[str]], plan: ColumnPlan) -> TableRows:
    """Leave out repeated headings, take the total at the end apart, join a row that goes on after a page's end."""
    folded = [fold_heading(heading) for heading in headings]
    padded = [[*given, *[""] * (len(headings) - len(given))] for given in rows]
    remaining = [cells for cells in padded if not _repeats_headings(folded, cells)]
    stated_total = _take_total(remaining, plan)
    gathered: list[list[str]] = []
    for cells in remaining:
        if gathered and _continues(plan, gathered[-1], cells):
            gathered[-1] = [" ".join(filter(None, parts)) for parts in zip(gathered[-1], cells, strict=False)]
        else:
            gathered.append(cells)
    return TableRows(tuple(map(tuple, gathered)), stated_total)


def _repeats_headings(folded: Sequence[str], cells: Sequence[str]) -> bool:
    pairs = [(heading, fold_heading(cell)) for heading, cell in zip(folded, cells, strict=False) if cell]
    return bool(pairs) and all(heading == cell for heading, cell in pairs)


def _take_total(rows: list[list[str]], plan: ColumnPlan) -> int | None:
    """Take the rows that state totals off the end; the number is that of the last one."""
    stated_total = None
    while rows and (total := _read_total(rows[-1], plan)) is not None:
        rows.pop()
        stated_total = total if stated_total is None else stated_total
    return stated_total


def _read_total(cells: Sequence[str], plan: ColumnPlan) -> int | None:
    """Read a row such as «Total | 27»."""
    filled = [cell for cell in cells if cell]
    if not filled or not fold_heading(filled[0]).startswith("total"):
        return None
    if read_printed_dates(plan.cell(cells, Column.DATE)).days:
        return None
    figures = re.findall(r"\d+", " ".join(filled))
    return int(figures[-1]) if figures else None


def _continues(plan: ColumnPlan, before: Sequence[str], cells: Sequence[str]) -> bool:
    if plan.cell(cells, Column.NUMBER):
        return False
    date, text = plan.cell(cells, Column.DATE), plan.cell(cells, Column.INFORMATION)
    if date:
        return _completes_date(plan.cell(before, Column.DATE), date)
    if not any(cells):
        return False
    if Column.NUMBER in plan.places and plan.cell(before, Column.NUMBER):
        return True
    return text[:1].islower() or not plan.cell(before, Column.INFORMATION).endswith(_ENDS_A_SENTENCE)


def _completes_date(before: str, date: str) -> bool:
    """Tell whether two halves of a cell make the date that neither is alone."""
    return not read_printed_dates(before).days and bool(read_printed_dates(f"{before} {date}").days)
