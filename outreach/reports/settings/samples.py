"""Lines that show what a layout or a phrase does: several in a month, one twice, one with its month only."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from outreach.audiences.models import Audience
from outreach.db import db
from outreach.dispatch.log import LogLine
from outreach.dispatch.rules import Channel
from outreach.reports.layouts import Layout
from outreach.reports.periods import Period
from outreach.reports.phrases import Phrases
from outreach.reports.sample_lines import make_sample_line
from outreach.reports.sentences import Sentence, Subject, write_sentence
from outreach.reports.tables import Table, build_table, topic_of
from outreach.translation import gettext as _

_SENDER = "votochilango@iecm.mx"
_PERIOD = Period(date(2026, 1, 1), date(2026, 3, 31))
_COUNTS = (0, 1, 9, 188)


@dataclass(frozen=True, slots=True)
class LayoutSample:
    """The sentence and the table of the sample."""

    sentence: Sentence
    table: Table


def show_layout(layout: Layout, language: str, phrases: Phrases) -> LayoutSample:
    """Print the sample as `layout` says."""
    lines = _list_lines()
    topics = Counter(channel for channel, _topic in {(line.channel, topic_of(line, language)) for line in lines})
    subject = Subject(
        _PERIOD, Counter(line.channel for line in lines), topics, audiences=_read_phrase(language), sender=_SENDER
    )
    return LayoutSample(write_sentence(subject, layout, language, phrases), build_table(lines, layout, language))


def show_phrases(layout: Layout, language: str, phrases: Phrases) -> list[str]:
    """Write the sentences of several counts, with other channels besides and without."""
    audiences = _read_phrase(language)
    subjects = [
        Subject(_PERIOD, {Channel.EMAIL: number}, {Channel.EMAIL: number}, audiences=audiences, sender=_SENDER)
        for number in _COUNTS
    ]
    subjects.append(Subject(_PERIOD, {Channel.EMAIL: 12, Channel.WHATSAPP: 1}, audiences=audiences, words="voto"))
    subjects += [Subject(_PERIOD, {channel: 2}, channel=channel, audiences=audiences) for channel in Channel]
    return [write_sentence(subject, layout, language, phrases).text for subject in subjects]


def _read_phrase(language: str) -> tuple[str, ...]:
    phrase = Audience.phrase_en if language == "en" else Audience.phrase_es
    found = db.session.scalar(select(phrase).order_by(Audience.id).limit(1))
    return (found,) if found else ()


def _list_lines() -> list[LogLine]:
    texts = (
        (date(2026, 1, 1), _("Boletín de muestra")),
        (date(2026, 1, 16), _("Convocatoria de muestra.")),
        (date(2026, 1, 30), _("Boletín de muestra")),
        (date(2026, 3, 5), _("Invitación de muestra")),
    )
    lines = [make_sample_line(day, text, sender=_SENDER) for day, text in texts]
    return [*lines, make_sample_line(date(2026, 3, 1), _("Encuesta de muestra"), sender=_SENDER, is_month_only=True)]
