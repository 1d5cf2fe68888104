"""The pieces of a message: which fields each has, what they may hold, and how they are read from a file."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TypeAlias

from babel.support import LazyProxy

from outreach.campaigns.errors import ContentError
from outreach.campaigns.events import is_zone, read_day, read_hour
from outreach.campaigns.rules import BlockType, Language
from outreach.translation import gettext as _
from outreach.translation import lazy_gettext

# field -> language -> text
Fields: TypeAlias = Mapping[str, Mapping[str, str]]

MAX_TEXT = 20_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BREAKS = re.compile(r"\r\n?|[\x85\u2028\u2029]")


class FieldKind(StrEnum):
    """What a field holds: a line, rich text, an address, or a part of a date.

    A picture or a file may be one that we keep (media/rules.py, make_reference) instead of an address. A day
    (YYYY-MM-DD), an hour (HH:MM) and an IANA zone are the same in every language.
    """

    LINE = "line"
    PROSE = "prose"
    LINK = "link"
    PICTURE = "picture"
    FILE = "file"
    DAY = "day"
    HOUR = "hour"
    ZONE = "zone"

    @property
    def is_text(self) -> bool:
        """Tell whether people read it, in their language."""
        return self in {FieldKind.LINE, FieldKind.PROSE}

    @property
    def is_address(self) -> bool:
        """Tell whether the field holds a URL, which takes no placeholder."""
        return self in {FieldKind.LINK, FieldKind.PICTURE, FieldKind.FILE}

    @property
    def is_shared(self) -> bool:
        """Tell whether both languages always have the same value."""
        return self in {FieldKind.DAY, FieldKind.HOUR, FieldKind.ZONE}

    @property
    def takes_file(self) -> bool:
        """Tell whether a file that we keep may stand in it."""
        return self in {FieldKind.PICTURE, FieldKind.FILE}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a block, with the label that forms and findings use.

    It is wanted as soon as the field `with_field` is filled, and not at all if `unless_field` is.
    """

    name: str
    label: LazyProxy
    kind: FieldKind = FieldKind.LINE
    is_required: bool = True
    with_field: str = ""
    unless_field: str = ""

    @property
    def is_optional(self) -> bool:
        """Tell whether a block may do without it, as its label says."""
        return not self.with_field and (not self.is_required or bool(self.unless_field))


_TEXT = Field("text", lazy_gettext("texto"), FieldKind.PROSE)
_TITLE = Field("title", lazy_gettext("título"))
_LINK = Field("url", lazy_gettext("enlace"), FieldKind.LINK)
_ALT = lazy_gettext("texto alternativo")
_OPTIONAL_LINK = Field("url", lazy_gettext("enlace"), FieldKind.LINK, is_required=False)

BLOCK_FIELDS: Mapping[BlockType, tuple[Field, ...]] = {
    BlockType.HEADING: (Field("text", lazy_gettext("texto")),),
    BlockType.TEXT: (_TEXT,),
    BlockType.IMAGE: (
        Field("url", lazy_gettext("dirección de la imagen"), FieldKind.PICTURE),
        Field("alt", _ALT),
        Field("caption", lazy_gettext("pie de imagen"), is_required=False),
    ),
    BlockType.BUTTON: (Field("label", lazy_gettext("texto del botón")), _LINK),
    BlockType.EVENT: (
        _TITLE,
        Field("day", lazy_gettext("día"), FieldKind.DAY, is_required=False),
        Field("begins", lazy_gettext("empieza"), FieldKind.HOUR, is_required=False),
        Field("ends", lazy_gettext("termina"), FieldKind.HOUR, is_required=False),
        Field("until", lazy_gettext("último día"), FieldKind.DAY, is_required=False),
        Field("zone", lazy_gettext("zona horaria"), FieldKind.ZONE, is_required=False),
        Field("date", lazy_gettext("fecha en palabras, en vez de la del día"), unless_field="day"),
        Field("place", lazy_gettext("lugar")),
        Field("text", lazy_gettext("texto"), FieldKind.PROSE, is_required=False),
        _OPTIONAL_LINK,
    ),
    BlockType.NEWS: (
        _TITLE,
        Field("image", lazy_gettext("imagen"), FieldKind.PICTURE, is_required=False),
        Field("alt", _ALT, is_required=False, with_field="image"),
        _TEXT,
        _OPTIONAL_LINK,
    ),
    BlockType.QUOTE: (_TEXT, Field("author", lazy_gettext("quién lo dice"), is_required=False)),
    BlockType.DIVIDER: (),
    BlockType.FILE: (
        Field("label", lazy_gettext("nombre del archivo")),
        Field("url", lazy_gettext("archivo"), FieldKind.FILE),
    ),
}


def tidy(text: str, kind: FieldKind) -> str:
    """Return `text` in NFC without control characters; only rich text keeps its line breaks."""
    clean = _CONTROLS.sub("", _BREAKS.sub("\n", unicodedata.normalize("NFC", text))).strip()
    return clean if kind is FieldKind.PROSE else " ".join(clean.split())


def share_fields(block: BlockType, fields: Fields) -> Fields:
    """Return `fields` with a day, an hour or a zone that is given in one language given in every one."""
    shared = {field.name for field in BLOCK_FIELDS[block] if field.kind.is_shared} & fields.keys()
    return {**fields, **{name: _spread(fields[name]) for name in shared}}


def _spread(texts: Mapping[str, str]) -> dict[str, str]:
    value = next((text for text in texts.values() if text), "")
    return dict.fromkeys((language.value for language in Language), value)


def list_missing(block: BlockType, fields: Fields, language: Language) -> tuple[Field, ...]:
    """Return what lacks in `language`: required fields, and optional ones that the other language fills."""
    return tuple(
        field
        for field in BLOCK_FIELDS[block]
        if not fields.get(field.name, {}).get(language, "").strip() and _is_wanted(field, fields)
    )


def _is_wanted(field: Field, fields: Fields) -> bool:
    if field.kind.is_shared or _is_filled(fields, field.unless_field):
        return False
    return field.is_required or _is_filled(fields, field.name) or _is_filled(fields, field.with_field)


def _is_filled(fields: Fields, name: str) -> bool:
    return any(text.strip() for text in fields.get(name, {}).values())


def read_block(raw: Mapping[str, object], number: int) -> tuple[BlockType, dict[str, dict[str, str]]]:
    """Read a block as files write it, `{type = "button", label = {es, en}, url = …}`; missing texts stay empty.

    A field given as one text holds it in both languages, which is meant for links. Raises ContentError, naming the
    block by its `number` (from 1).
    """
    block = _read_type(raw.get("type"), number)
    known = {field.name: field for field in BLOCK_FIELDS[block]}
    unknown = [name for name in raw if name not in known and name != "type"]
    if unknown:
        raise ContentError(
            _(
                "El bloque %(number)s (%(type)s) no tiene el campo «%(field)s»: sus campos son %(fields)s.",
                number=number,
                type=block.value,
                field=unknown[0],
                fields=", ".join(known) or _("ninguno"),
            )
        )
    return block, {name: _read_texts(raw[name], field, number) for name, field in known.items() if name in raw}


def _read_type(value: object, number: int) -> BlockType:
    if isinstance(value, str) and value in set(BlockType):
        return BlockType(value)
    raise ContentError(
        _(
            "El bloque %(number)s tiene un tipo desconocido, «%(type)s»: elija entre %(types)s.",
            number=number,
            type="" if value is None else value,
            types=", ".join(BlockType),
        )
    )


def _read_texts(value: object, field: Field, number: int) -> dict[str, str]:
    if isinstance(value, date | time):
        # TOML has days and hours of its own.
        value = value.isoformat()
    texts = dict.fromkeys(Language, value) if isinstance(value, str) else value
    if not isinstance(texts, Mapping) or not all(isinstance(text, str) for text in texts.values()):
        raise ContentError(
            _(
                'El campo «%(field)s» del bloque %(number)s debe ser un texto por idioma: {es = "…", en = "…"}.',
                field=field.name,
                number=number,
            )
        )
    read = {Language(language).value: tidy(text, field.kind) for language, text in _check_texts(texts, field, number)}
    return _share(read, field, number) if field.kind.is_shared else read


def _share(texts: Mapping[str, str], field: Field, number: int) -> dict[str, str]:
    """Return one value for every language; raise ContentError for what is no day, hour or zone."""
    value = next((text for text in texts.values() if text), "")
    hour = read_hour(value) if field.kind is FieldKind.HOUR else None
    value = f"{hour:%H:%M}" if hour else value
    is_good = {FieldKind.HOUR: hour is not None, FieldKind.DAY: read_day(value) is not None}
    if value and not is_good.get(field.kind, is_zone(value)):
        raise ContentError(
            _(
                "En el bloque %(number)s, «%(field)s» dice «%(value)s»: escriba un día como 2026-03-12, una hora como "
                "18:00 o una zona como America/Mexico_City.",
                number=number,
                field=str(field.label),
                value=value,
            )
        )
    return _spread({Language.ES: value})


def _check_texts(texts: Mapping[str, str], field: Field, number: int) -> list[tuple[str, str]]:
    for language, text in texts.items():
        if language not in set(Language):
            raise ContentError(
                _(
                    "El campo «%(field)s» del bloque %(number)s está en «%(language)s»: los idiomas son es y en.",
                    field=field.name,
                    number=number,
                    language=language,
                )
            )
        if len(text) > MAX_TEXT:
            raise ContentError(
                _(
                    "El campo «%(field)s» del bloque %(number)s pasa de %(limit)s caracteres: divídalo en dos.",
                    field=field.name,
                    number=number,
                    limit=MAX_TEXT,
                )
            )
    return list(texts.items())
