"""The sentence of a report, right in number and verb, in Spanish and English; its pieces are in `patterns.toml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from outreach.dispatch.rules import Channel
from outreach.reports.dates import join_with_and
from outreach.reports.layouts import Layout
from outreach.reports.periods import Period
from outreach.reports.phrases import Phrases, load_patterns
from outreach.reports.wording import Noun, write_number

# What a report may count besides its dispatches, asked for in the report and never mixed with them.
REACH_COUNTS = frozenset({"accepted", "people"})


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
    accepted: int = 0
    people: int = 0

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
        """Count what `layout` counts: dispatches or topics of the counted channel, accepted messages, or people."""
        if layout.counts in REACH_COUNTS:
            return self.people if layout.counts == "people" else self.accepted
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


def write_sentence(subject: Subject, layout: Layout, language: str, phrases: Phrases | None = None) -> Sentence:
    """Say how much was sent, to whom and from where, in `phrases` or those that ship; that nothing was, at zero."""
    return _Speaker(subject, layout, language, phrases or load_patterns()[language]).speak()


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Puts the phrases of one sentence together."""

    subject: Subject
    layout: Layout
    language: str
    phrases: Phrases

    def speak(self) -> Sentence:
        total = self.subject.total(self.layout)
        if not total and not (self.layout.counts in REACH_COUNTS and self.subject.dispatches):
            return Sentence(self.phrases["nothing"])
        clause = self._choose_clause()
        pieces = self._list_pieces(clause, total)
        if self.layout.total == "none":
            listed = _by_number(clause["listed"], total)
            return Sentence(self.phrases["untold"].format(listed=listed, **pieces) + self._write_besides())
        number, noun = self._write_total(total, clause)
        emphasised = {"number": number, "number-and-noun": f"{number} {noun}"}.get(self.layout.bold, "")
        before, _, after = self.phrases["told"].format(total="\0", **pieces).partition("\0")
        after = after.replace("\0", f"{number} {noun}") + self._write_besides()
        rest = f"{number} {noun}".removeprefix(emphasised) + after
        return Sentence(before, emphasised, rest)

    def _choose_clause(self) -> Phrases:
        """Return the phrases of what is counted: topics, messages, people, or the dispatches of a channel."""
        name = self.layout.counts if self.layout.counts != "dispatches" else self.subject.counted_channel
        clause: Phrases = self.phrases[name]
        return clause

    def _list_pieces(self, clause: Phrases, total: int) -> dict[str, str]:
        """Write the phrases of what the report was filtered by; each is empty or begins with a space."""
        subject = self.subject
        channel = self.phrases[subject.counted_channel]
        audience = join_with_and(subject.audiences, self.language) if subject.audiences else ""
        around = clause if self.layout.counts in REACH_COUNTS else channel
        written = {
            "audience": _by_number(around.get("audience", [" {audience}"] * 2), total) if audience else "",
            "sender": around["sender"] if subject.sender else "",
            "kind": self.phrases["kind"] if subject.kind else "",
            "words": self.phrases["words"] if subject.words else "",
        }
        values = {"audience": audience, "sender": subject.sender, "kind": subject.kind, "words": subject.words}
        pieces = {name: pattern.format(**values) for name, pattern in written.items()}
        if self.layout.counts == "topics":
            pieces["audience"] = f"{channel['through']}{pieces['audience']}"
        opening = {"period": subject.period.opening(self.language), "verb": _by_number(clause["verb"], total)}
        return pieces | opening

    def _write_total(self, total: int, clause: Phrases) -> tuple[str, str]:
        one, many = clause["noun"]
        noun = Noun(one, many, clause.get("gender") == "f")
        in_words = self.layout.total != "figures"
        return write_number(total, noun, self.language, in_words=in_words), noun.form(total)

    def _write_besides(self) -> str:
        """Tell of the table's other lines, which no count of e-mails includes."""
        number_of_others = self.subject.besides
        if not number_of_others:
            return ""
        clause = self.phrases[Channel.OTHER]
        number, noun = self._write_total(number_of_others, clause)
        verb = _by_number(clause["verb"], number_of_others)
        return str(self.phrases["besides"].format(verb=verb, total=f"{number} {noun}"))


def _by_number(forms: Sequence[str], number: int) -> str:
    return forms[0] if number == 1 else forms[1]
