from dataclasses import replace

import pytest

from log_samples import make_line, make_lines
from outreach.reports.layouts import Layout, read_layout
from outreach.reports.tables import build_table, finish_text

ROWS = make_lines(
    [
        ("2024-12-30", "Boletín de diciembre"),
        ("2025-04-01", "Convocatoria."),
        ("2025-04-16", "Boletín  de abril"),
        ("2025-04-16", "Convocatoria"),
        ("2025-05-07", "Convocatoria."),
    ]
)


def _layout(fields: str, **options: object) -> Layout:
    names = fields.split()
    return read_layout({"columns": [name.title() for name in names], "fields": names, **options})


def test_one_row_for_each_dispatch() -> None:
    table = build_table(
        ROWS, _layout("number date information", first_of_month="1°", weekday=True, date_stop=True), "es"
    )
    assert table.rows[:3] == (
        ("1.", "Lunes 30 de diciembre de 2024.", "Boletín de diciembre."),
        ("2.", "Martes 1° de abril de 2025.", "Convocatoria."),
        ("3.", "Miércoles 16 de abril de 2025.", "Boletín de abril."),
    )
    assert len(table.rows) == 5


def test_one_row_for_each_month_lists_its_days_once() -> None:
    table = build_table(ROWS, _layout("number date count", rows="month", number="1"), "es")
    assert table.rows == (
        ("1", "30 de diciembre de 2024", "1"),
        ("2", "1 y 16 de abril de 2025", "3"),
        ("3", "7 de mayo de 2025", "1"),
    )


def test_the_texts_of_a_month_stand_one_after_the_other() -> None:
    table = build_table(ROWS, _layout("information", rows="month"), "es")
    assert table.rows[1] == ("Convocatoria; Boletín de abril.",)


def test_one_row_for_each_month_and_text_whatever_its_final_stop() -> None:
    table = build_table(ROWS, _layout("number date information", rows="month-and-text", information_stop=False), "es")
    assert table.rows[1:] == (
        ("2.", "1 y 16 de abril de 2025", "Convocatoria"),
        ("3.", "16 de abril de 2025", "Boletín de abril"),
        ("4.", "7 de mayo de 2025", "Convocatoria"),
    )


def test_one_row_for_each_year_holds_its_total() -> None:
    assert build_table(ROWS, _layout("year count", rows="year"), "es").rows == (("2024", "1"), ("2025", "4"))


def test_without_a_number_its_column_is_left_out() -> None:
    table = build_table(ROWS[:1], _layout("number date", number="none"), "es")
    assert table.columns == ("Date",)
    assert table.rows == (("30 de diciembre de 2024",),)


def test_a_merged_column_repeats_its_text() -> None:
    table = build_table(ROWS[:2], _layout("date constant", constant="Base de Voto Chilango"), "es")
    assert [row[1] for row in table.rows] == ["Base de Voto Chilango"] * 2


def test_english_is_printed_where_it_was_written() -> None:
    lines = [make_line("2025-04-01", "Aviso.", english="Notice."), make_line("2025-04-02", "Aviso.")]
    table = build_table(lines, _layout("date information"), "en")
    assert table.rows == (("April 1, 2025", "Notice."), ("April 2, 2025", "Aviso."))


def test_a_line_of_which_only_the_month_is_known_prints_its_month() -> None:
    known, month = make_line("2025-04-09", "Aviso"), replace(make_line("2025-04-01", "Aviso"), is_month_only=True)
    table = build_table([month], _layout("date", date_stop=True), "es")
    assert (table.rows, table.days) == ((("Abril 2025.",),), (None,))
    assert build_table([month], _layout("date"), "en").rows == (("April 2025",),)
    assert build_table([month, known], _layout("date", rows="month"), "es").rows == (
        ("9 de abril de 2025 y abril 2025",),
    )


def test_the_same_day_twice_is_written_once_but_counted_twice() -> None:
    lines = make_lines([("2025-04-09", "Aviso"), ("2025-04-09", "aviso.")])
    table = build_table(lines, _layout("date count", rows="month-and-text"), "es")
    assert table.rows == (("9 de abril de 2025", "2"),)


def test_no_lines_make_an_empty_table() -> None:
    assert build_table([], _layout("number date"), "es").rows == ()


@pytest.mark.parametrize(
    ("text", "with_stop", "without"),
    [
        ("Aviso", "Aviso.", "Aviso"),
        ("Aviso.", "Aviso.", "Aviso"),
        ("¡Regístrate!", "¡Regístrate!", "¡Regístrate!"),
        ("¿Ya votaste?", "¿Ya votaste?", "¿Ya votaste?"),
        ("Concurso «Luces»", "Concurso «Luces».", "Concurso «Luces»"),
        ("Concurso «¿Luces?»", "Concurso «¿Luces?».", "Concurso «¿Luces?»"),
        ("Elecciones en EE.UU.", "Elecciones en EE.UU.", "Elecciones en EE.UU."),
        ("Y seguimos...", "Y seguimos...", "Y seguimos..."),
        ("Y seguimos…", "Y seguimos…", "Y seguimos…"),
        ("", "", ""),
    ],
)
def test_the_full_stop_of_a_text(text: str, with_stop: str, without: str) -> None:
    assert finish_text(text, information_stop=True) == with_stop
    assert finish_text(text, information_stop=False) == without
    assert finish_text(text, information_stop=None) == text
