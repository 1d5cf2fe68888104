"""Reminders: whom, when, in which language, once; and that no ledger or report knows of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import time_machine
from sqlalchemy import func, select

import making
from outreach import clock
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.series.jobs import prepare
from outreach.campaigns.series.models import Edition, Reminder, Series
from outreach.campaigns.series.recurrence import Pattern, Recurrence
from outreach.campaigns.series.reminders import plan_reminders
from outreach.campaigns.series.rules import EditionState, Occasion, ReminderState, choose_occasion
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.models import Delivery, Dispatch
from outreach.mail.memory import MemoryTransport, ScriptedReply
from outreach.mail.transport import Envelope, Stage
from series.series_samples import change, start

# Four days before the 13th, at nine in the morning in Mexico City.
OPENING = datetime(2026, 3, 9, 15, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def running(bulletin: Series) -> Series:
    return start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13), lead_days=4, reminder_days=2))


def tick(outbox: MemoryTransport, *, days: float = 0) -> None:
    with time_machine.travel(OPENING + timedelta(days=days), tick=False):
        prepare(current_config(), lambda: outbox)


def read(outbox: MemoryTransport) -> list[tuple[str, str]]:
    found = [message_from_bytes(content, policy=policy.default) for _, content in outbox.outbox]
    return [(str(message["To"]), str(message["Subject"])) for message in found]


def read_body(content: bytes, kind: str) -> str:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_an_edition_is_announced_recalled_and_pressed_for_each_person_in_their_language(running: Series) -> None:
    assert running
    outbox = MemoryTransport()
    for day in (0, 0.1, 1, 2, 2.1, 3, 4, 4.05):
        tick(outbox, days=day)
    assert read(outbox) == [
        (making.WRITER, "Corazón Chilango · marzo 2026: se abrió el borrador"),
        (making.REVIEWER, "Corazón Chilango · March 2026: the draft was opened"),
        (making.WRITER, "Corazón Chilango · marzo 2026: faltan 2 días"),
        (making.REVIEWER, "Corazón Chilango · March 2026: 2 days left"),
        (making.WRITER, "Corazón Chilango · marzo 2026: sale hoy y falta el visto bueno"),
        (making.REVIEWER, "Corazón Chilango · March 2026: leaves today and lacks its approval"),
    ]
    states = set(db.session.scalars(select(Reminder.state)))
    assert states == {ReminderState.SENT}


def test_a_reminder_says_what_when_where_and_why(running: Series) -> None:
    outbox = MemoryTransport()
    tick(outbox)
    (envelope, content), _ = outbox.outbox
    assert envelope == Envelope("votochilango@iecm.mx", making.WRITER)
    campaign_id = db.session.scalar(select(Edition.campaign_id))
    for kind in ("plain", "html"):
        body = read_body(content, kind)
        assert "viernes 13 de marzo de 2026, 9:00 (hora de la Ciudad de México, UTC−6)" in body
        assert f"https://correo.example.org/campanas/{campaign_id}" in body
        assert f"https://correo.example.org/series/{running.id}" in body
        assert "porque es responsable de la serie «Corazón Chilango»" in body
    assert b"Auto-Submitted: auto-generated" in content
    assert b"List-Unsubscribe" not in content
    assert b'lang=3D"es"' in content


def test_names_of_people_and_series_show_as_text(running: Series) -> None:
    making.get_user(making.WRITER).name = "<script>alert(1)</script> {{nombre}}\r\nBcc: x@example.org"
    change(running, name_es="Corazón <b>{{7*7}}</b>")
    outbox = MemoryTransport()
    tick(outbox)
    _, content = outbox.outbox[0]
    html = read_body(content, "html")
    assert "<script>" not in html
    assert "&lt;b&gt;{{7*7}}&lt;/b&gt;" in html
    assert "<script>alert(1)</script> {{nombre}}" in read_body(content, "plain")
    assert message_from_bytes(content)["Bcc"] is None


def test_nothing_leaves_before_seven_in_the_morning(running: Series) -> None:
    assert running
    outbox = MemoryTransport()
    tick(outbox, days=-8 / 24)
    assert outbox.outbox == []
    tick(outbox, days=-2 / 24)
    assert len(outbox.outbox) == 2


def test_an_approved_edition_is_left_in_peace(running: Series) -> None:
    assert running
    outbox = MemoryTransport()
    tick(outbox)
    edition = db.session.scalars(select(Edition)).one()
    assert edition.campaign is not None
    edition.campaign.state = CampaignState.APPROVED
    db.session.commit()
    tick(outbox, days=2)
    tick(outbox, days=4)
    assert len(outbox.outbox) == 2


def test_days_without_a_clock_are_not_made_up_for(running: Series) -> None:
    assert running
    outbox = MemoryTransport()
    tick(outbox)
    tick(outbox, days=9)
    assert len(outbox.outbox) == 2


def test_whoever_left_the_office_gets_nothing(running: Series) -> None:
    assert running
    making.get_user(making.REVIEWER).is_active = False
    db.session.commit()
    outbox = MemoryTransport()
    tick(outbox)
    assert [to for to, _ in read(outbox)] == [making.WRITER]


def answer(stage: Stage, code: int | None, *, taken: bool = False) -> Callable[[Envelope], ScriptedReply]:
    return lambda _envelope: ScriptedReply(stage, code, "from the server", taken)


@pytest.mark.parametrize(
    ("script", "state", "later"),
    [
        (answer(Stage.RCPT, 450), ReminderState.QUEUED, ReminderState.SENT),
        (answer(Stage.CONNECT, None), ReminderState.QUEUED, ReminderState.SENT),
        (answer(Stage.RCPT, 550), ReminderState.FAILED, ReminderState.FAILED),
        (answer(Stage.DOT, None, taken=True), ReminderState.UNCERTAIN, ReminderState.UNCERTAIN),
    ],
)
def test_only_what_cannot_have_left_is_tried_again(
    running: Series, script: Callable[[Envelope], ScriptedReply], state: ReminderState, later: ReminderState
) -> None:
    assert running
    tick(MemoryTransport(script))
    assert set(db.session.scalars(select(Reminder.state))) == {state}
    outbox = MemoryTransport()
    tick(outbox, days=1 / 24)
    assert set(db.session.scalars(select(Reminder.state))) == {later}
    assert len(outbox.outbox) == (2 if later is ReminderState.SENT else 0)


def test_a_process_that_dies_while_it_hands_over_leaves_an_uncertain_row_and_no_second_mail(running: Series) -> None:
    assert running

    class Dying(MemoryTransport):
        def send(self, *_arguments: object, **_options: object) -> None:  # type: ignore[override] # it never answers
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tick(Dying())
    db.session.rollback()
    outbox = MemoryTransport()
    tick(outbox, days=1 / 24)
    assert len(outbox.outbox) == 1
    states = list(db.session.scalars(select(Reminder.state).order_by(Reminder.id)))
    assert states == [ReminderState.UNCERTAIN, ReminderState.SENT]


def test_neither_ledger_nor_report_counts_a_reminder(running: Series) -> None:
    assert running
    outbox = MemoryTransport()
    for day in (0, 2, 4):
        tick(outbox, days=day)
    assert len(outbox.outbox) == 6
    assert db.session.scalar(select(func.count(Delivery.id))) == 0
    assert db.session.scalar(select(func.count(Dispatch.id))) == 0


def test_a_row_that_exists_is_not_planned_again(running: Series) -> None:
    assert running
    tick(MemoryTransport())
    with time_machine.travel(OPENING, tick=False):
        assert plan_reminders(clock.now()) == 0


@pytest.mark.parametrize(
    ("days", "state", "expected"),
    [
        (5, EditionState.OPEN, None),
        (2, EditionState.OPEN, Occasion.SOON),
        (1, EditionState.IN_WORK, Occasion.SOON),
        (1, EditionState.APPROVED, None),
        (0, EditionState.IN_WORK, Occasion.TODAY),
        (0, EditionState.LATE, Occasion.TODAY),
        (0, EditionState.SKIPPED, None),
        (-1, EditionState.LATE, None),
        (0, EditionState.SENT, None),
    ],
)
def test_the_day_and_the_state_decide_what_is_said(days: int, state: EditionState, expected: Occasion | None) -> None:
    today = date(2026, 3, 9)
    assert choose_occasion(today + timedelta(days=days), 2, state, today) is expected
