import pytest

from outreach.reports.captions import NumberedCaption, Numbering, find_number


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("Tabla 3.2 Información difundida", NumberedCaption("Tabla", "3.", 2, "Información difundida")),
        ("Tabla 3.2. Información", NumberedCaption("Tabla", "3.", 2, "Información")),
        ("Cuadro 1", NumberedCaption("Cuadro", "", 1, "")),
        ("Gráfica 10: Envíos", NumberedCaption("Gráfica", "", 10, "Envíos")),
        ("Estadísticas del SIVOPLE", None),
        ("Elecciones 2024 en México", None),
        ("Tabla de envíos", None),
    ],
)
def test_a_caption_is_taken_apart(caption: str, expected: NumberedCaption | None) -> None:
    assert find_number(caption) == expected


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("Tabla 9.7 Información", "Tabla 3.2 Información"),
        ("Tabla {number} Información", "Tabla 3.2 Información"),
        ("Información", "Tabla 3.2 Información"),
        ("", "Tabla 3.2"),
    ],
)
def test_the_report_gives_the_number(caption: str, expected: str) -> None:
    assert Numbering("Tabla", "3", 2).number(caption) == expected


def test_numbers_follow_each_other_and_need_no_chapter() -> None:
    numbering = Numbering("Table")
    assert [numbering.number(text) for text in ("A", "B", "C")] == ["Table 1 A", "Table 2 B", "Table 3 C"]
