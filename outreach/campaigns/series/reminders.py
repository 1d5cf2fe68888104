"""Reminders of editions: a row for each mail before it leaves, so that nobody gets it twice whatever happens."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from outreach import clock
from outreach.campaigns.models import Campaign
from outreach.campaigns.series.letters import write_letter
from outreach.campaigns.series.models import Edition, Reminder, Series
from outreach.campaigns.series.queries import view_edition
from outreach.campaigns.series.rules import UNFINISHED, Occasion, ReminderState, SeriesState, choose_occasion
from outreach.config import Config
from outreach.db import db
from outreach.errors import OutreachError
from outreach.mail.pipelining import PipeliningTransport
from outreach.mail.transport import Kind, Transport, Verdict

_WAKING_HOUR = time(7)
_LOOKS_BACK = timedelta(days=7)
_RETRY = timedelta(minutes=10)
_MOST_ATTEMPTS = 12
_LONGEST_REPLY = 400
_AT_ONCE = 50

OpenTransport = Callable[[], Transport]


def plan_reminders(now: datetime) -> int:
    """Write a row for each reminder that is due at `now`, and return how many; from seven in the morning on.

    An edition asks for one reminder a day at most: what the morning's opening said, the same day does not repeat.
    """
    planned = 0
    for edition in _list_open(now):
        try:
            planned += _plan(edition, now)
            db.session.commit()
        except IntegrityError:
            db.session.rollback()  # another process wrote the same rows
    return planned


def send_reminders(config: Config, now: datetime, open_transport: OpenTransport | None = None) -> int:
    """Hand over the reminders that wait, and return how many were accepted.

    Each is committed as uncertain before it can leave: one that lost its answer is shown, and not sent again.
    """
    waiting = db.session.scalars(
        select(Reminder.id)
        .where(Reminder.state == ReminderState.QUEUED, Reminder.retry_at <= now)
        .order_by(Reminder.id)
        .limit(_AT_ONCE)
    ).all()
    if not waiting:
        return 0
    transport = open_transport() if open_transport else PipeliningTransport(config.smtp)
    try:
        return sum(_send(reminder_id, config, transport) for reminder_id in waiting)
    finally:
        transport.close()


def _list_open(now: datetime) -> list[Edition]:
    """Return the editions with a draft that leave around `now`, or were opened lately, of series that are under way."""
    today = now.date()
    query = (
        select(Edition)
        .join(Edition.series)
        .join(Edition.campaign)
        .where(Series.state == SeriesState.ACTIVE, Edition.skipped_at.is_(None), Campaign.released_at.is_(None))
        .where(Edition.sends_on >= today - _LOOKS_BACK)
        .options(joinedload(Edition.series).selectinload(Series.person_links), selectinload(Edition.reminders))
        .order_by(Edition.id)
    )
    return list(db.session.scalars(query).unique())


def _plan(edition: Edition, now: datetime) -> int:
    place = ZoneInfo(edition.series.zone)
    local = now.astimezone(place)
    occasion = _choose(edition, local.date(), place)
    if occasion is None or local.time() < _WAKING_HOUR:
        return 0
    told = {(reminder.user_id, reminder.occasion) for reminder in edition.reminders}
    wanted = [
        Reminder(edition_id=edition.id, user_id=user.id, occasion=occasion, made_at=now, retry_at=now)
        for user in edition.series.people
        if user.is_active and (user.id, occasion) not in told
    ]
    db.session.add_all(wanted)
    db.session.flush()
    return len(wanted)


def _choose(edition: Edition, today: date, place: ZoneInfo) -> Occasion | None:
    told = {reminder.occasion: reminder.made_at.astimezone(place).date() for reminder in edition.reminders}
    state = view_edition(edition).state
    if edition.opened_at and Occasion.OPENED not in told and state in UNFINISHED:
        return Occasion.OPENED
    occasion = choose_occasion(edition.sends_on, edition.series.reminder_days, state, today)
    is_told_today = any(day == today for kind, day in told.items() if kind != occasion)
    return None if is_told_today else occasion


def _send(reminder_id: int, config: Config, transport: Transport) -> bool:
    if not _claim(reminder_id):
        return False
    reminder = db.session.get_one(Reminder, reminder_id)
    try:
        envelope, content = write_letter(reminder, config)
    except OutreachError as problem:
        _finish(reminder, ReminderState.FAILED, str(problem))
        return False
    db.session.commit()
    verdict = transport.send(envelope, content, lambda: None)
    _record(db.session.get_one(Reminder, reminder_id), verdict)
    return verdict.kind is Kind.ACCEPTED


def _claim(reminder_id: int) -> bool:
    """Take a reminder from the queue for good, unless another process did."""
    taken = db.session.scalar(
        update(Reminder)
        .where(Reminder.id == reminder_id, Reminder.state == ReminderState.QUEUED)
        .values(state=ReminderState.UNCERTAIN, attempts=Reminder.attempts + 1)
        .returning(Reminder.id)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return taken is not None


def _record(reminder: Reminder, verdict: Verdict) -> None:
    match verdict.kind:
        case Kind.ACCEPTED:
            _finish(reminder, ReminderState.SENT, verdict.reply)
        case Kind.UNCERTAIN:
            _finish(reminder, ReminderState.UNCERTAIN, verdict.reply)
        case Kind.REFUSED:
            _finish(reminder, ReminderState.FAILED, verdict.reply)
        case _ if reminder.attempts >= _MOST_ATTEMPTS:
            _finish(reminder, ReminderState.FAILED, verdict.reply)
        case _:
            reminder.state, reminder.retry_at = ReminderState.QUEUED, clock.now() + _RETRY
            reminder.reply = verdict.reply[:_LONGEST_REPLY]
            db.session.commit()


def _finish(reminder: Reminder, state: ReminderState, reply: str) -> None:
    reminder.state, reminder.finished_at, reminder.reply = state, clock.now(), reply[:_LONGEST_REPLY]
    db.session.commit()
