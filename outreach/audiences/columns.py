"""What the headings of a file mean, and what each row says of a person (design §8, Contacts)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import available_timezones

from outreach.audiences.cells import unguard_cell
from outreach.audiences.errors import RowError, UnreadableFileError
from outreach.audiences.models import Contact
from outreach.audiences.reading import Row
from outreach.mail.addresses import Address, AddressError, parse_address
from outreach.translation import gettext as _
from outreach.translation import lazy_gettext as _l

_HEADINGS = {
    "email": "correo email e_mail mail correo_electronico correo_e email_address direccion_de_correo",
    "name": "nombre name nombre_completo full_name",
    "institution": "institucion institution organizacion organization organisation",
    "position": "cargo position puesto",
    "title": "tratamiento title",
    "language": "idioma language lengua",
    "country": "pais country pais_de_residencia",
    "timezone": "zona_horaria timezone time_zone",
    "source": "origen source",
    "given_on": "fecha_de_consentimiento fecha_consentimiento consent_date consented_on",
}
# What the file of errors adds to a row; brought in again, these columns say nothing of a person.
IGNORED_HEADINGS = (_l("Fila (no se importa)"), _l("Error (no se importa)"))
IGNORED = {"fila_no_se_importa", "error_no_se_importa", "row_not_imported", "error_not_imported"}
_FIELDS = {heading: name for name, headings in _HEADINGS.items() for heading in headings.split()}
_CONTACT_TEXTS = ("name", "institution", "position", "title", "country")
_ROOM: dict[str, int] = {name: getattr(Contact.__table__.c[name].type, "length", 0) for name in _CONTACT_TEXTS}
# What this work does not need and the law protects: no such column enters (P-02, P-03).
_PROTECTED = re.compile(
    r"\b(?:curp|elector|ocr|cic|partidos?|militancia|afiliacion|religion|etnia|etnico|raza|indigena|discapacidad|salud|"
    r"sexual|party|religious|ethnicity|ethnic|race|disability|health|indigenous)\b"
)
_LANGUAGES = {
    "es": "es esp spa espanol español spanish castellano es_mx es_es es_us",
    "en": "en eng ing english ingles en_us en_gb en_ca",
}
_LANGUAGE_OF = {word: language for language, words in _LANGUAGES.items() for word in words.split()}
_DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d")
_LONGEST_ATTRIBUTE = 2_000
_LONGEST_SOURCE = 200
_LONGEST_NAME = 60
# Acute accents and diaereses are folded; ñ is a letter of its own, as in a message's placeholders.
_FOLDED = {0x0300: None, 0x0301: None, 0x0302: None, 0x0308: None, 0x0327: None}

# A name must not break a header, reverse the text around it or hide: controls, bidirectional and zero-width marks.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(slots=True)
class PersonRow:
    """What one row says of a person; an empty cell says nothing, so nothing known is lost by it."""

    number: int
    address: Address
    email_hash: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    language: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    source: str = ""
    given_on: date | None = None
    notes: list[str] = field(default_factory=list)

    def absorb(self, later: "PersonRow") -> None:
        """Take over what a later row for the same address says."""
        self.texts |= later.texts
        self.attributes |= later.attributes
        self.language = later.language or self.language


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """Which column holds what; `attributes` maps a column's position to the attribute's name."""

    fields: dict[int, str]
    attributes: dict[int, str]
    nameless: frozenset[int]
    headings: list[str]

    def read(self, row: Row, today: date) -> PersonRow:
        """Return the person a row describes; raise RowError with the reason if it cannot be taken."""
        if row.problem:
            raise RowError(row.problem)
        if len(row.cells) > len(self.headings) and any(row.cells[len(self.headings) :]):
            raise RowError(_("Tiene más celdas que el encabezado: ponga entre comillas los textos con comas."))
        cells = {name: row.cells[place] for place, name in self.fields.items() if place < len(row.cells)}
        person = PersonRow(row.number, _read_address(unguard_cell(cells.pop("email", ""))))
        cells = {name: clean_text(cell) for name, cell in cells.items()}
        person.language = _read_language(cells.get("language", ""))
        person.texts = self._read_texts(cells)
        person.attributes = self._read_attributes(row.cells)
        person.source = _limit(_("origen"), cells.get("source", ""), _LONGEST_SOURCE)
        person.given_on = _read_day(cells.get("given_on", ""), today, person.notes)
        timezone = _read_timezone(cells.get("timezone", ""), person.notes)
        if timezone:
            person.texts["timezone"] = timezone
        return person

    def _read_texts(self, cells: dict[str, str]) -> dict[str, str]:
        return {
            name: _limit(_HEADINGS[name].split()[0], cells[name], _ROOM[name])
            for name in _CONTACT_TEXTS
            if cells.get(name)
        }

    def _read_attributes(self, cells: Sequence[str]) -> dict[str, str]:
        return {
            name: _limit(name, clean_text(cells[place]), _LONGEST_ATTRIBUTE)
            for place, name in self.attributes.items()
            if place < len(cells) and cells[place]
        }


def plan_columns(headings: Sequence[str]) -> ColumnPlan:
    """Decide what each column holds; raise UnreadableFileError if there is no address or one must not enter."""
    fields: dict[int, str] = {}
    attributes: dict[int, str] = {}
    for place, heading in enumerate(headings):
        check_protected(heading)
        folded = fold_heading(heading)
        if folded in _FIELDS:
            fields[place] = _FIELDS[folded]
        elif folded and folded not in IGNORED:
            attributes[place] = folded
    return make_plan(headings, fields, attributes)


def check_protected(heading: str) -> None:
    """Raise UnreadableFileError for a column that must not enter, whatever anybody chooses (P-02, P-03)."""
    if _PROTECTED.search(fold_heading(heading).replace("_", " ")):
        raise UnreadableFileError(_describe_protected(heading))


def find_field(heading: str) -> str:
    """Return the field that a heading names; empty if it names none."""
    return _FIELDS.get(fold_heading(heading), "")


def make_plan(headings: Sequence[str], fields: dict[int, str], attributes: dict[int, str]) -> ColumnPlan:
    """Return the plan of these columns; raise UnreadableFileError without an address or if two mean the same."""
    if "email" not in fields.values():
        raise UnreadableFileError(_describe_missing(headings))
    taken = [*fields.values(), *attributes.values()]
    repeated = next((name for name in taken if taken.count(name) > 1), None)
    if repeated:
        raise UnreadableFileError(_describe_repeated(headings, {**fields, **attributes}, repeated))
    nameless = frozenset(place for place, heading in enumerate(headings) if not fold_heading(heading))
    nameless -= fields.keys() | attributes.keys()
    return ColumnPlan(fields, attributes, nameless, list(headings))


def clean_text(text: str) -> str:
    """Return a text on one line, without characters that hide, reverse what follows or break a header."""
    plain = unguard_cell(text)
    if plain.isprintable() and "  " not in plain:
        return plain
    return " ".join(_HIDDEN.sub("", plain).split())


def fold_heading(heading: str) -> str:
    """Return a heading as a placeholder writes it: lower case, accents folded, everything else an underscore."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFD", heading.lower()).translate(_FOLDED))
    return re.sub(r"[^a-z0-9ñ]+", "_", plain).strip("_")[:_LONGEST_NAME].rstrip("_")


def _describe_protected(heading: str) -> str:
    return _(
        "La columna «%(heading)s» no puede entrar: es un dato protegido que el envío de correos no necesita; bórrela "
        "del archivo y vuelva a subirlo.",
        heading=heading,
    )


def _describe_missing(headings: Sequence[str]) -> str:
    seen = ", ".join(_("«%(text)s»", text=heading[:40]) for heading in headings[:12] if heading)
    return _(
        "Falta la columna de la dirección: diga cuál es, o titule una «correo» o «email»; los encabezados encontrados "
        "son %(seen)s.",
        seen=seen,
    )


def _describe_repeated(headings: Sequence[str], names: dict[int, str], repeated: str) -> str:
    same = [_("«%(text)s»", text=headings[place]) for place, name in sorted(names.items()) if name == repeated]
    return _(
        "Las columnas %(columns)s significan lo mismo: deje solo una o cambie el título de las demás.",
        columns=", ".join(same),
    )


def _limit(heading: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise RowError(
            _("En «%(heading)s» hay más de %(limit)s caracteres: acorte el texto.", heading=heading, limit=longest)
        )
    return text


def _read_address(text: str) -> Address:
    if not text:
        raise RowError(_("No tiene dirección de correo."))
    try:
        return parse_address(text)
    except AddressError as problem:
        raise RowError(str(problem)) from problem


def _read_language(text: str) -> str | None:
    if not text:
        return None
    language = _LANGUAGE_OF.get(fold_heading(text))
    if language is None:
        raise RowError(_("El idioma «%(text)s» no se entiende: escriba es, en o deje la celda vacía.", text=text[:40]))
    return language


def _read_day(text: str, today: date, notes: list[str]) -> date | None:
    if not text:
        return None
    day = _parse_day(text)
    if day is None or day > today:
        notes.append(
            _("La fecha de consentimiento «%(text)s» no se entiende o es futura y quedó vacía.", text=text[:40])
        )
        return None
    return day


@lru_cache(maxsize=4096)
def _parse_day(text: str) -> date | None:
    """Read a day as Mexico writes it (day before month) or as ISO 8601."""
    for pattern in _DAY_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 a calendar day has no zone
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _read_timezone(text: str, notes: list[str]) -> str:
    zone = _list_timezones().get(text.replace(" ", "_").casefold(), "") if text else ""
    if text and not zone:
        notes.append(_("La zona horaria «%(text)s» no se entiende y quedó vacía.", text=text[:40]))
    return zone


@lru_cache(maxsize=1)
def _list_timezones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}
