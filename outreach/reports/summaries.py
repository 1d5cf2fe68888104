"""The summaries of a section: who got how many in which month, a chart, other periods, and the goals."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from outreach.dispatch.log import LogLine, Reach
from outreach.reports.captions import Numbering
from outreach.reports.charts import Bar, Chart
from outreach.reports.closing.addenda import Speech
from outreach.reports.dates import DateForm, write_day
from outreach.reports.goals.queries import GoalProgress
from outreach.reports.goals.rules import Measure
from outreach.reports.parts import Part
from outreach.reports.periods import Period
from outreach.reports.tables import Table, build_summary
from outreach.reports.wording import write_figures
from outreach.translation import LOCALES

# Wider than a year, months make no table: years do.
_MOST_MONTHS = 12
_MOST_LONG_NAMES = 6


@dataclass(frozen=True, slots=True)
class Compared:
    """What a period holds, to be compared with others."""

    period: Period
    dispatches: int
    reach: Reach


@dataclass(frozen=True, slots=True)
class _Span:
    """The months or years of a period: how each is called, and which one a day falls in."""

    period: Period
    language: str

    @property
    def is_monthly(self) -> bool:
        return self.period.months <= _MOST_MONTHS

    def first_of(self, day: date) -> date:
        return day.replace(day=1) if self.is_monthly else day.replace(month=1, day=1)

    def name(self, first: date) -> str:
        if not self.is_monthly:
            return str(first.year)
        has_long_names = self.period.months <= _MOST_LONG_NAMES
        name: str = format_date(first, "MMMM" if has_long_names else "MMM", locale=LOCALES[self.language])
        is_one_year = self.period.first_on.year == self.period.last_on.year
        return capitalise(name.rstrip(".")) + ("" if is_one_year else f" {first.year}")


def capitalise(text: str) -> str:
    """Return `text` as a heading begins, its first letter a capital."""
    return text[:1].upper() + text[1:]


def write_matrix(lines: Sequence[LogLine], period: Period, noun: str, speech: Speech, numbering: Numbering) -> Part:
    """Count the lines by audience and month, or year when the period is longer than one, with totals."""
    span = _Span(period, speech.language)
    firsts = _list_spans(span)
    counts = Counter((line.audience_name(speech.language), span.first_of(line.sent_on)) for line in lines)
    audiences = sorted({audience for audience, _ in counts}, key=lambda name: (not name, name.casefold()))
    rows = [
        _write_figure_row(audience or speech.word("no_audience"), [counts[audience, first] for first in firsts], speech)
        for audience in audiences
    ]
    totals = [sum(counts[audience, first] for audience in audiences) for first in firsts]
    rows.append(_write_figure_row(speech.word("total"), totals, speech))
    heading = speech.word("matrix" if span.is_monthly else "matrix_years").format(noun=noun)
    columns = [speech.word("audience"), *(span.name(first) for first in firsts), speech.word("total")]
    table = build_summary(numbering.number(heading), columns, rows, has_total=True)
    return Part("matrix", heading, tables=(table,))


def write_month_chart(
    lines: Sequence[LogLine], period: Period, noun: str, speech: Speech, numbering: Numbering
) -> Part:
    """Draw the lines of each month, or year when the period is longer than one."""
    span = _Span(period, speech.language)
    counts = Counter(span.first_of(line.sent_on) for line in lines)
    bars = tuple(
        Bar(span.name(first), counts[first], write_figures(counts[first], speech.language))
        for first in _list_spans(span)
    )
    heading = speech.word("chart" if span.is_monthly else "chart_years").format(noun=noun)
    told = ", ".join(f"{bar.label} {bar.written}" for bar in bars)
    described = speech.word("chart_alt").format(what=heading[:1].lower() + heading[1:], bars=told)
    caption = Numbering(speech.word("chart_number"), numbering.chapter).number(heading)
    return Part("chart", heading, chart=Chart(caption, described, bars))


def write_comparison(compared: Sequence[Compared], noun: str, speech: Speech, numbering: Numbering) -> Part:
    """Set the period beside the one before and the same one a year ago; each figure stands alone."""
    figures = [(noun, [one.dispatches for one in compared])]
    if any(one.reach.accepted for one in compared):
        figures.append((speech.word("accepted"), [one.reach.accepted for one in compared]))
        figures.append((speech.word("people"), [one.reach.people for one in compared]))
    this, before, year_before = (one.period.heading(speech.language) for one in compared)
    difference = speech.word("difference")
    columns = [speech.word("figure"), this, before, difference, year_before, difference]
    rows = [_compare(name, numbers, speech.language) for name, numbers in figures]
    heading = speech.word("comparison")
    table = build_summary(numbering.number(heading), columns, rows, has_total=False)
    return Part("comparison", heading, tables=(table,))


def write_goals(measured: Sequence[GoalProgress], speech: Speech, numbering: Numbering) -> Iterator[Part]:
    """Yield the goals that touch the period with what was performed and is missing, if there are any."""
    if not measured:
        return
    names = ("goal", "key", "wanted", "performed", "missing", "due")
    heading = speech.word("goals")
    rows = [_write_goal(one, speech) for one in measured]
    table: Table = build_summary(
        numbering.number(heading), [speech.word(name) for name in names], rows, has_total=False, is_text=True
    )
    yield Part("goals", heading, tables=(table,))


def _write_goal(measured: GoalProgress, speech: Speech) -> list[str]:
    goal, progress, language = measured.goal, measured.progress, speech.language
    wanted, performed = write_figures(progress.wanted, language), write_figures(progress.performed, language)
    missing = write_figures(progress.missing, language)
    if progress.measure is Measure.MONTHLY:
        number = write_figures(goal.number, language)
        wanted = speech.word("months_of").format(number=number, months=wanted)
        performed, missing = (speech.word("months_done").format(number=figure) for figure in (performed, missing))
    due = write_day(measured.progress.due_on, DateForm(), language)
    missing, due = (missing, due) if progress.missing else (speech.word("reached"), "—")
    return [goal.text(language), goal.programme_key or "—", wanted, performed, missing, due]


def _list_spans(span: _Span) -> list[date]:
    return list(dict.fromkeys(span.first_of(first) for first in span.period.list_months()))


def _write_figure_row(name: str, numbers: Sequence[int], speech: Speech) -> list[str]:
    return [name, *(write_figures(number, speech.language) for number in (*numbers, sum(numbers)))]


def _compare(name: str, numbers: Sequence[int], language: str) -> list[str]:
    this, before, year_before = numbers
    return [
        name,
        write_figures(this, language),
        write_figures(before, language),
        _write_difference(this, before, language),
        write_figures(year_before, language),
        _write_difference(this, year_before, language),
    ]


def _write_difference(now: int, then: int, language: str) -> str:
    """Write «+3 (+25 %)»; without anything to divide by, the difference alone."""
    change = now - then
    sign = "+" if change > 0 else "−" if change < 0 else ""
    written = f"{sign}{write_figures(abs(change), language)}"
    if not then or not change:
        return written
    percent = write_figures(round(abs(change) * 100 / then), language)
    unit = "\u00a0%" if language == "es" else "%"
    return f"{written} ({sign}{percent}{unit})"
