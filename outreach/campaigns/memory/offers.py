"""What was translated before, laid beside the texts of a campaign that lack a translation or have an old one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from outreach.campaigns.blocks import FieldKind
from outreach.campaigns.memory.search import Match, find_matches
from outreach.campaigns.memory.segments import Line, cut, join, put
from outreach.campaigns.panels import Row, Sheet, TextInput
from outreach.campaigns.progress import LanguageState
from outreach.campaigns.rules import Language

MOST_TEXTS = 80  # looked for at once; what comes after them waits until some are done

_CHOICE = re.compile(
    r"(?P<field>(?:words|block-\d{1,18})-(?:es|en)-[a-z]{1,20})"
    r"/(?:(?P<all>all)|(?P<line>\d{1,4})\.(?P<sentence>\d{1,4}|line)/(?P<id>\d{1,18}))"
)


@dataclass(frozen=True, slots=True)
class SentenceOffer:
    """One sentence, or line, of the text to translate, and what is like it; `place` says where it stands."""

    place: str
    text: str
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered for one input; `whole` is its full translation where every sentence of it was found."""

    name: str
    label: str
    number: int | None
    language: Language
    is_behind: bool
    sentences: tuple[SentenceOffer, ...]
    whole: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person took for the input `field`: a match for a place, or all that was found (`id` is None)."""

    field: str
    line: int
    sentence: int | None
    id: int | None


@dataclass(frozen=True, slots=True)
class _Want:
    """A text to translate: from `source` to `target`."""

    row: Row
    number: int | None
    source: TextInput
    target: TextInput
    is_behind: bool

    @property
    def lines(self) -> tuple[Line, ...]:
        """The text to translate, in lines."""
        return cut_text(self.source.value, self.row.kind)


def cut_text(text: str, kind: FieldKind) -> tuple[Line, ...]:
    """Cut a field's text into what is looked for; only rich text has more than one sentence."""
    if kind is FieldKind.PROSE:
        return cut(text)
    return (Line("", (text.strip(),), ()),) if text.strip() else ()


def list_offers(sheet: Sheet) -> list[Offer]:
    """Return what is offered for the empty and the outdated texts of `sheet`, in their order; four statements."""
    wants = list(_list_wants(sheet))
    texts: dict[Language, list[str]] = {language: [] for language in Language}
    for want in wants:
        texts[want.source.language] += _list_texts(want.lines)
    found = {language: find_matches(wanted[:MOST_TEXTS], language) for language, wanted in texts.items() if wanted}
    offers = [_offer(want, found[want.source.language]) for want in wants]
    return [offer for offer in offers if offer.sentences]


def read_choice(text: str) -> Choice | None:
    """Read what a button says: `block-3-en-text/0.1/25` or `block-3-en-text/all`; None for anything else."""
    found = _CHOICE.fullmatch(text)
    if found is None:
        return None
    if found["all"]:
        return Choice(found["field"], 0, None, None)
    sentence = None if found["sentence"] == "line" else int(found["sentence"])
    return Choice(found["field"], int(found["line"]), sentence, int(found["id"]))


def name_source(field: str) -> str:
    """Return the input whose text `field` translates."""
    head, language, name = field.rsplit("-", 2)
    return f"{head}-{Language.ES if language == Language.EN else Language.EN}-{name}"


def take(choice: Choice, source: str, target: str, kind: FieldKind) -> str:
    """Return the text of `choice.field` after taking it; as it was when what is chosen is not there any more."""
    language = Language.ES if choice.field.split("-")[-2] == Language.EN else Language.EN
    lines = cut_text(source, kind)
    found = find_matches(_list_texts(lines)[:MOST_TEXTS], language)
    if choice.id is None:
        return _translate(lines, found) or target
    for matches in found.values():
        for match in matches:
            if match.id == choice.id:
                place = (choice.line, choice.sentence)
                return put(target, source, place, match.target) if kind is FieldKind.PROSE else match.target
    return target


def _list_wants(sheet: Sheet) -> Iterator[_Want]:
    for row in sheet.words:
        yield from _want(row, None, sheet.words_states)
    for panel in sheet.panels:
        for row in panel.rows:
            yield from _want(row, panel.number, panel.states)


def _want(row: Row, number: int | None, states: Mapping[Language, LanguageState]) -> Iterator[_Want]:
    inputs = {each.language: each for each in row.inputs}
    if not row.kind.is_text or len(inputs) < len(Language):
        return
    spanish, english = inputs[Language.ES], inputs[Language.EN]
    is_behind = states.get(Language.EN) is LanguageState.OUTDATED
    if spanish.value.strip() and (is_behind or not english.value.strip()):
        yield _Want(row, number, spanish, english, is_behind=bool(english.value.strip()))
    elif english.value.strip() and not spanish.value.strip():
        yield _Want(row, number, english, spanish, is_behind=False)


def _list_texts(lines: tuple[Line, ...]) -> list[str]:
    return [text for line in lines for text in ([*line.sentences, line.text] if line.gaps else line.sentences)]


def _offer(want: _Want, found: Mapping[str, list[Match]]) -> Offer:
    sentences = [
        offer for number, line in enumerate(want.lines) for offer in _offer_line(line, number, found, want.target.value)
    ]
    whole = _translate(want.lines, found) if len(sentences) > 1 else ""
    return Offer(
        name=want.target.name,
        label=want.row.label,
        number=want.number,
        language=want.target.language,
        is_behind=want.is_behind,
        sentences=tuple(sentences),
        whole=whole if whole != want.target.value else "",
    )


def _offer_line(line: Line, number: int, found: Mapping[str, list[Match]], target: str) -> Iterator[SentenceOffer]:
    """Yield what is like each sentence of a line; like the whole of it where it was translated as one."""
    hits = {place: found.get(text, []) for place, text in enumerate(line.sentences)}
    whole = found.get(line.text, []) if line.gaps else []
    if whole and not all(hits.values()):
        yield from _offer_text(f"{number}.line", line.text, whole, target)
        return
    for place, matches in hits.items():
        yield from _offer_text(f"{number}.{place}", line.sentences[place], matches, target)


def _offer_text(place: str, text: str, matches: list[Match], target: str) -> Iterator[SentenceOffer]:
    """Yield the matches that the present translation does not hold already."""
    if any(match.score == 100 and match.target in target for match in matches):  # noqa: PLR2004 - the very same
        return
    fresh = tuple(match for match in matches if match.target not in target)
    if fresh:
        yield SentenceOffer(place, text, fresh)


def _translate(lines: tuple[Line, ...], found: Mapping[str, list[Match]]) -> str:
    """Return the whole text with the best match of every sentence; empty when one of them has none."""
    translated = []
    for line in lines:
        best = [next(iter(found.get(text, [])), None) for text in line.sentences]
        targets = [match.target for match in best if match]
        if len(targets) == len(line.sentences):
            translated.append(Line(line.before, tuple(targets), line.gaps))
        elif matches := found.get(line.text):
            translated.append(Line(line.before, (matches[0].target,), ()))
        else:
            return ""
    return join(translated)
