"""The tables that were published, brought in and printed again: what differs is what the audit found, and no more.

Their files lie outside the project; without them these tests are skipped.
"""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from outreach.audiences.seeding import seed_audiences
from outreach.campaigns.seeding import seed_campaign_words
from outreach.db import db
from outreach.dispatch.chain import verify_chain
from outreach.dispatch.log import LogFilter, count_lines, stream_lines
from outreach.reports.findings import Code
from outreach.reports.importing.reader import ImportOptions
from outreach.reports.importing.service import Preview, import_table
from outreach.reports.importing.sources import read_file
from outreach.reports.layouts import Field, Layout, read_layout
from outreach.reports.tables import build_table

FOLDER = Path(__file__).parents[2].parent / "shared" / "data"
HISTORIC = sorted((FOLDER / "historic").glob("*.csv"))
pytestmark = pytest.mark.skipif(not HISTORIC, reason="the published tables lie outside the project and are not there")

# What the layouts' own notes say of a table: the first 76 rows of one pad the day, the rest do not.
AS_PRINTED = {"2022-2023_aliados": {("date", row) for row in range(1, 77)}}
ROWS = {
    "2020-T4_notas-ejecutivas": (8, 8),
    "2020-T4_notas-internacionales": (12, 12),
    "2020-T4_red-observacion": (49, 49),
    "2020-T4_sivople": (13, 13),
    "2020-T4_voto-chilango": (15, 16),
    "2022-2023_aliados": (188, 188),
    "2022-2023_boletin-electoral": (11, 38),
    "2022-2023_notas-internacionales": (8, 8),
    "2022-2023_voto-chilango": (27, 26),
}
# Which cells a finding explains in its own row.
EXPLAINS = {
    Code.MALFORMED_DATE: {"date"},
    Code.WEEKDAY_MISMATCH: {"date"},
    Code.UNEVEN_DATE: {"date"},
    Code.MONTH_ONLY_DATE: {"date"},
    Code.UNEVEN_STOP: {"information"},
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell beside ours; `row` is the printed row's number."""

    row: int
    field: Field
    printed: str
    ours: str


@pytest.fixture
def log(app: Flask) -> Flask:
    seed_audiences()
    seed_campaign_words()
    return app


def _import(name: str, **options: object) -> tuple[int, Preview]:
    begun, preview = import_table(read_file(FOLDER / "historic" / f"{name}.csv"), ImportOptions(**options), None)  # type: ignore[arg-type] # a test's own options
    return begun.imported, preview


def _layout(name: str) -> Layout:
    layouts = tomllib.loads((FOLDER / "layouts.toml").read_text(encoding="utf-8"))
    return read_layout(layouts[name])


def _read_printed(name: str, layout: Layout) -> list[dict[str, str]]:
    with (FOLDER / "historic" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return [{field: row[column] for column, field in zip(layout.columns, layout.fields, strict=True)} for row in rows]


def _order_rows(preview: Preview) -> list[int]:
    """Return the numbers of the printed rows in the order of our table, a row for each of its dispatches."""
    placed = [(printed.day, row.row) for row in preview.rows for printed in row.dates.days]
    return [row for _day, row in sorted(placed)]


def _pair_cells(name: str, preview: Preview) -> Iterator[Cell]:
    layout = _layout(name)
    printed = _read_printed(name, layout)
    ours = build_table(stream_lines(LogFilter()), layout, "es")
    order = _order_rows(preview) if layout.rows == "dispatch" else list(range(1, len(printed) + 1))
    assert len(order) == len(ours.rows)
    for number, cells in zip(order, ours.rows, strict=True):
        for field, cell in zip(ours.fields, cells, strict=True):
            if field is not Field.CONSTANT:
                yield Cell(number, field, printed[number - 1][field], cell)


def _explains(preview: Preview, name: str, cell: Cell) -> bool:
    codes = {finding.code for finding in preview.findings if finding.row == cell.row}
    if any(cell.field in EXPLAINS.get(code, ()) for code in codes):
        return True
    if (cell.field, cell.row) in AS_PRINTED.get(name, ()):
        return True
    if cell.field is Field.NUMBER:
        # A number moves where a row above was refused, has several dates, or stands out of its order.
        return any(
            finding.is_refusal or finding.code in {Code.SEVERAL_DATES, Code.OUT_OF_ORDER}
            for finding in preview.findings
            if finding.row <= cell.row + 1
        )
    return cell.field is Field.DATE and Code.SEVERAL_DATES in codes


@pytest.mark.parametrize("name", ROWS)
def test_a_published_table_prints_again_as_it_was(log: Flask, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert log
    imported, preview = _import(name)
    assert (len(preview.rows), imported) == ROWS[name]
    cells = list(_pair_cells(name, preview))
    different = [cell for cell in cells if cell.printed != cell.ours]
    unexplained = [cell for cell in different if not _explains(preview, name, cell)]
    with capsys.disabled():
        equal = len(cells) - len(different)
        print(  # noqa: T201 - the count is the point
            f"\n{name}: {equal} cells equal / {len(cells)} / {len(different)} explained"
        )
    assert unexplained == []
    assert verify_chain().breaks == ()


def test_what_is_brought_in_again_adds_nothing(log: Flask) -> None:
    assert log
    totals = [_import(name)[0] for name in ROWS]
    assert totals == [dispatches for _rows, dispatches in ROWS.values()]
    db.session.expire_all()
    assert [_import(name)[0] for name in ROWS] == [0] * len(ROWS)
    assert count_lines(LogFilter()) == sum(totals)


def test_the_27_give_26_and_the_date_that_does_not_exist_is_refused_by_its_number(log: Flask) -> None:
    assert log
    imported, preview = _import("2022-2023_voto-chilango")
    assert imported == 26
    (refused,) = [finding for finding in preview.findings if finding.is_refusal]
    assert (refused.row, refused.code) == (19, Code.IMPOSSIBLE_DATE)
    assert refused.message.startswith("31 de abril no existe; ¿30 de abril o 31 de marzo?")


def test_a_total_of_16_over_15_rows_is_told(log: Flask) -> None:
    assert log
    _imported, preview = _import("2020-T4_voto-chilango", stated_total=16)
    (told,) = [finding for finding in preview.findings if finding.code is Code.STATED_TOTAL]
    assert told.message == ("El informe dice 16, y la tabla tiene 15 filas y 16 fechas. 3 filas quizá no son envíos.")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("2020-T4_notas-internacionales", set()),
        ("2020-T4_red-observacion", {(31, Code.UNBALANCED_QUOTES)}),
        (
            "2022-2023_aliados",
            {
                (0, Code.UNEVEN_DATE),
                (31, Code.UNEVEN_STOP),
                (81, Code.OUT_OF_ORDER),
                (151, Code.UNEVEN_STOP),
                (167, Code.SESSION_ON_TWO_DAYS),
            },
        ),
        ("2022-2023_notas-internacionales", {(1, Code.UNBALANCED_QUOTES), (4, Code.UNEVEN_DATE)}),
    ],
)
def test_the_audit_finds_what_is_wrong_and_nothing_else(log: Flask, name: str, codes: set[tuple[int, Code]]) -> None:
    assert log
    assert {(finding.row, finding.code) for finding in _import(name)[1].findings} == codes


def test_the_audiences_guessed_from_the_text_are_those_that_were_read_by_a_person(log: Flask) -> None:
    assert log
    _imported, preview = _import("2022-2023_aliados")
    seeded = {"red-observacion", "autoridades-academicas", "osc", "ciudadania"}
    guessed = {row.row: preview.guide.guess(row.printed) for row in preview.rows}
    wrong = [row.row for row in preview.rows if guessed[row.row] and guessed[row.row] != row.audience]
    found = [row.row for row in preview.rows if row.audience in seeded and guessed[row.row] == row.audience]
    named = [row.row for row in preview.rows if row.audience in seeded]
    assert wrong == []
    assert len(found) >= len(named) * 0.9
