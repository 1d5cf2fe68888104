"""The sentence of a report, right in number and verb, in Spanish and English; its pieces are in `patterns.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from outreach.dispatch.rules import Channel
from outreach.reports.dates import join_with_and
from outreach.reports.layouts import Layout
from outreach.reports.periods import Period
from outreach.reports.wording import Noun, write_number


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the part that the layout prints in bold, which may be empty."""

    before: str
    emphasised: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The whole sentence."""
        return self.before + self.emphasised + self.after


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence speaks of: dispatches and topics by channel, and what the report was filtered by, in words."""

    period: Period
    dispatches: Mapping[Channel, int]
    topics: Mapping[Channel, int] = field(default_factory=dict)
    channel: Channel | None = None
    audiences: tuple[str, ...] = ()
    sender: str = ""
    kind: str = ""
    words: str = ""

    @property
    def counted_channel(self) -> Channel:
        """The channel whose dispatches the number counts.

        It is the one that was asked for, else e-mail; without any e-mail it is the only other channel there is, so that
        a table with rows never stands under a sentence that says nothing was done.
        """
        if self.channel or self.dispatches.get(Channel.EMAIL) or not self.dispatches:
            return self.channel or Channel.EMAIL
        return next(iter(self.dispatches)) if len(self.dispatches) == 1 else Channel.OTHER

    def total(self, layout: Layout) -> int:
        """Count what `layout` counts: dispatches or topics, of the counted channel."""
        counts = self.topics if layout.counts == "topics" else self.dispatches
        return self._add(counts) if self._is_mixed else counts.get(self.counted_channel, 0)

    @property
    def besides(self) -> int:
        """How many dispatches went through other channels than the counted one."""
        return 0 if self._is_mixed else self._add(self.dispatches) - self.dispatches.get(self.counted_channel, 0)

    @property
    def _is_mixed(self) -> bool:
        return not self.channel and not self.dispatches.get(Channel.EMAIL) and len(self.dispatches) > 1

    @staticmethod
    def _add(counts: Mapping[Channel, int]) -> int:
        return sum(counts.values())


def write_sentence(subject: Subject, layout: Layout, language: str) -> Sentence:
    """Say how much was sent, to whom and from where; that nothing was, when nothing was."""
    total = subject.total(layout)
    patterns = load_patterns()[language]
    if not total:
        return Sentence(patterns["nothing"])
    channel = patterns[subject.counted_channel]
    clause = patterns["topics"] if layout.counts == "topics" else channel
    pieces = _list_phrases(subject, language, total)
    if layout.counts == "topics":
        pieces["audience"] = f"{channel['through']}{pieces['audience']}"
    pieces |= {"period": subject.period.opening(language), "verb": _by_number(clause["verb"], total)}
    if layout.total == "none":
        listed = _by_number(clause["listed"], total)
        return Sentence(patterns["untold"].format(listed=listed, **pieces) + _write_besides(subject, layout, language))
    number, noun = _write_total(total, clause, layout, language)
    emphasised = {"number": number, "number-and-noun": f"{number} {noun}"}.get(layout.bold, "")
    before, _, after = patterns["told"].format(total="\0", **pieces).partition("\0")
    rest = f"{number} {noun}".removeprefix(emphasised) + after + _write_besides(subject, layout, language)
    return Sentence(before, emphasised, rest)


def _list_phrases(subject: Subject, language: str, total: int) -> dict[str, str]:
    """Write the phrases of what the report was filtered by; each is empty or begins with a space."""
    patterns = load_patterns()[language]
    channel = patterns[subject.counted_channel]
    audience = join_with_and(subject.audiences, language) if subject.audiences else ""
    written = {
        "audience": _by_number(channel.get("audience", [" {audience}"] * 2), total) if audience else "",
        "sender": channel["sender"] if subject.sender else "",
        "kind": patterns["kind"] if subject.kind else "",
        "words": patterns["words"] if subject.words else "",
    }
    values = {"audience": audience, "sender": subject.sender, "kind": subject.kind, "words": subject.words}
    return {name: pattern.format(**values) for name, pattern in written.items()}


def _write_total(total: int, clause: Mapping[str, Any], layout: Layout, language: str) -> tuple[str, str]:
    one, many = clause["noun"]
    noun = Noun(one, many, clause.get("feminine", False))
    return write_number(total, noun, language, in_words=layout.total != "figures"), noun.form(total)


def _write_besides(subject: Subject, layout: Layout, language: str) -> str:
    """Tell of the table's other lines, which no count of e-mails includes."""
    if not subject.besides:
        return ""
    patterns = load_patterns()[language]
    clause = patterns[Channel.OTHER]
    number, noun = _write_total(subject.besides, clause, layout, language)
    verb = _by_number(clause["verb"], subject.besides)
    return str(patterns["besides"].format(verb=verb, total=f"{number} {noun}"))


def _by_number(forms: list[str], number: int) -> str:
    return forms[0] if number == 1 else forms[1]


@lru_cache(maxsize=1)
def load_patterns() -> dict[str, Any]:
    """Return the pieces of sentences and documents, by language."""
    return tomllib.loads(Path(__file__).with_name("patterns.toml").read_text(encoding="utf-8"))
