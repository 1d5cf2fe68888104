"""Captions with the number that the report gives them: «Tabla 3.2 Información difundida a la Red de Observación»."""

import re
from dataclasses import dataclass

_NUMBERED = re.compile(
    r"(?P<label>Tabla|Cuadro|Gráfica|Figura|Table|Chart|Figure)\s+"
    r"(?P<chapter>(?:\d{1,4}\.)*)(?P<number>\d{1,4})[.:]?(?:\s+(?P<text>.*))?",
    re.DOTALL | re.IGNORECASE,
)
# A chapter as somebody writes it: 3, 3.1.
CHAPTER = re.compile(r"\d{1,3}(\.\d{1,3}){0,3}")
# What a layout's caption holds where the report's own number goes.
_PLACEHOLDER = "{number}"


@dataclass(frozen=True, slots=True)
class NumberedCaption:
    """A caption in its parts: label «Tabla», chapter «3.», number 2, and its text."""

    label: str
    chapter: str
    number: int
    text: str


@dataclass(slots=True)
class Numbering:
    """Numbers tables as they come: chapter «3» and 2 make «3.2», an empty chapter makes «2»."""

    label: str
    chapter: str = ""
    next_number: int = 1

    def number(self, caption: str) -> str:
        """Return the caption with the next number in place of the one it has, of `{number}`, or before its text."""
        chapter = f"{self.chapter}." if self.chapter else ""
        number, self.next_number = self.next_number, self.next_number + 1
        if _PLACEHOLDER in caption:
            return caption.replace(_PLACEHOLDER, f"{chapter}{number}")
        found = find_number(caption)
        label, text = (found.label, found.text) if found else (self.label, caption)
        return f"{label} {chapter}{number} {text}".rstrip()


def find_number(caption: str) -> NumberedCaption | None:
    """Return the parts of a caption that begins with a label and a number, None for any other."""
    found = _NUMBERED.fullmatch(caption)
    return (
        NumberedCaption(found["label"], found["chapter"], int(found["number"]), found["text"] or "") if found else None
    )
