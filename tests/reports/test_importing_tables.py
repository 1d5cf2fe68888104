"""Whatever a layout prints is read back, and what pages and people do to a table is mended."""

import csv
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from log_samples import Log, make_line, open_log
from outreach.audiences.errors import UnreadableFileError
from outreach.dispatch.log import LogFilter, LogLine, stream_lines
from outreach.reports.importing.reader import ImportOptions
from outreach.reports.importing.service import Preview, import_table, preview_import
from outreach.reports.importing.sources import read_file, read_pasted
from outreach.reports.layouts import Field, RowMode, read_layout
from outreach.reports.tables import build_table

LAYOUTS = Path(__file__).parents[2].parent / "shared" / "data" / "layouts.toml"
LINES = [
    make_line("2024-12-01", "Boletín de la diáspora."),
    make_line("2024-12-16", "Boletín de la diáspora."),
    make_line("2025-01-01", "Convocatoria: ¡participa!"),
    make_line("2025-04-02", "Boletín de la diáspora."),
    make_line("2025-04-09", "Convocatoria a un foro."),
    make_line("2025-04-30", "Boletín de la diáspora."),
    make_line("2025-05-02", "Aviso de EE.UU."),
]


def _published() -> list[Any]:
    if not LAYOUTS.exists():
        reason = "the published layouts lie outside the project and are not there"
        return [pytest.param("", {}, marks=pytest.mark.skip(reason=reason))]
    return list(tomllib.loads(LAYOUTS.read_text(encoding="utf-8")).items())


@pytest.fixture
def log(app: Flask) -> Log:
    assert app
    return open_log()


def _print_csv(lines: list[LogLine], options: dict[str, object]) -> str:
    table = build_table(lines, read_layout(options), "es")
    text = StringIO()
    csv.writer(text).writerows([table.columns, *table.rows])
    return text.getvalue()


def _preview(path: Path, text: str, **options: Any) -> Preview:  # noqa: ANN401 - whatever an import takes
    path.write_text(text, encoding="utf-8")
    return preview_import(read_file(path), ImportOptions(**options))


@pytest.mark.parametrize(("name", "options"), _published())
def test_what_each_published_layout_prints_is_read_back(
    log: Log, name: str, options: dict[str, object], tmp_path: Path
) -> None:
    assert log
    layout = read_layout(options)
    printed = _print_csv(LINES, options)
    path = tmp_path / "tabla.csv"
    if layout.rows is RowMode.YEAR:
        with pytest.raises(UnreadableFileError, match="Ninguna columna tiene fechas"):
            _preview(path, printed)
        return
    path.write_text(printed, encoding="utf-8")
    _begun, preview = import_table(read_file(path), ImportOptions(information="Envío"), None)
    assert preview.dispatches == len(LINES), name
    codes = {finding.code.value for finding in preview.findings}
    assert codes <= {"duplicate-row"} if Field.INFORMATION not in layout.fields else codes == set()
    assert _print_csv(list(stream_lines(LogFilter())), options) == printed


def test_rows_that_a_page_cut_are_joined_and_headings_are_read_once(log: Log, tmp_path: Path) -> None:
    assert log
    preview = _preview(
        tmp_path / "tabla.csv",
        "Tabla 3.1 Información difundida,,\n"
        "No.,Fecha de envío,Información\n"
        "1.,Jueves 1 de octubre de,Boletín de\n"
        "No.,Fecha de envío,Información\n"
        ",2020.,octubre.\n"
        "2.,Viernes 2 de octubre de 2020.,Aviso.\n"
        "Total,2,\n",
    )
    assert [(row.printed_date, row.information) for row in preview.rows] == [
        ("Jueves 1 de octubre de 2020.", "Boletín de octubre."),
        ("Viernes 2 de octubre de 2020.", "Aviso."),
    ]
    assert preview.findings == ()


def test_a_text_that_goes_on_without_a_number_column_is_joined(log: Log, tmp_path: Path) -> None:
    assert log
    preview = _preview(tmp_path / "t.csv", "Fecha,Información\n2020-10-01,Boletín de\n,octubre.\n2020-10-02,Aviso.\n")
    assert [row.information for row in preview.rows] == ["Boletín de octubre.", "Aviso."]


def test_a_numbered_row_without_a_date_is_refused_and_not_swallowed(log: Log, tmp_path: Path) -> None:
    assert log
    preview = _preview(tmp_path / "t.csv", "No.,Fecha,Información\n1.,2020-10-01,Uno.\n2.,,Dos.\n")
    assert [(found.row, found.code.value, found.is_refusal) for found in preview.findings] == [
        (2, "malformed-date", True)
    ]


def test_a_stated_total_below_the_table_is_compared(log: Log, tmp_path: Path) -> None:
    assert log
    preview = _preview(tmp_path / "t.csv", "No.,Fecha,Información\n1.,2020-10-01,Uno.\nTotal de envíos,16,\n")
    assert [found.message for found in preview.findings] == ["El informe dice 16, y la tabla tiene 1 fila y 1 fecha."]


def test_other_columns_become_notes_and_unknown_words_too(log: Log, tmp_path: Path) -> None:
    assert log
    preview = _preview(
        tmp_path / "t.csv",
        "Fecha;Información;Objetivo;Canal;Tipo;Clave programática\n"
        "2020-10-01;Uno.;Difundir;paloma mensajera;gaceta;2025-24A000\n",
    )
    (row,) = preview.rows
    assert row.note == "Objetivo: Difundir\nCanal: paloma mensajera\nTipo: gaceta"
    assert (row.channel.value, row.kind_id, row.programme_key) == ("otro", None, "2025-24A000")
    assert {found.code.value for found in preview.findings} == {"kept-as-note"}


def test_a_text_too_long_for_a_line_stays_whole_in_the_notes(log: Log, tmp_path: Path) -> None:
    assert log
    long = "x" * 2500
    preview = _preview(tmp_path / "t.csv", f"Fecha,Información\n2020-10-01,{long}\n")
    (row,) = preview.rows
    assert len(row.information) == 2000
    assert long in row.note


def test_the_same_row_twice_is_two_dispatches_and_told(log: Log, tmp_path: Path) -> None:
    assert log
    text = "Fecha,Información\n2020-10-01,Uno.\n2020-10-01,uno\n2020-10-01,Dos.\n"
    preview = _preview(tmp_path / "t.csv", text)
    assert len(preview.list_new()) == 3
    assert [(found.row, found.code.value) for found in preview.findings if found.code == "duplicate-row"] == [
        (2, "duplicate-row")
    ]


def test_a_paragraph_pasted_inside_a_cell_stays_in_it(log: Log) -> None:
    assert log
    preview = preview_import(
        read_pasted('No.\tFecha\tInformación\n1.\t2020-10-01\t"Uno\ndos".\n2.\t2020-10-02\tTres.\n'), ImportOptions()
    )
    assert [row.information for row in preview.rows] == ['"Uno dos".', "Tres."]


def test_hostile_cells_stay_text(log: Log, tmp_path: Path) -> None:
    assert log
    texts = ["=HYPERLINK(1;2)", "<script>alert(1)</script>", "'; DROP TABLE dispatches; --", "مرحبا 🗳️ & «ñ»"]
    table = StringIO()
    csv.writer(table).writerows([["Fecha", "Información"], *(["2020-10-01", text] for text in texts)])
    path = tmp_path / "t.csv"
    path.write_text(table.getvalue(), encoding="utf-8")
    import_table(read_file(path), ImportOptions(), None)
    assert [line.information_es for line in stream_lines(LogFilter())] == texts
