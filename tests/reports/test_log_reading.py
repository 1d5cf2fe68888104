import tracemalloc
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from log_samples import MORNING, Log, open_log
from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.audiences.models import Contact
from outreach.campaigns.models import Campaign, Sender
from outreach.campaigns.rules import Rendition
from outreach.db import db
from outreach.dispatch.log import LogFilter, Reach, check_filter, count_lines, count_reach, stream_lines
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.rules import Channel, Origin, Outcome
from outreach.dispatch.tallies import open_tallies
from outreach.errors import NotFoundError
from outreach.reports.periods import parse_period
from outreach.reports.queries import get_layout
from outreach.reports.report import build_report
from signing import make_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def log(app: Flask) -> Log:
    assert app
    return open_log()


def _texts(chosen: LogFilter) -> list[str]:
    texts = [line.information_es for line in stream_lines(chosen)]
    assert count_lines(chosen) == len(texts)
    return texts


def test_lines_come_by_day_and_then_by_number(log: Log) -> None:
    log.add("2026-03-05", "tercera")
    log.add("2026-03-03", "primera")
    log.add("2026-03-03", "segunda")
    assert _texts(LogFilter()) == ["primera", "segunda", "tercera"]


def test_a_dispatch_counts_only_once_a_message_was_accepted(log: Log) -> None:
    log.add(None, "nadie lo ha recibido")
    log.add("2026-03-03", "salió")
    assert _texts(LogFilter()) == ["salió"]


def test_a_correction_takes_the_place_of_what_it_corrects(log: Log) -> None:
    wrong = log.add("2026-03-03", "con error")
    log.add("2026-03-04", "corregida", corrects_id=wrong.id)
    withdrawn = log.add("2026-03-05", "nunca ocurrió")
    log.add(None, "anulada", corrects_id=withdrawn.id)
    assert _texts(LogFilter()) == ["corregida"]


def test_every_filter_narrows_the_log(log: Log) -> None:
    log.add("2026-03-03", "Boletín de marzo", audience_id=log.red.id, kind_id=log.boletin.id, sender="Uno@example.org")
    log.add("2026-03-10", "Invitación al foro", audience_id=log.diaspora.id, channel=Channel.WHATSAPP)
    log.add("2026-04-01", "100% en línea", information_en="Fully online", audience_id=log.diaspora.id)
    march = LogFilter(first_on=date(2026, 3, 3), last_on=date(2026, 3, 10))
    assert _texts(march) == ["Boletín de marzo", "Invitación al foro"]
    assert _texts(LogFilter(audiences=("red-observacion",))) == ["Boletín de marzo"]
    assert len(_texts(LogFilter(audiences=("red-observacion", "diaspora")))) == 3
    assert _texts(LogFilter(channel=Channel.WHATSAPP)) == ["Invitación al foro"]
    assert _texts(LogFilter(kind="boletin")) == ["Boletín de marzo"]
    assert _texts(LogFilter(sender="uno@EXAMPLE.org")) == ["Boletín de marzo"]
    assert _texts(LogFilter(words="foro invitación")) == ["Invitación al foro"]
    assert _texts(LogFilter(words="100%")) == ["100% en línea"]
    assert _texts(LogFilter(words="online")) == ["100% en línea"]
    assert _texts(LogFilter(words="%")) == ["100% en línea"]


def test_a_line_says_what_it_is(log: Log) -> None:
    log.add("2026-03-03", "Boletín", audience_id=log.red.id, kind_id=log.boletin.id, origin=Origin.IMPORTED)
    log.add("2026-03-04", "Sin audiencia", channel=Channel.OTHER)
    first, second = stream_lines(LogFilter())
    assert (first.audience, first.kind, first.origin) == ("red-observacion", "boletin", Origin.IMPORTED)
    assert first.kind_name("en") == "Bulletin"
    assert first.information("en") == "Boletín"
    assert (second.audience, second.kind, second.channel) == ("", "", Channel.OTHER)


def test_a_page_of_the_log_is_a_part_of_it(log: Log) -> None:
    for day in range(1, 8):
        log.add(f"2026-03-0{day}", str(day))
    assert [line.information_es for line in stream_lines(LogFilter(), offset=2, limit=3)] == ["3", "4", "5"]


def test_words_that_do_not_exist_are_refused(log: Log) -> None:
    assert log.red.slug == "red-observacion"
    check_filter(LogFilter(audiences=("red-observacion",), kind="boletin"))
    with pytest.raises(NotFoundError, match="No existe la audiencia «red»"):
        check_filter(LogFilter(audiences=("red",)))
    with pytest.raises(NotFoundError, match="No existe el tipo de envío «folleto»"):
        check_filter(LogFilter(kind="folleto"))


def _make_campaign(log: Log) -> Campaign:
    author = db.session.scalars(select(User)).first() or make_user(Role.WRITER)
    sender = db.session.scalars(select(Sender)).first()
    assert sender
    campaign = Campaign(
        name="Prueba",
        kind_id=log.boletin.id,
        sender_id=sender.id,
        template="convocatoria",
        author_id=author.id,
        created_at=MORNING,
        updated_at=MORNING,
    )
    db.session.add(campaign)
    db.session.flush()
    return campaign


def _deliver(dispatch: Dispatch, outcomes: dict[str, Outcome]) -> None:
    for email, outcome in outcomes.items():
        delivery = Delivery(
            campaign_id=dispatch.campaign_id,
            dispatch_id=dispatch.id,
            contact_id=_contact(email).id,
            rendition=Rendition.ES,
            outcome=outcome,
            next_attempt_at=MORNING,
        )
        db.session.add(delivery)
    db.session.flush()
    open_tallies(db.session.connection(), dispatch.campaign_id or 0)


def _contact(email: str) -> Contact:
    found = db.session.scalar(select(Contact).where(Contact.email == email))
    if found:
        return found
    contact = Contact(email=email, email_key=email, email_hash=email, created_at=MORNING, updated_at=MORNING)
    db.session.add(contact)
    db.session.flush()
    return contact


def test_messages_and_people_are_figures_of_their_own(log: Log) -> None:
    january = log.add("2026-01-15", campaign_id=_make_campaign(log).id, audience_id=log.red.id)
    february = log.add("2026-02-15", campaign_id=_make_campaign(log).id, audience_id=log.red.id)
    _deliver(january, {"ana@example.org": Outcome.SENT, "luz@example.org": Outcome.SENT})
    _deliver(february, {"ana@example.org": Outcome.SENT, "luz@example.org": Outcome.FAILED})
    assert [line.accepted for line in stream_lines(LogFilter())] == [2, 1]
    assert count_reach(LogFilter()) == Reach(accepted=3, people=2)
    assert count_reach(LogFilter(first_on=date(2026, 2, 1))) == Reach(accepted=1, people=1)
    report = build_report(LogFilter(), parse_period("2026"), get_layout("basico", "es"), "es")
    assert report.total == 2
    assert any(text.startswith("Mensajes aceptados: 3.") for text in report.definitions)
    assert any(text.startswith("Personas alcanzadas: 2.") for text in report.definitions)


def test_reach_is_nothing_without_the_ledger(log: Log) -> None:
    log.add("2026-03-03", "a mano")
    assert count_reach(LogFilter()) == Reach(accepted=0, people=0)
    report = build_report(LogFilter(), parse_period("2026"), get_layout("basico", "es"), "es")
    assert len(report.definitions) == 1


def _fill(number: int) -> None:
    first = date(2000, 1, 1)
    row = {"channel": Channel.EMAIL, "origin": Origin.IMPORTED, "created_at": MORNING, "sender": ""}
    rows = [
        {**row, "sent_on": first + timedelta(days=index % 9000), "information_es": f"Aviso número {index} " * 20}
        for index in range(number)
    ]
    db.session.execute(insert(Dispatch), rows)


def test_reading_the_log_keeps_memory_flat(log: Log) -> None:
    assert log.red
    _fill(20_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in stream_lines(LogFilter())) == 20_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
