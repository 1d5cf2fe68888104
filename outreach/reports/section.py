"""The whole section of a quarterly report in one document: every audience and sender, then the summaries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from outreach.audiences.models import Audience
from outreach.db import db
from outreach.dispatch.log import LogFilter, LogLine, Reach, count_reach
from outreach.dispatch.rules import Channel
from outreach.reports.captions import Numbering
from outreach.reports.closing.addenda import list_addenda
from outreach.reports.closing.queries import count_read
from outreach.reports.goals.queries import list_goals, measure_goals
from outreach.reports.layouts import Layout
from outreach.reports.parts import Part
from outreach.reports.periods import Period
from outreach.reports.report import Facts, Options, Report, describe, read_facts
from outreach.reports.sentences import REACH_COUNTS, write_sentence
from outreach.reports.summaries import (
    Compared,
    capitalise,
    write_comparison,
    write_goals,
    write_matrix,
    write_month_chart,
)
from outreach.reports.tables import build_table

_PLAIN = Options()


@dataclass(frozen=True, slots=True)
class Frame:
    """What all parts of one section share."""

    facts: Facts
    numbering: Numbering
    phrases_of: dict[str, str]


def build_section(
    chosen: LogFilter, period: Period, layout: Layout, language: str, options: Options = _PLAIN
) -> Report:
    """Print all of `period`: the sentence and table of each audience and sender, then the summaries of the whole.

    Raises NotFoundError for unknown words.
    """
    facts = read_facts(chosen, period, layout, language, options)
    numbering = Numbering(facts.speech.word("table"), options.chapter, options.first_table)
    frame = Frame(facts, numbering, _read_audience_phrases(language))
    parts = [*_list_parts(frame), *_summarise(frame), *_list_goals(frame)]
    return facts.finish([], [*parts, *list_addenda(facts.reading, facts.speech)], is_section=True)


def _list_goals(frame: Frame) -> Iterator[Part]:
    """Yield the goals as they stood at the end of the period, or stand today."""
    facts = frame.facts
    as_of = min(facts.today, facts.period.last_on + timedelta(days=1))
    measured = measure_goals(list_goals(facts.period), as_of, facts.period.last_on)
    yield from write_goals(measured, facts.speech, frame.numbering)


def _list_parts(frame: Frame) -> Iterator[Part]:
    """Yield one part for each audience and sender of the e-mails, then one for each other channel."""
    groups: dict[tuple[Channel, str, str], list[LogLine]] = {}
    for line in frame.facts.reading.lines:
        is_mail = line.channel == Channel.EMAIL
        key = (Channel(line.channel), line.audience if is_mail else "", line.sender if is_mail else "")
        groups.setdefault(key, []).append(line)
    audiences, channels = [*frame.phrases_of, ""], list(Channel)
    ordered = sorted(groups, key=lambda key: (channels.index(key[0]), audiences.index(key[1]), key[2]))
    for key in ordered:
        has_more_senders = sum(1 for other in ordered if other[:2] == key[:2]) > 1
        yield _write_part(groups[key], frame, names_sender=has_more_senders and bool(key[2]))


def _write_part(lines: Sequence[LogLine], frame: Frame, *, names_sender: bool) -> Part:
    facts, first, speech = frame.facts, lines[0], frame.facts.speech
    is_mail = first.channel == Channel.EMAIL
    group = replace(facts.asked, channel=first.channel)
    if is_mail:
        slugs = (first.audience,) if first.audience else ()
        group = replace(group, audiences=slugs, sender=first.sender or facts.asked.sender)
    is_reach = facts.layout.counts in REACH_COUNTS
    layout = replace(facts.layout, counts="dispatches") if is_reach else facts.layout
    counts_topics = layout.counts == "topics"
    subject = describe(group, facts.period, lines, speech.language, counts_topics=counts_topics)
    heading, caption = _name_part(first, frame, names_sender=names_sender)
    table = build_table(lines, layout, speech.language)
    return Part(
        key="audience" if is_mail else "channel",
        heading=heading,
        sentence=write_sentence(subject, layout, speech.language, speech.phrases),
        tables=(replace(table, caption=frame.numbering.number(caption)),),
    )


def _name_part(line: LogLine, frame: Frame, *, names_sender: bool) -> tuple[str, str]:
    """Return the heading of a part and the caption of its table, which says to whom."""
    speech = frame.facts.speech
    noun = capitalise(speech.phrases[line.channel]["noun"][1])
    if line.channel != Channel.EMAIL:
        return noun, noun
    name = line.audience_name(speech.language) or speech.word("no_audience")
    heading = speech.word("part_sender" if names_sender else "part").format(audience=name, sender=line.sender)
    caption = speech.word("table_caption").format(noun=noun, audience=frame.phrases_of.get(line.audience, ""))
    return heading, caption.strip()


def _summarise(frame: Frame) -> Iterator[Part]:
    """Yield the matrix, the chart and the comparison of the dispatches through the counted channel."""
    facts = frame.facts
    channel, speech, period = facts.subject.counted_channel, facts.speech, facts.period
    counted = [line for line in facts.reading.lines if line.channel == channel]
    noun = capitalise(speech.phrases[channel]["noun"][1])
    if counted:
        yield write_matrix(counted, period, noun, speech, frame.numbering)
        yield write_month_chart(counted, period, noun, speech, frame.numbering)
    asked = replace(facts.asked, channel=channel)
    others = [Compared(one, count_read(asked, one), _reach_of(asked, one)) for one in _list_others(period)]
    compared = [Compared(period, len(counted), _reach_of(asked, period)), *others]
    if any(one.dispatches for one in compared):
        yield write_comparison(compared, noun, speech, frame.numbering)


def _list_others(period: Period) -> tuple[Period, Period]:
    return period.before(), period.year_before()


def _reach_of(asked: LogFilter, period: Period) -> Reach:
    return count_reach(replace(asked, first_on=period.first_on, last_on=period.last_on))


def _read_audience_phrases(language: str) -> dict[str, str]:
    phrase = Audience.phrase_en if language == "en" else Audience.phrase_es
    return {slug: text for slug, text in db.session.execute(select(Audience.slug, phrase).order_by(Audience.id))}  # noqa: C416 - rows are no pairs to mypy
