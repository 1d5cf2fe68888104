"""Layouts: how a report prints its table, as options read from TOML (design §8)."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from outreach.errors import OutreachError
from outreach.reports.dates import DateForm
from outreach.translation import LANGUAGES
from outreach.translation import gettext as _

_PRESETS = Path(__file__).parent / "presets"
DEFAULT_LAYOUT = "basico"


class LayoutError(OutreachError):
    """A layout has a key or a value that does not exist."""


class Field(StrEnum):
    """What stands under a heading."""

    NUMBER = "number"
    DATE = "date"
    INFORMATION = "information"
    CONSTANT = "constant"
    YEAR = "year"
    COUNT = "count"


class RowMode(StrEnum):
    """What one row of the table is."""

    DISPATCH = "dispatch"
    MONTH = "month"
    MONTH_AND_TEXT = "month-and-text"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Layout:
    """The options of one table; `information_stop` None leaves the text's end as it is (`as-is` in the file)."""

    columns: tuple[str, ...]
    fields: tuple[Field, ...]
    rows: RowMode = RowMode.DISPATCH
    number: str = "1."
    weekday: bool = False
    day_padding: bool = False
    first_of_month: str = "1"
    date_stop: bool = False
    information_stop: bool | None = True
    total: str = "words"
    bold: str = "none"
    counts: str = "dispatches"
    caption: str | None = None
    caption_bold: bool = False
    constant: str = ""

    @property
    def date_form(self) -> DateForm:
        """How its cells write their days; the same one for every cell, as days already written are found by it."""
        return _make_date_form(self.weekday, self.day_padding, self.first_of_month, self.date_stop)


_make_date_form = lru_cache(maxsize=64)(DateForm)


@dataclass(frozen=True, slots=True)
class Preset:
    """A layout that comes with the program; `options` are as in its file, each text in both languages."""

    slug: str
    name_es: str
    name_en: str
    options: Mapping[str, object]


_CHOICES: dict[str, tuple[object, ...]] = {
    "rows": tuple(RowMode),
    "number": ("1.", "1", "none"),
    "weekday": (True, False),
    "day_padding": (True, False),
    "first_of_month": ("1", "1°"),
    "date_stop": (True, False),
    "information_stop": (True, False, "as-is"),
    "total": ("figures", "words", "none"),
    "bold": ("number", "number-and-noun", "none"),
    "counts": ("dispatches", "topics"),
    "caption_bold": (True, False),
}
_TEXTS = ("caption", "constant")


def read_layout(options: Mapping[str, object], language: str = "es") -> Layout:
    """Make a layout of `options`, a text being one string or {es = …, en = …}; raise LayoutError naming the key."""
    known = [field.name for field in fields(Layout)]
    for key in options:
        if key not in known:
            raise LayoutError(
                _(
                    "El formato de tabla no admite la clave «%(key)s»: las claves son %(keys)s.",
                    key=key,
                    keys=", ".join(known),
                )
            )
    chosen: dict[str, object] = {key: _choose(key, options[key]) for key in _CHOICES if key in options}
    chosen |= {key: _read_text(key, _spoken(options[key], language)) for key in _TEXTS if key in options}
    columns = _read_list("columns", _spoken(options.get("columns"), language))
    chosen["columns"] = columns
    chosen["fields"] = _read_fields(options.get("fields"), len(columns))
    return Layout(**chosen)  # type: ignore[arg-type]  # every value was checked against its key above


def read_layout_file(path: Path, language: str = "es") -> Layout:
    """Read a layout from a TOML file, where it stands at the top or as the only table; raise LayoutError."""
    try:
        options = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise LayoutError(_("No se puede leer el formato de tabla %(path)s: revise el nombre.", path=path)) from problem
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise LayoutError(
            _(
                "El formato de tabla %(path)s no está escrito en TOML (%(problem)s): corríjalo.",
                path=path,
                problem=problem,
            )
        ) from problem
    tables = [value for value in options.values() if isinstance(value, dict)]
    only_table = tables[0] if len(options) == 1 and tables and "columns" in tables[0] else options
    return read_layout(only_table, language)


def list_shipped_presets() -> Iterator[Preset]:
    """Yield the layouts that come with the program, by slug."""
    for path in sorted(_PRESETS.glob("*.toml"), key=lambda path: path.stem):
        preset = tomllib.loads(path.read_text(encoding="utf-8"))
        yield Preset(path.stem, preset["name"]["es"], preset["name"]["en"], preset["layout"])


def _choose(key: str, value: object) -> object:
    for choice in _CHOICES[key]:
        if value == choice and isinstance(value, bool) == isinstance(choice, bool):
            return None if value == "as-is" else choice
    raise LayoutError(
        _(
            "En el formato de tabla, «%(key)s» no puede ser %(value)s: escriba %(choices)s.",
            key=key,
            value=_as_toml(value),
            choices=", ".join(_as_toml(choice) for choice in _CHOICES[key]),
        )
    )


def _spoken(value: object, language: str) -> object:
    return value.get(language, value.get("es")) if isinstance(value, dict) and set(value) <= set(LANGUAGES) else value


def _read_text(key: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise LayoutError(
        _("En el formato de tabla, «%(key)s» debe ser un texto, no %(value)s.", key=key, value=_as_toml(value))
    )


def _read_list(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise LayoutError(
        _("El formato de tabla necesita «%(key)s»: una lista de textos, uno por columna.", key=key),
    )


def _read_fields(value: object, number_of_columns: int) -> tuple[Field, ...]:
    given = _read_list("fields", value)
    for name in given:
        if name not in set(Field):
            raise LayoutError(
                _(
                    "En el formato de tabla, «fields» no puede contener «%(name)s»: elija entre %(names)s.",
                    name=name,
                    names=", ".join(Field),
                )
            )
    if len(given) != number_of_columns:
        raise LayoutError(
            _(
                "En el formato de tabla, «columns» tiene %(columns)s textos y «fields» %(fields)s: "
                "escriba tantos en una como en otra.",
                columns=number_of_columns,
                fields=len(given),
            )
        )
    return tuple(Field(name) for name in given)


def _as_toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'
