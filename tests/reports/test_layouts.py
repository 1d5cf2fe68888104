import tomllib
from pathlib import Path
from typing import Any

import pytest

from log_samples import make_lines
from outreach.reports.layouts import (
    Field,
    Layout,
    LayoutError,
    RowMode,
    list_shipped_presets,
    read_layout,
    read_layout_file,
)
from outreach.reports.tables import build_table

SHARED_LAYOUTS = Path(__file__).parents[2].parent / "shared" / "data" / "layouts.toml"
PLAIN = {"columns": ["No.", "Fecha"], "fields": ["number", "date"]}


def _published() -> list[Any]:
    if not SHARED_LAYOUTS.exists():
        reason = "the published layouts lie outside the project and are not there"
        return [pytest.param("", {}, marks=pytest.mark.skip(reason=reason))]
    return list(tomllib.loads(SHARED_LAYOUTS.read_text(encoding="utf-8")).items())


@pytest.mark.parametrize(("name", "options"), _published())
def test_every_published_layout_loads_and_prints(name: str, options: dict[str, object]) -> None:
    layout = read_layout(options)
    table = build_table(
        make_lines([("2025-04-09", "Aviso"), ("2025-04-16", "Aviso"), ("2026-05-01", "Otro")]), layout, "es"
    )
    assert table.columns == layout.columns, name
    assert table.caption == options.get("caption")
    assert len(table.rows) == {"dispatch": 3, "month": 2, "month-and-text": 2, "year": 2}[str(options["rows"])]
    assert all(len(row) == len(layout.columns) for row in table.rows)


def test_the_24_published_layouts_are_there() -> None:
    if not SHARED_LAYOUTS.exists():
        pytest.skip("the published layouts lie outside the project and are not there")
    assert len(_published()) == 24


def test_what_is_left_out_has_a_default() -> None:
    assert read_layout(PLAIN) == Layout(columns=("No.", "Fecha"), fields=(Field.NUMBER, Field.DATE))


def test_as_is_leaves_the_end_of_the_text() -> None:
    assert read_layout({**PLAIN, "information_stop": "as-is"}).information_stop is None


def test_texts_may_stand_in_both_languages() -> None:
    options = {**PLAIN, "columns": {"es": ["No.", "Fecha"], "en": ["No.", "Date"]}, "caption": {"es": "Tabla 1"}}
    assert read_layout(options, "en").columns == ("No.", "Date")
    assert read_layout(options, "en").caption == "Tabla 1"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"colour": "red"}, "no admite la clave «colour»"),
        ({"rows": "week"}, '«rows» no puede ser "week": escriba "dispatch", "month"'),
        ({"weekday": "yes"}, '«weekday» no puede ser "yes": escriba true, false'),
        ({"weekday": 1}, "«weekday» no puede ser"),
        ({"first_of_month": "1º"}, "«first_of_month» no puede ser"),
        ({"information_stop": "none"}, "«information_stop» no puede ser"),
        ({"total": 3}, "«total» no puede ser"),
        ({"number": []}, "«number» no puede ser"),
        ({"caption": 3}, "«caption» debe ser un texto"),
        ({"columns": None}, "necesita «columns»"),
        ({"columns": []}, "necesita «columns»"),
        ({"columns": "No."}, "necesita «columns»"),
        ({"fields": ["number", "weather"]}, "«fields» no puede contener «weather»"),
        ({"fields": ["number"]}, "«columns» tiene 2 textos y «fields» 1"),
    ],
)
def test_an_unknown_key_or_value_is_refused_by_name(options: dict[str, object], reason: str) -> None:
    with pytest.raises(LayoutError) as refusal:
        read_layout({**PLAIN, **options})
    assert reason in str(refusal.value)


def test_a_file_may_hold_the_layout_at_its_top_or_as_its_only_table(tmp_path: Path) -> None:
    path = tmp_path / "formato.toml"
    lines = 'columns = ["Año"]\nfields = ["year"]\nrows = "year"\n'
    for text in (lines, f'["2025"]\n{lines}', f"\ufeff{lines}"):
        path.write_text(text, encoding="utf-8")
        assert read_layout_file(path).rows is RowMode.YEAR


@pytest.mark.parametrize("content", [b"columns = ", b"\xff\xfe\x00", b"%PDF-1.7"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "formato.toml"
    path.write_bytes(content)
    with pytest.raises(LayoutError, match="no está escrito en TOML"):
        read_layout_file(path)
    with pytest.raises(LayoutError, match="No se puede leer"):
        read_layout_file(tmp_path / "otro.toml")


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_shipped_layout_loads_in_both_languages(language: str) -> None:
    presets = list(list_shipped_presets())
    assert [preset.slug for preset in presets] == [
        "basico",
        "dia-de-la-semana",
        "por-anio",
        "por-mes",
        "por-mes-y-texto",
    ]
    for preset in presets:
        columns = preset.options["columns"]
        assert isinstance(columns, dict)
        assert read_layout(preset.options, language).columns == tuple(columns[language])
        assert preset.name_es
        assert preset.name_en
