"""Lines of a log for tests that need no database, and a log in a database for those that do."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from outreach.audiences.models import Audience
from outreach.campaigns.models import Kind
from outreach.campaigns.seeding import seed_campaign_words
from outreach.db import db
from outreach.dispatch.log import LogLine
from outreach.dispatch.models import Dispatch
from outreach.dispatch.rules import Channel, Origin
from outreach.reports.layouts import read_layout
from outreach.reports.periods import parse_period
from outreach.reports.report import Report
from outreach.reports.sentences import Subject, write_sentence
from outreach.reports.service import seed_layouts
from outreach.reports.tables import build_table

MORNING = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Log:
    """A database with two audiences, the seeded kinds and layouts, and a way to add lines."""

    red: Audience
    diaspora: Audience
    boletin: Kind
    add: Callable[..., Dispatch]


def _add(sent_on: str | None, information: str = "Aviso.", **given: object) -> Dispatch:
    values: dict[str, object] = {"channel": Channel.EMAIL, "origin": Origin.BY_HAND, "created_at": MORNING, **given}
    day = date.fromisoformat(sent_on) if sent_on else None
    dispatch = Dispatch(sent_on=day, information_es=information, **values)
    db.session.add(dispatch)
    db.session.flush()
    return dispatch


def _audience(slug: str, name: str, phrase: str) -> Audience:
    return Audience(
        slug=slug, name_es=name, name_en=name, phrase_es=f"a la {phrase}", phrase_en=f"to {phrase}", created_at=MORNING
    )


def open_log() -> Log:
    """Begin an empty log in the tables of the running application."""
    seed_campaign_words()
    seed_layouts()
    red = _audience("red-observacion", "Red de Observación", "Red de Observación")
    diaspora = _audience("diaspora", "Diáspora", "diáspora")
    db.session.add_all([red, diaspora])
    db.session.flush()
    boletin = db.session.query(Kind).filter_by(slug="boletin").one()
    return Log(red, diaspora, boletin, _add)


def make_line(
    sent_on: str, information: str = "Aviso.", channel: Channel = Channel.EMAIL, english: str = ""
) -> LogLine:
    """Make a line to the Red de Observación."""
    return LogLine(
        id=1,
        sent_on=date.fromisoformat(sent_on),
        information_es=information,
        information_en=english,
        audience="red-observacion",
        audience_es="Red de Observación",
        audience_en="Observation Network",
        channel=channel,
        sender="correo@example.org",
        kind="boletin",
        kind_es="Boletín",
        kind_en="Bulletin",
        origin=Origin.SYSTEM,
        campaign_id=1,
        accepted=3,
    )


def make_lines(rows: Sequence[tuple[str, str]]) -> list[LogLine]:
    """Make lines of (day, information)."""
    return [make_line(day, information) for day, information in rows]


def make_report(lines: Sequence[LogLine], language: str = "es", **options: object) -> Report:
    """Make the report of `lines` for the first quarter of 2026, with `options` of the layout."""
    columns = {"columns": ["No.", "Fecha", "Información"], "fields": ["number", "date", "information"]}
    layout = read_layout({**columns, **options})
    period = parse_period("2026-T1")
    subject = Subject(period, Counter(line.channel for line in lines), audiences=("a la Red de Observación",))
    return Report(
        period=period,
        language=language,
        layout=layout,
        institution="Instituto & Compañía <de prueba>",
        sentence=write_sentence(subject, layout, language),
        total=subject.total(layout),
        definitions=("Envío: una campaña & una audiencia.",),
        tables=(build_table(lines, layout, language),),
        warnings=("Cifras <parciales>.",),
        made_at=MORNING,
        zone="America/Mexico_City",
    )
