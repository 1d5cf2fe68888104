"""A report: the sentence, the table and the definitions of one period, made from the dispatch log."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select

from outreach import clock
from outreach.audiences.models import Audience
from outreach.campaigns.models import Kind
from outreach.campaigns.queries import get_institution
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.log import LogFilter, LogLine, Reach, check_filter, count_reach
from outreach.reports.captions import Numbering
from outreach.reports.charts import Chart
from outreach.reports.closing.addenda import Speech, list_addenda
from outreach.reports.closing.queries import Reading, read_lines
from outreach.reports.dates import DateForm, write_day, write_moment
from outreach.reports.layouts import Layout
from outreach.reports.parts import Part
from outreach.reports.periods import Period
from outreach.reports.phrases import Phrases, load_patterns
from outreach.reports.queries import read_phrases
from outreach.reports.sentences import Sentence, Subject, write_sentence
from outreach.reports.tables import Table, build_table, topic_of
from outreach.reports.wording import write_figures


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a document prints, in one language; `made_at` is the cut-off, an instant in UTC.

    A report of one table has it in `tables`; a whole section has `parts`, each with its own. What changed after the
    period was closed is a part too.
    """

    period: Period
    language: str
    layout: Layout
    institution: str
    sentence: Sentence
    total: int
    definitions: tuple[str, ...]
    tables: tuple[Table, ...]
    warnings: tuple[str, ...]
    made_at: datetime
    zone: str
    parts: tuple[Part, ...] = ()
    is_section: bool = False
    phrases: Phrases = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The heading of the document."""
        return self.word("section" if self.is_section else "title")

    @property
    def subtitle(self) -> str:
        """The period, as a line of its own."""
        return self.period.heading(self.language)

    @property
    def cut_off(self) -> str:
        """The sentence that says when the log was read."""
        return self.word("cut_off").format(moment=write_moment(self.made_at, self.zone, self.language))

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Every table of the document, in the order in which it prints them."""
        return self.tables + tuple(table for part in self.parts for table in part.tables)

    @property
    def chart(self) -> Chart | None:
        """The chart of the document, if it has one."""
        return next((part.chart for part in self.parts if part.chart), None)

    def word(self, name: str) -> str:
        """Return a fixed word of the document, as the heading of its definitions."""
        return str((self.phrases or load_patterns()[self.language])["document"][name])


@dataclass(frozen=True, slots=True)
class Options:
    """What may be asked of a report besides its layout.

    `counts` is `accepted` or `people` to count these instead of what the layout counts; `chapter` numbers the captions
    («3» makes «Tabla 3.1»), beginning with `first_table`.
    """

    counts: str = ""
    chapter: str = ""
    first_table: int = 1

    @property
    def is_numbered(self) -> bool:
        """Tell whether the report gives its captions their numbers."""
        return bool(self.chapter) or self.first_table > 1


_PLAIN = Options()


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read for a report, before it is put into tables."""

    period: Period
    asked: LogFilter
    layout: Layout
    reading: Reading
    reach: Reach
    subject: Subject
    speech: Speech
    now: datetime

    @property
    def today(self) -> date:
        """The day of the installation's calendar on which the log was read."""
        return clock.day_in(self.speech.zone, self.now)

    def finish(self, tables: Iterable[Table], parts: Iterable[Part], *, is_section: bool) -> Report:
        """Return the report that prints `tables` and `parts` between its sentence and its definitions."""
        language, phrases = self.speech.language, self.speech.phrases
        return Report(
            period=self.period,
            language=language,
            layout=self.layout,
            institution=_name_institution(language),
            sentence=write_sentence(self.subject, self.layout, language, phrases),
            total=self.subject.total(self.layout),
            definitions=_define(self.layout, self.reach, language, phrases),
            tables=tuple(tables),
            warnings=tuple(_warn(self)),
            made_at=self.now,
            zone=self.speech.zone,
            parts=tuple(parts),
            is_section=is_section,
            phrases=phrases,
        )


def read_facts(chosen: LogFilter, period: Period, layout: Layout, language: str, options: Options = _PLAIN) -> Facts:
    """Read the log of `period` as `chosen`; raise NotFoundError for unknown words."""
    check_filter(chosen)
    asked = replace(chosen, first_on=period.first_on, last_on=period.last_on)
    reading, reach = read_lines(asked, period), count_reach(asked)
    subject = describe(asked, period, reading.lines, language, counts_topics=layout.counts == "topics")
    return Facts(
        period=period,
        asked=asked,
        layout=replace(layout, counts=options.counts or layout.counts),
        reading=reading,
        reach=reach,
        subject=replace(subject, accepted=reach.accepted, people=reach.people),
        speech=Speech(language, read_phrases(language), current_config().timezone),
        now=clock.now(),
    )


def build_report(chosen: LogFilter, period: Period, layout: Layout, language: str, options: Options = _PLAIN) -> Report:
    """Read the log of `period` as `chosen` and print it as `layout` says; raise NotFoundError for unknown words."""
    facts = read_facts(chosen, period, layout, language, options)
    table = _number(build_table(facts.reading.lines, facts.layout, language), options, facts.speech)
    return facts.finish([table], list_addenda(facts.reading, facts.speech), is_section=False)


def _number(table: Table, options: Options, speech: Speech) -> Table:
    """Give the caption its number: the report's where one was asked for, else 1 where the layout leaves a place."""
    if not table.caption or not (options.is_numbered or "{number}" in table.caption):
        return table
    numbering = Numbering(speech.word("table"), options.chapter, options.first_table)
    return replace(table, caption=numbering.number(table.caption))


def _name_institution(language: str) -> str:
    """Return the name of the institution."""
    institution = get_institution()
    return institution.name_en if language == "en" else institution.name_es


def describe(
    asked: LogFilter, period: Period, lines: Sequence[LogLine], language: str, *, counts_topics: bool
) -> Subject:
    """Return what a sentence about `lines` speaks of; their topics only where these are counted."""
    topics = {(line.channel, topic_of(line, language)) for line in lines} if counts_topics else set()
    return Subject(
        period=period,
        dispatches=Counter(line.channel for line in lines),
        topics=Counter(channel for channel, _ in topics),
        channel=asked.channel,
        audiences=_list_phrases(asked.audiences, language),
        sender=asked.sender,
        kind=_name_kind(asked.kind, language),
        words=" ".join(asked.words.split()),
    )


def _list_phrases(slugs: Sequence[str], language: str) -> tuple[str, ...]:
    phrase = Audience.phrase_en if language == "en" else Audience.phrase_es
    phrases = dict(db.session.execute(select(Audience.slug, phrase).where(Audience.slug.in_(slugs))).all())
    return tuple(phrases[slug] for slug in dict.fromkeys(slugs))


def _name_kind(slug: str, language: str) -> str:
    name = Kind.name_en if language == "en" else Kind.name_es
    return (db.session.scalar(select(name).where(Kind.slug == slug)) or "") if slug else ""


def _define(layout: Layout, reach: Reach, language: str, phrases: Phrases) -> tuple[str, ...]:
    """Define every figure that the report prints; no figure is mixed with another."""
    definitions: dict[str, str] = phrases["definitions"]
    chosen = [definitions["dispatches"]]
    if layout.counts == "topics":
        chosen.insert(0, definitions["topics"])
    if reach.accepted or layout.counts in {"accepted", "people"}:
        chosen.append(definitions["accepted"].format(number=write_figures(reach.accepted, language)))
        chosen.append(definitions["people"].format(number=write_figures(reach.people, language)))
    return tuple(chosen)


def _warn(facts: Facts) -> Iterable[str]:
    """Say what a reader must know of the figures: a period not over, texts without English, changes after closing."""
    warnings, language = facts.speech.phrases["warnings"], facts.speech.language
    if facts.today <= facts.period.last_on:
        yield warnings["partial"].format(day=write_day(facts.period.last_on, DateForm(), language))
    untranslated = sum(1 for line in facts.reading.lines if language == "en" and not line.information_en)
    if untranslated:
        one, many = warnings["untranslated"]
        yield one if untranslated == 1 else many.format(number=write_figures(untranslated, language))
    if facts.reading.has_changed:
        yield facts.speech.tell_changes(facts.reading)
