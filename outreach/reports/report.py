"""A report: the sentence, the table and the definitions of one period, made from the dispatch log."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from outreach import clock
from outreach.audiences.models import Audience
from outreach.campaigns.models import Kind
from outreach.campaigns.queries import get_institution
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.log import LogFilter, LogLine, Reach, check_filter, count_reach, stream_lines
from outreach.reports.dates import DateForm, write_day, write_moment
from outreach.reports.layouts import Layout
from outreach.reports.periods import Period
from outreach.reports.sentences import Sentence, Subject, load_patterns, write_sentence
from outreach.reports.tables import Table, build_table, topic_of
from outreach.reports.wording import write_figures


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a document prints, in one language; `made_at` is the cut-off, an instant in UTC."""

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

    @property
    def title(self) -> str:
        """The heading of the document."""
        return str(self._words["title"])

    @property
    def subtitle(self) -> str:
        """The period, as a line of its own."""
        return self.period.heading(self.language)

    @property
    def cut_off(self) -> str:
        """The sentence that says when the log was read."""
        return str(self._words["cut_off"].format(moment=write_moment(self.made_at, self.zone, self.language)))

    def word(self, name: str) -> str:
        """Return a fixed word of the document, as the heading of its definitions."""
        return str(self._words[name])

    @property
    def _words(self) -> dict[str, Any]:
        words: dict[str, Any] = load_patterns()[self.language]["document"]
        return words


def build_report(chosen: LogFilter, period: Period, layout: Layout, language: str) -> Report:
    """Read the log of `period` as `chosen` and print it as `layout` says; raise NotFoundError for unknown words."""
    check_filter(chosen)
    asked = replace(chosen, first_on=period.first_on, last_on=period.last_on)
    lines = list(stream_lines(asked))
    subject = _describe(asked, period, lines, language)
    config, now = current_config(), clock.now()
    return Report(
        period=period,
        language=language,
        layout=layout,
        institution=_name_institution(language),
        sentence=write_sentence(subject, layout, language),
        total=subject.total(layout),
        definitions=_define(layout, count_reach(asked), language),
        tables=(build_table(lines, layout, language),),
        warnings=tuple(_warn(period, lines, language, clock.day_in(config.timezone, now))),
        made_at=now,
        zone=config.timezone,
    )


def _name_institution(language: str) -> str:
    institution = get_institution()
    return institution.name_en if language == "en" else institution.name_es


def _describe(asked: LogFilter, period: Period, lines: Sequence[LogLine], language: str) -> Subject:
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
    return db.session.scalar(select(name).where(Kind.slug == slug)) or ""


def _define(layout: Layout, reach: Reach, language: str) -> tuple[str, ...]:
    """Define every figure that the report prints; no figure is mixed with another."""
    definitions: dict[str, str] = load_patterns()[language]["definitions"]
    chosen = [definitions["dispatches"]]
    if layout.counts == "topics":
        chosen.insert(0, definitions["topics"])
    if reach.accepted:
        chosen.append(definitions["accepted"].format(number=write_figures(reach.accepted, language)))
        chosen.append(definitions["people"].format(number=write_figures(reach.people, language)))
    return tuple(chosen)


def _warn(period: Period, lines: Sequence[LogLine], language: str, today: date) -> Iterable[str]:
    warnings: dict[str, Any] = load_patterns()[language]["warnings"]
    if today <= period.last_on:
        yield warnings["partial"].format(day=write_day(period.last_on, DateForm(), language))
    untranslated = sum(1 for line in lines if language == "en" and not line.information_en)
    if untranslated:
        one, many = warnings["untranslated"]
        yield one if untranslated == 1 else many.format(number=write_figures(untranslated, language))
