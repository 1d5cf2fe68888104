"""Whatever dispatches there are and however a layout prints them, the table comes back as the same dispatches."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from log_samples import make_line, open_log
from outreach.db import db
from outreach.dispatch.log import LogFilter, LogLine, stream_lines
from outreach.reports.importing.reader import ImportOptions
from outreach.reports.importing.service import import_table
from outreach.reports.importing.sources import read_file
from outreach.reports.layouts import Layout, read_layout
from outreach.reports.tables import build_table

Drawn = list[tuple[date, str]]

DATE_HEADINGS = ("Fecha", "Fechas", "Fecha de envío", "Fechas de envío")
TEXT_HEADINGS = ("Información", "Información que se compartió", "Estadística", "Informe")
PLAIN_HEADINGS = ("No.", "Fecha", "Información", "Observaciones")
NUMBER_HEADINGS = ("No.", "No", "N°", "Núm.")
# What a text of a report is made of, dates and quotes and other things that lead a reader astray among them.
HARD_WORDS = (
    "Envío Boletín Corazón Chilango – abril 2025 corte al 15 de mayo del “Día” (parte VII) ¡Regístrate! EE.UU. "
    "¿vas? «Foro» 2021 3.2 y de la Red, convocatoria; lunes 1° Total No. Fecha =SUMA(A1) <b>&amp;</b> ñandú"
)
WORDS = st.sampled_from(HARD_WORDS.split())
TEXTS = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
LINES = st.lists(st.tuples(st.dates(date(2019, 12, 1), date(2021, 2, 28)), TEXTS), min_size=1, max_size=14)
OPTIONS = st.fixed_dictionaries(
    {
        "rows": st.sampled_from(["dispatch", "month-and-text"]),
        "number": st.sampled_from(["1.", "1", "none"]),
        "weekday": st.booleans(),
        "day_padding": st.booleans(),
        "first_of_month": st.sampled_from(["1", "1°"]),
        "date_stop": st.booleans(),
        "information_stop": st.sampled_from([True, False, "as-is"]),
    }
)
COLUMNS = st.permutations(["number", "date", "information", "constant"])
HEADINGS = st.tuples(
    st.sampled_from(NUMBER_HEADINGS),
    st.sampled_from(DATE_HEADINGS),
    st.sampled_from(TEXT_HEADINGS),
    st.just("Observaciones"),
)
CAREFUL = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def empty_log(app: Flask) -> Flask:
    open_log()
    db.session.commit()
    return app


def _make_layout(options: dict[str, Any], order: Sequence[str], headings: Sequence[str]) -> Layout:
    named = dict(zip(("number", "date", "information", "constant"), headings, strict=True))
    columns = [named[field] for field in order]
    return read_layout({**options, "columns": columns, "fields": list(order), "constant": "Para su difusión."})


def _print(lines: list[LogLine], layout: Layout) -> list[tuple[str, ...]]:
    table = build_table(lines, layout, "es")
    return [table.columns, *table.rows]


def _sort(drawn: Drawn) -> list[LogLine]:
    return [make_line(day.isoformat(), text) for day, text in sorted(drawn, key=lambda pair: pair[0])]


def _bring_in(rows: Sequence[Sequence[str]], path: Path) -> list[LogLine]:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    import_table(read_file(path), ImportOptions(), None)
    lines = list(stream_lines(LogFilter()))
    db.session.rollback()
    return lines


@CAREFUL
@given(LINES, OPTIONS, COLUMNS, HEADINGS)
def test_a_table_of_any_layout_comes_back_cell_by_cell(
    empty_log: Flask,
    tmp_path: Path,
    drawn: Drawn,
    options: dict[str, Any],
    order: list[str],
    headings: tuple[str, ...],
) -> None:
    assert empty_log
    layout = _make_layout(options, order, headings)
    printed = _print(_sort(drawn), layout)
    assert _print(_bring_in(printed, tmp_path / "tabla.csv"), layout) == printed


def _cut(row: Sequence[str], places: Sequence[int]) -> Iterator[list[str]]:
    """Cut the cells of a row between words, as a page's end does: what is left over goes into a row of its own."""
    above, below = [], []
    for cell, place in zip(row, places, strict=True):
        words = cell.split(" ")
        kept = max(1, min(place, len(words)))
        kept = len(words) if words[kept:][:1] == ["Total"] else kept  # such a half is a total of its own
        above.append(" ".join(words[:kept]))
        below.append(" ".join(words[kept:]))
    yield above
    if any(below):
        yield below


@CAREFUL
@given(LINES, OPTIONS, st.data())
def test_a_table_that_pages_cut_comes_back_whole(
    empty_log: Flask,
    tmp_path: Path,
    drawn: Drawn,
    options: dict[str, Any],
    data: st.DataObject,
) -> None:
    assert empty_log
    layout = _make_layout({**options, "number": "1."}, ("number", "date", "information"), PLAIN_HEADINGS)
    printed = _print(_sort(drawn), layout)
    rows: list[Sequence[str]] = [printed[0]]
    for row in printed[1:]:
        place = data.draw(st.tuples(st.just(9), st.integers(1, 9), st.integers(1, 14)))
        above, *below = _cut(row, place)
        rows += [above, *([printed[0]] if below else []), *below]
    assert _print(_bring_in(rows, tmp_path / "tabla.csv"), layout) == printed


def test_where_no_heading_is_known_the_texts_that_differ_are_the_information(empty_log: Flask, tmp_path: Path) -> None:
    assert empty_log
    rows = [
        ("Para qué", "Cuándo", "Qué"),
        ("Para su amplia difusión entre todas las redes.", "3 de abril de 2025", "Boletín"),
        ("Para su amplia difusión entre todas las redes.", "4 de abril de 2025", "Convocatoria"),
    ]
    assert [line.information_es for line in _bring_in(rows, tmp_path / "tabla.csv")] == ["Boletín", "Convocatoria"]
