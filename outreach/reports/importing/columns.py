"""Which column of a report's table holds what: by its heading, and by its content where headings were exchanged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from outreach.audiences.columns import fold_heading
from outreach.audiences.errors import UnreadableFileError
from outreach.reports.printed_dates import is_only_dates
from outreach.translation import gettext as _

_SAMPLE = 40
_MOSTLY = 0.6


class Column(StrEnum):
    """What a column holds; any other one is kept as notes."""

    NUMBER = "number"
    DATE = "date"
    INFORMATION = "information"
    AUDIENCE = "audience"
    CHANNEL = "channel"
    SENDER = "sender"
    KIND = "kind"
    PROGRAMME_KEY = "programme key"


_HEADINGS = {
    **dict.fromkeys(("no", "n", "n_o", "num", "numero", "nro", "number", "consecutivo"), Column.NUMBER),
    **dict.fromkeys(("fecha", "fechas", "date", "dates"), Column.DATE),
    **dict.fromkeys(("informacion", "information"), Column.INFORMATION),
    **dict.fromkeys(("audiencia", "audiencias", "audience", "destinatario", "destinatarios"), Column.AUDIENCE),
    **dict.fromkeys(("canal", "channel", "medio"), Column.CHANNEL),
    **dict.fromkeys(("cuenta", "remitente", "sender", "account"), Column.SENDER),
    **dict.fromkeys(("tipo", "tipo_de_envio", "kind"), Column.KIND),
    **dict.fromkeys(("clave_programatica", "programme_key"), Column.PROGRAMME_KEY),
}
_BEGINNINGS = {"fecha_": Column.DATE, "fechas_": Column.DATE, "informacion_": Column.INFORMATION}
# Headings of a text where no column is headed «Información», the likeliest first.
_TEXT_HEADINGS = (
    *("descripcion", "informe", "estadistica", "estadisticas", "tema", "asunto", "actividad", "contenido"),
    *("titulo", "texto", "documento", "publicacion", "boletin", "mensaje", "fecha"),
)


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """Where each known column stands, and the headings of those that are kept as notes."""

    places: Mapping[Column, int]
    notes: Mapping[int, str]

    def cell(self, cells: Sequence[str], column: Column) -> str:
        """Return a row's cell of a column, empty if either lacks it."""
        place = self.places.get(column)
        return cells[place] if place is not None and place < len(cells) else ""


def has_date_heading(cells: Iterable[str]) -> bool:
    """Tell whether a row may be the headings of a table of dispatches."""
    return any(_name_column(cell) is Column.DATE for cell in cells)


def plan_columns(headings: Sequence[str], rows: Sequence[Sequence[str]], information_column: str) -> ColumnPlan:
    """Decide what each column holds; raise UnreadableFileError when none holds dates or a named one is missing."""
    places: dict[Column, int] = {}
    for place, heading in enumerate(headings):
        column = _name_column(heading)
        if column and column not in places:
            places[column] = place
    if information_column:
        places[Column.INFORMATION] = _find_named(headings, information_column)
    _find_dates(places, len(headings), rows)
    if Column.DATE not in places:
        raise UnreadableFileError(
            _(
                "Ninguna columna tiene fechas de envío: titule una «Fecha»; los encabezados encontrados son %(seen)s.",
                seen=", ".join(heading[:40] for heading in headings[:12] if heading) or "—",
            )
        )
    if Column.INFORMATION not in places:
        _find_text(places, headings, rows)
    taken = set(places.values())
    notes = {place: heading for place, heading in enumerate(headings) if place not in taken}
    return ColumnPlan(places, notes)


def _name_column(heading: str) -> Column | None:
    folded = fold_heading(heading)
    if heading.strip() == "#":
        return Column.NUMBER
    beginning = next((column for start, column in _BEGINNINGS.items() if folded.startswith(start)), None)
    return _HEADINGS.get(folded) or beginning


def _find_named(headings: Sequence[str], name: str) -> int:
    folded = [fold_heading(heading) for heading in headings]
    if fold_heading(name) in folded:
        return folded.index(fold_heading(name))
    raise UnreadableFileError(
        _(
            "No hay una columna «%(name)s»: los encabezados encontrados son %(seen)s.",
            name=name,
            seen=", ".join(heading[:40] for heading in headings[:12] if heading) or "—",
        )
    )


def _find_dates(places: dict[Column, int], width: int, rows: Sequence[Sequence[str]]) -> None:
    """Take the column whose cells are dates where the one that is headed so holds none (headings exchanged)."""
    given = places.get(Column.DATE)
    if given is not None and (not rows or _share_of_dates(rows, given) >= _MOSTLY):
        return
    others = {place: _share_of_dates(rows, place) for place in range(width) if place != given}
    best = max(others, key=lambda place: others[place], default=None)
    if best is None or others[best] < _MOSTLY:
        return
    for column, place in list(places.items()):
        if place == best:
            del places[column]
    places[Column.DATE] = best


def _share_of_dates(rows: Sequence[Sequence[str]], place: int) -> float:
    """Return the share of cells that are dates and nothing else: «Corte al 15 de abril de 2025» only holds one."""
    cells = [row[place] for row in rows[:_SAMPLE] if place < len(row) and row[place]]
    return sum(map(is_only_dates, cells)) / len(cells) if cells else 0.0


def _find_text(places: dict[Column, int], headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Take the likeliest heading of a text; where no heading is known, the longest texts that are not all the same."""
    free = {fold_heading(heading): place for place, heading in enumerate(headings) if place not in places.values()}
    found = next((free[name] for name in _TEXT_HEADINGS if name in free), None)
    if found is None:
        lengths = {place: _measure_texts(rows, place) for place in free.values()}
        found = max((place for place in lengths if lengths[place]), key=lambda place: lengths[place], default=None)
    if found is not None:
        places[Column.INFORMATION] = found


def _measure_texts(rows: Sequence[Sequence[str]], place: int) -> int:
    """Return how long the texts of a column are in all, 0 where they are all the same and so tell no row apart."""
    cells = [row[place] for row in rows[:_SAMPLE] if place < len(row) and row[place]]
    return sum(map(len, cells)) if len(set(cells)) > 1 else 0
