"""A text cut into the sentences that are translated one by one, and put together again."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST_SEGMENT = 1000  # characters; what is longer is never offered again as a whole

_LINE = re.compile(r"(?P<before>(?:^|\n)\s*(?:(?:[-*+]|\d{1,3}[.)]|#{1,6})[ \t]+)?)(?P<text>[^\n]*)")
_STOP = re.compile(r"(?<=[.!?…])[\"»”')\]*_]{0,4}(?P<space>\s+)(?=[\"«“'(\[*_¿¡{]{0,4}[A-ZÁÉÍÓÚÜÑ0-9{])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(¿¡])(?:Av|Arq|Art|Col|Dr|Dra|Drs|Ing|Lic|Mr|Mrs|Ms|Mtra|Mtro|No|Núm|Prof|Profa|Sr|Sra|St|[A-ZÁÉÍÓÚÑ])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text: `before` is its break and its bullet, `gaps` stand between its sentences."""

    before: str
    sentences: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def text(self) -> str:
        """The line without its bullet."""
        return "".join(part for pair in zip(self.sentences, (*self.gaps, ""), strict=True) for part in pair)


def cut(text: str) -> tuple[Line, ...]:
    """Cut a rich text into its lines, each into sentences; empty lines belong to the break before the next."""
    lines: list[Line] = []
    waiting = ""
    for match in _LINE.finditer(text.replace("\r\n", "\n").strip()):
        before, words = waiting + match["before"], match["text"].strip()
        if not words:
            waiting = before
            continue
        waiting = ""
        sentences, gaps = _cut_line(words)
        lines.append(Line(before if lines else before.lstrip("\n"), tuple(sentences), tuple(gaps)))
    return tuple(lines)


def _cut_line(text: str) -> tuple[list[str], list[str]]:
    sentences: list[str] = []
    gaps: list[str] = []
    start = 0
    for stop in _STOP.finditer(text):
        sentence = text[start : stop.start("space")]
        if _ABBREVIATION.search(sentence) or sentence.count("{{") > sentence.count("}}"):
            continue
        sentences.append(sentence)
        gaps.append(stop["space"])
        start = stop.end()
    return [*sentences, text[start:]], gaps


def join(lines: Sequence[Line]) -> str:
    """Return the text that `cut` took apart."""
    return "".join(line.before + line.text for line in lines).strip()


def pair_up(spanish: str, english: str, *, is_prose: bool) -> Iterator[tuple[str, str]]:
    """Yield what says the same in both languages, as small as both texts allow: sentences, else lines, else all."""
    if not is_prose:
        yield from _keep_useful([(spanish.strip(), english.strip())])
        return
    here, there = cut(spanish), cut(english)
    if len(here) != len(there):
        yield from _keep_useful([(join(here), join(there))])
        return
    for one, other in zip(here, there, strict=True):
        if len(one.sentences) == len(other.sentences):
            yield from _keep_useful(zip(one.sentences, other.sentences, strict=True))
        else:
            yield from _keep_useful([(one.text, other.text)])


def _keep_useful(
    pairs: "Iterator[tuple[str, str]] | Sequence[tuple[str, str]] | zip[tuple[str, str]]",
) -> Iterator[tuple[str, str]]:
    for pair in pairs:
        if all(len(text) <= LONGEST_SEGMENT and any(letter.isalpha() for letter in text) for text in pair):
            yield pair


def put(target: str, source: str, place: tuple[int, int | None], translation: str) -> str:
    """Return `target` with the translation of one line, or one sentence of it, of `source`.

    It takes the place of its counterpart where both texts are built alike; otherwise it stands at the end.
    """
    number, sentence = place
    here, there = cut(source), list(cut(target))
    if number >= len(here):
        return target
    origin = here[number]
    if len(here) == len(there) and (sentence is None or len(there[number].sentences) == len(origin.sentences)):
        found = there[number]
        kept = list(found.sentences)
        if sentence is None:
            there[number] = Line(found.before, (translation,), ())
        elif sentence < len(kept):
            kept[sentence] = translation
            there[number] = Line(found.before, tuple(kept), found.gaps)
        return join(there)
    if not target.strip():
        return origin.before.strip("\n") + translation if not sentence else translation
    if sentence:
        return f"{target.rstrip()} {translation}"
    return target.rstrip() + (origin.before or "\n\n") + translation
