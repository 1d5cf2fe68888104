"""What the clock calls: once by `outreach tick`, every second by the scheduler."""

import threading
from collections.abc import Callable

from sqlalchemy import update

from outreach import clock
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.arming import check_armed
from outreach.dispatch.claiming import has_work, holds_claims
from outreach.dispatch.conduct import Equipment
from outreach.dispatch.errors import SendingError
from outreach.dispatch.letters import LetterBox
from outreach.dispatch.quota import find_reason
from outreach.dispatch.recovery import recover
from outreach.dispatch.sending import drain
from outreach.dispatch.starting import close_ended, pause_interrupted, start_due
from outreach.dispatch.workers import WorkerIdentity, show_life, working
from outreach.mail.pipelining import PipeliningTransport
from outreach.mail.transport import Transport

OpenTransport = Callable[[], Transport]


def look(config: Config) -> int:
    """Settle what dead workers held, start what is due, close what is over; return how many campaigns started.

    Raises NotArmedError, before anything is touched, for a database that may be a copy or an old state.
    """
    now = clock.now()
    check_armed(config, now)
    pause_interrupted(now)
    settle_dead(config)
    started = start_due(now)
    close_ended(clock.now())
    return started


def settle_dead(config: Config) -> int:
    """Settle what dead workers held; on its own host each is recognised at once, and its journal can be read."""
    return recover(db.engine, config.data_dir, clock.now(), config.timezone)


def equip(config: Config, worker: WorkerIdentity, open_transport: OpenTransport | None = None) -> Equipment:
    """Gather what a run of the engine needs; must be called inside the application."""
    return Equipment(
        database=db.engine,
        worker=worker,
        letters=LetterBox(db.engine, config),
        open_transport=open_transport or (lambda: PipeliningTransport(config.smtp)),
        connections=config.smtp.connections,
        smtp=config.smtp,
        zone=config.timezone,
    )


def send(
    config: Config, worker: WorkerIdentity, stop: threading.Event, open_transport: OpenTransport | None = None
) -> None:
    """Send all that is due; raises SendingError when the mail server fails again and again, and campaigns say so."""
    now = clock.now()
    check_armed(config, now)
    db.session.rollback()  # no transaction stays open while messages leave
    show_life(db.engine, worker.id, now)
    with db.engine.connect() as connection:
        if not has_work(connection, worker.id, now):
            return
        reason = find_reason(connection, config, now)
        if reason and not holds_claims(connection, worker.id):
            connection.rollback()
            _tell_running(reason)
            return
    try:
        drain(equip(config, worker, open_transport), stop)
    except SendingError as problem:
        _tell_running(str(problem))
        raise
    with db.engine.connect() as connection:
        now = clock.now()
        reason = find_reason(connection, config, now) if has_work(connection, worker.id, now) else ""
    _tell_running(reason)


def _tell_running(reason: str) -> None:
    db.session.execute(
        update(Campaign)
        .where(Campaign.state == CampaignState.SENDING, Campaign.state_reason != reason)
        .values(state_reason=reason[:400])
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def tick(config: Config, open_transport: OpenTransport | None = None) -> int:
    """Do everything that is due now, then return how many campaigns started."""
    started = look(config)
    try:
        with working(db.engine, config.data_dir, clock.now()) as worker:
            send(config, worker, threading.Event(), open_transport)
    except SendingError:
        close_ended(clock.now())
        raise
    close_ended(clock.now())
    return started
