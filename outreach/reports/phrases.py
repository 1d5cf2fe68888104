"""The phrases that sentences and documents are made of: those that ship, and those an institution put in their place.

A phrase is named by its way through `patterns.toml`: `told`, `email.verb.one`, `definitions.people`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, TypeAlias

from outreach.errors import OutreachError
from outreach.translation import gettext as _

# The pieces of one language, as nested as in the file.
Phrases: TypeAlias = Mapping[str, Any]

_FORMS = ("one", "many")
LONGEST = 1_000
# Without these a sentence would not say its figure.
_REQUIRED = {"told": {"total"}, "untold": {"listed"}, "besides": {"total"}}
_GENDERS = ("m", "f")


class PhraseError(OutreachError):
    """A phrase cannot be printed as it was written."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase as it ships; `placeholders` are those that it may hold."""

    name: str
    text: str
    placeholders: frozenset[str]

    @property
    def is_gender(self) -> bool:
        """Tell whether it says the gender of a noun, `m` or `f`."""
        return self.name.endswith(".gender")

    @property
    def is_spaced(self) -> bool:
        """Tell whether a space attaches it to what stands before; nobody sees it, so it is kept for whoever writes."""
        return self.text.startswith(" ")


@lru_cache(maxsize=1)
def load_patterns() -> dict[str, Any]:
    """Return the pieces that ship, by language."""
    return tomllib.loads(Path(__file__).with_name("patterns.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def list_phrases(language: str) -> tuple[Phrase, ...]:
    """Return every phrase of a language as it ships, in the order of the file."""
    return tuple(Phrase(name, text, frozenset(_find_fields(text))) for name, text in _walk(load_patterns()[language]))


def replace_phrases(language: str, written: Mapping[str, str]) -> Phrases:
    """Return the pieces of a language with `written`, by name, in place of those that ship; unknown names are left."""
    pieces: dict[str, Any] = deepcopy(load_patterns()[language])
    known = {phrase.name for phrase in list_phrases(language)}
    for name, text in written.items():
        if name in known:
            _put(pieces, name.split("."), text)
    return pieces


def check_phrase(phrase: Phrase, text: str, label: str = "") -> str:
    """Return `text` as it will be kept; raise PhraseError when it cannot take the place of `phrase`.

    A refusal calls the phrase by its `label`, else by its name.
    """
    label = label or phrase.name
    written = " ".join(text.split())
    if not written or len(written) > LONGEST:
        raise PhraseError(
            _("La frase «%(name)s» necesita un texto de hasta %(most)s caracteres.", name=label, most=LONGEST)
        )
    if phrase.is_gender and written not in _GENDERS:
        raise PhraseError(_("El género de la frase «%(name)s» es m o f.", name=label))
    found = _read_fields(phrase, written, label)
    if unknown := sorted(found - phrase.placeholders):
        raise PhraseError(_describe_unknown(phrase, unknown[0], label))
    if missing := sorted(_REQUIRED.get(phrase.name, set()) - found):
        raise PhraseError(
            _(
                "La frase «%(name)s» debe contener {%(field)s}: sin ello no dice la cifra.",
                name=label,
                field=missing[0],
            )
        )
    return f" {written}" if phrase.is_spaced else written


def _read_fields(phrase: Phrase, text: str, label: str) -> set[str]:
    """Return the placeholders of `text`; anything else between braces is refused, so that no attribute is reached."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as problem:
        raise PhraseError(
            _("La frase «%(name)s» tiene una llave sin pareja: escriba cada dato como {dato}.", name=label)
        ) from problem
    for _text, field, pattern, conversion in parts:
        if field is not None and (pattern or conversion or not field.isidentifier()):
            raise PhraseError(_describe_unknown(phrase, field, label))
    return {field for _text, field, _pattern, _conversion in parts if field is not None}


def _describe_unknown(phrase: Phrase, field: str, label: str) -> str:
    allowed = ", ".join(f"{{{name}}}" for name in sorted(phrase.placeholders))
    if not allowed:
        return _("La frase «%(name)s» no lleva datos entre llaves: quite {%(field)s}.", name=label, field=field)
    return _(
        "La frase «%(name)s» no puede contener {%(field)s}: use %(allowed)s.",
        name=label,
        field=field,
        allowed=allowed,
    )


def _find_fields(text: str) -> Iterator[str]:
    for _text, field, _pattern, _conversion in Formatter().parse(text):
        if field:
            yield field


def _walk(pieces: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in pieces.items():
        if isinstance(value, str):
            yield before + key, value
        elif isinstance(value, list):
            yield from ((f"{before}{key}.{form}", text) for form, text in zip(_FORMS, value, strict=True))
        elif isinstance(value, dict):
            yield from _walk(value, f"{before}{key}.")


def _put(pieces: dict[str, Any], way: list[str], text: str) -> None:
    *before, last = way
    place: Any = pieces
    for key in before:
        place = place[key]
    place[_FORMS.index(last) if isinstance(place, list) else last] = text
