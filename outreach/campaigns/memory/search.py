"""Sentences like the ones being written, with their translation: a bounded number of candidates, then a close look."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from rapidfuzz.distance import Opcodes
from rapidfuzz.distance.Levenshtein import opcodes
from sqlalchemy import BigInteger, and_, column, func, select, values

from outreach.campaigns.memory.models import Translation, TranslationTrace
from outreach.campaigns.memory.traces import list_traces
from outreach.campaigns.rules import Language
from outreach.db import db

LOWEST_SCORE = 75  # of 100; below it reading the old sentence takes longer than writing a new one
MOST_MATCHES = 3
_NEWEST = 40  # translations looked at for one trace
_CANDIDATES = 30  # compared letter by letter for one text


@dataclass(frozen=True, slots=True)
class Word:
    """Some words of a difference: `change` is `same`, `gone` (only in the old sentence) or `new`."""

    text: str
    change: str


@dataclass(frozen=True, slots=True)
class Match:
    """A sentence translated before: `source` as it was then, `target` its translation, 100 for the very same."""

    id: int
    source: str
    target: str
    score: int
    used_at: datetime
    difference: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    id: int
    es: str
    en: str
    used_at: datetime


def find_matches(texts: Iterable[str], language: Language) -> dict[str, list[Match]]:
    """Return, by text in `language`, what is most like it, best first, at most `MOST_MATCHES` each; two statements."""
    traces = {text: list_traces(text, language) for text in dict.fromkeys(texts)}
    candidates = _choose(traces, _find_by_trace({trace for each in traces.values() for trace in each}))
    wanted = {number for numbers in candidates.values() for number in numbers}
    kept = {each.id: each for each in _read(wanted)}
    return {
        text: _rank(text, [kept[number] for number in numbers if number in kept], language)
        for text, numbers in candidates.items()
    }


def _find_by_trace(traces: set[int]) -> dict[int, list[int]]:
    """Return the newest translations of each trace; a trace that thousands have costs no more than a rare one."""
    if not traces:
        return {}
    asked = values(column("trace", BigInteger), name="asked").data([(trace,) for trace in sorted(traces)]).cte("asked")
    oldest = (
        select(TranslationTrace.translation_id)
        .where(TranslationTrace.trace == asked.c.trace)
        .order_by(TranslationTrace.translation_id.desc())
        .limit(1)
        .offset(_NEWEST - 1)
        .correlate(asked)
        .scalar_subquery()
    )
    bounded = select(asked.c.trace, func.coalesce(oldest, 0).label("oldest")).cte("bounded")
    statement = select(TranslationTrace.trace, TranslationTrace.translation_id).join(
        bounded,
        and_(TranslationTrace.trace == bounded.c.trace, TranslationTrace.translation_id >= bounded.c.oldest),
    )
    found: dict[int, list[int]] = defaultdict(list)
    for trace, number in db.session.execute(statement):
        found[trace].append(number)
    return found


def _choose(traces: dict[str, list[int]], found: dict[int, list[int]]) -> dict[str, list[int]]:
    """Return, by text, the translations that share most traces with it."""
    chosen = {}
    for text, own in traces.items():
        shared = Counter(number for trace in own for number in found.get(trace, ()))
        ranked = sorted(shared, key=lambda number: (-shared[number], -number))
        chosen[text] = ranked[:_CANDIDATES]
    return chosen


def _read(numbers: set[int]) -> Iterator[_Kept]:
    if numbers:
        columns = (Translation.id, Translation.es, Translation.en, Translation.used_at)
        for row in db.session.execute(select(*columns).where(Translation.id.in_(sorted(numbers)))):
            yield _Kept(*row)


def _rank(text: str, candidates: Sequence[_Kept], language: Language) -> list[Match]:
    """Score the candidates; of several with one translation only the most alike stays."""
    best: dict[str, Match] = {}
    for each in candidates:
        source, target = (each.es, each.en) if language is Language.ES else (each.en, each.es)
        score = _score(text, source)
        known = best.get(target)
        if score >= LOWEST_SCORE and (known is None or (score, each.used_at) > (known.score, known.used_at)):
            best[target] = Match(each.id, source, target, score, each.used_at, _compare(source, text))
    return sorted(best.values(), key=lambda match: (match.score, match.used_at), reverse=True)[:MOST_MATCHES]


def _score(text: str, other: str) -> int:
    """Return how alike two texts are, 100 for the very same only."""
    if text.strip() == other.strip():
        return 100
    return min(int(fuzz.ratio(text.casefold(), other.casefold(), score_cutoff=LOWEST_SCORE)), 99)


def _compare(old: str, new: str) -> tuple[Word, ...]:
    """Return word by word what `new` says that `old` did not, and the reverse."""
    before, after = old.split(), new.split()
    steps: Opcodes = opcodes(before, after)
    words: list[Word] = []
    for step in steps:
        if step.tag == "equal":
            words.append(Word(" ".join(after[step.dest_start : step.dest_end]), "same"))
            continue
        if gone := " ".join(before[step.src_start : step.src_end]):
            words.append(Word(gone, "gone"))
        if new_words := " ".join(after[step.dest_start : step.dest_end]):
            words.append(Word(new_words, "new"))
    return tuple(words)
