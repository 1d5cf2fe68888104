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
from outreach.dispatch.log import LogFilter, LogLine, Reach, check_filter, count_reach, stream_lines
from outreach.reports.captions import Numbering
from outreach.reports.charts import Chart
from outreach.reports.dates import DateForm, write_day, write_moment
from outreach.reports.layouts import Layout
from outreach.reports.periods import Period
from outreach.reports.phrases import Phrases, load_patterns
from outreach.reports.queries import read_phrases
from outreach.reports.sentences import Sentence, Subject, write_sentence
from outreach.reports.tables import Table, build_table, topic_of
from outreach.reports.wording import write_figures


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading of a whole section; `key` says what it is, as `audience` or `matrix`."""

    key: str
    heading: str
    sentence: Sentence | None = None
    tables: tuple[Table, ...] = ()
    chart: Chart | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a document prints, in one language; `made_at` is the cut-off, an instant in UTC.

    A report of one table has it in `tables`; a whole section has `parts`, each with its own.
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
    phrases: Phrases = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The heading of the document."""
        return self.word("section" if self.parts else "title")

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


def build_report(chosen: LogFilter, period: Period, layout: Layout, language: str, options: Options = _PLAIN) -> Report:
    """Read the log of `period` as `chosen` and print it as `layout` says; raise NotFoundError for unknown words."""
    check_filter(chosen)
    asked = replace(chosen, first_on=period.first_on, last_on=period.last_on)
    lines, reach, phrases = list(stream_lines(asked)), count_reach(asked), read_phrases(language)
    subject = replace(describe(asked, period, lines, language), accepted=reach.accepted, people=reach.people)
    printed = replace(layout, counts=options.counts or layout.counts)
    now = clock.now()
    zone = current_config().timezone
    return Report(
        period=period,
        language=language,
        layout=printed,
        institution=name_institution(language),
        sentence=write_sentence(subject, printed, language, phrases),
        total=subject.total(printed),
        definitions=define(printed, reach, language, phrases),
        tables=(_number(build_table(lines, printed, language), options, phrases),),
        warnings=tuple(warn(period, lines, clock.day_in(zone, now), language, phrases)),
        made_at=now,
        zone=zone,
        phrases=phrases,
    )


def _number(table: Table, options: Options, phrases: Phrases) -> Table:
    """Give the caption its number: the report's where one was asked for, else 1 where the layout leaves a place."""
    if not table.caption or not (options.is_numbered or "{number}" in table.caption):
        return table
    numbering = Numbering(phrases["document"]["table"], options.chapter, options.first_table)
    return replace(table, caption=numbering.number(table.caption))


def name_institution(language: str) -> str:
    """Return the name of the institution."""
    institution = get_institution()
    return institution.name_en if language == "en" else institution.name_es


def describe(asked: LogFilter, period: Period, lines: Sequence[LogLine], language: str) -> Subject:
    """Return what a sentence about `lines` speaks of."""
    topics = {(line.channel, topic_of(line, language)) for line in lines}
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


def define(layout: Layout, reach: Reach, language: str, phrases: Phrases) -> tuple[str, ...]:
    """Define every figure that the report prints; no figure is mixed with another."""
    definitions: dict[str, str] = phrases["definitions"]
    chosen = [definitions["dispatches"]]
    if layout.counts == "topics":
        chosen.insert(0, definitions["topics"])
    if reach.accepted or layout.counts in {"accepted", "people"}:
        chosen.append(definitions["accepted"].format(number=write_figures(reach.accepted, language)))
        chosen.append(definitions["people"].format(number=write_figures(reach.people, language)))
    return tuple(chosen)


def warn(period: Period, lines: Sequence[LogLine], today: date, language: str, phrases: Phrases) -> Iterable[str]:
    """Say what a reader must know of the figures: that the period is not over, that texts lack their English."""
    warnings = phrases["warnings"]
    if today <= period.last_on:
        yield warnings["partial"].format(day=write_day(period.last_on, DateForm(), language))
    untranslated = sum(1 for line in lines if language == "en" and not line.information_en)
    if untranslated:
        one, many = warnings["untranslated"]
        yield one if untranslated == 1 else many.format(number=write_figures(untranslated, language))
