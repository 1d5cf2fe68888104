"""The tiny grammar of personal fields: `{{nombre|persona integrante}}`, and nothing else (X-10, H-22).

A name is lower-case letters (ñ and accents included), digits and `_`; what follows `|` stands in for an empty value.
Whatever else stands between braces is plain text. The `sistema.` slots belong to the shipped templates alone.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from rapidfuzz import fuzz, process

from outreach.mail.slots import Segments, Slot

SYSTEM_SLOTS = frozenset({"sistema.baja", "sistema.audiencia", "sistema.audience", "sistema.preferencias"})

# Defaults hold neither braces nor angle brackets nor line breaks, so that a slot is the same in text and in HTML.
_MARK = re.compile(
    r"\{\{(?P<name>[a-z0-9_áéíóúüñ\u0301\u0303\u0308]{1,60}|sistema\.[a-z]{1,20})(?:\|(?P<default>[^{}<>\r\n]{0,200}))?\}\}"
)
_SYSTEM = re.compile(r"\{(?=\{\s*sistema\s*\.)")
_BRACES = re.compile(r"\{\{[^{}]{0,200}\}\}")
# Accents are folded, but ñ is a letter of its own: acute and diaeresis go, the tilde stays.
_ACCENTS = {0x0301: None, 0x0308: None}
_LIKE = 60  # of 100: one or two letters of a name
_WORD_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Mark:
    """One placeholder as written: `default` is None when it has none, `source` is the whole of it."""

    name: str
    default: str | None
    source: str
    start: int
    end: int


def fold_name(name: str) -> str:
    """Return `name` as placeholders compare it: lower case, accents folded (institución = institucion), ñ kept."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name.lower()).translate(_ACCENTS))


def find_marks(text: str) -> Iterator[Mark]:
    """Yield the placeholders of `text` in order; defaults come as plain text, also from HTML."""
    for match in _MARK.finditer(text):
        name, default = fold_name(match["name"]), match["default"]
        if "." in name and name not in SYSTEM_SLOTS:
            continue
        plain = None if default is None else unescape(default)
        if plain is None or not set(plain) & set("{}<>\r\n"):
            yield Mark(name, plain, match[0], match.start(), match.end())


def parse(text: str) -> Segments:
    """Cut a text, or HTML, at its slots; a slot's default is plain text that whoever fills it must escape."""
    segments: list[str | Slot] = []
    position = 0
    for mark in find_marks(text):
        segments += [text[position : mark.start], Slot(mark.name, mark.default or "")]
        position = mark.end
    segments.append(text[position:])
    return tuple(segment for segment in segments if segment != "")


def find_names(text: str) -> frozenset[str]:
    """Return the names of the placeholders of `text`, accents folded, system slots included."""
    return frozenset(mark.name for mark in find_marks(text))


def find_misspelt(text: str) -> tuple[str, ...]:
    """Return what stands between double braces without being a placeholder; it is sent as it is written."""
    marks = {mark.source for mark in find_marks(text)}
    return tuple(dict.fromkeys(found for found in _BRACES.findall(text) if found not in marks))


def find_nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that somebody who wrote `name` most likely meant; None when none is like it."""
    found = process.extractOne(fold_name(name), sorted(known), scorer=fuzz.ratio, score_cutoff=_LIKE)
    return found[0] if found else None


def fill(text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """Put `values` into the slots of `text` in a single pass, each (and each default) through `escape`.

    An empty value takes the default; a name that `values` does not know and that has no default stays as written.
    """
    parts: list[str] = []
    position = 0
    for mark in find_marks(text):
        value = values.get(mark.name) or mark.default
        if value is None and mark.name in values:
            value = ""
        parts += [text[position : mark.start], mark.source if value is None else escape(value)]
        position = mark.end
    return "".join([*parts, text[position:]])


def defuse(text: str) -> str:
    """Break the system slots that people typed, so that they are shown and never filled."""
    return _SYSTEM.sub("{" + _WORD_JOINER, text)
