"""A database that was copied or put back sends nothing until a person says so."""

import dataclasses
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

import making
from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.app import create_app
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.dispatch.arming import arm, check_armed
from outreach.dispatch.errors import NotArmedError
from outreach.dispatch.models import Arming, Delivery
from outreach.dispatch.workers import count_claim, working
from outreach.mail.memory import ACCEPT, MemoryTransport, ScriptedReply
from outreach.mail.transport import Stage

pytestmark = pytest.mark.usefixtures("app")


def _arm(config: Config) -> None:
    arm(config, making.get_user(making.ADMINISTRATOR))
    db.session.commit()


def test_a_copy_elsewhere_sends_nothing_until_it_is_armed(config: Config, tmp_path: Path) -> None:
    making.add_people("diaspora", making.make_people(3))
    making.schedule_campaign()
    db.session.remove()
    copy = dataclasses.replace(
        config, data_dir=tmp_path / "copy", database_url=f"sqlite:///{tmp_path / 'copy' / 'outreach.db'}"
    )
    shutil.copytree(config.data_dir, copy.data_dir)
    outbox = MemoryTransport()
    with create_app(copy).app_context():
        with pytest.raises(NotArmedError, match="outreach arm"):
            jobs.tick(copy, lambda: outbox)
        assert outbox.outbox == []
        assert db.session.scalars(select(Campaign.state)).one() == CampaignState.SCHEDULED
        _arm(copy)
        jobs.tick(copy, lambda: outbox)
        assert len(outbox.outbox) == 3
        assert db.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "arm")).all()
        db.engine.dispose()


def test_an_old_state_put_back_sends_nothing_again(app: Flask, config: Config) -> None:
    making.add_people("diaspora", making.make_people(4))
    campaign = making.schedule_campaign()
    jobs.look(config)
    backup = config.data_dir / "backup.db"
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{backup}'")
    outbox = MemoryTransport()
    jobs.tick(config, lambda: outbox)
    assert making.read_balanced(campaign).sent == 4
    db.session.remove()
    db.engine.dispose()
    for name in ("outreach.db", "outreach.db-wal", "outreach.db-shm"):
        (config.data_dir / name).unlink(missing_ok=True)
    backup.rename(config.data_dir / "outreach.db")
    del app
    assert making.read_balanced(campaign).pending == 4
    with pytest.raises(NotArmedError, match="respaldo"):
        jobs.tick(config, lambda: outbox)
    assert len(outbox.outbox) == 4
    _arm(config)
    jobs.tick(config, lambda: outbox)
    assert making.read_balanced(campaign).sent == 4


def test_what_another_worker_takes_at_this_moment_is_no_sign_of_an_old_state(config: Config) -> None:
    jobs.tick(config, MemoryTransport)
    over = threading.Event()
    with working(db.engine, config.data_dir, clock.now()) as worker:
        database = db.engine

        def take() -> None:
            while not over.is_set():
                with database.begin() as connection:
                    taken = count_claim(connection, worker.id)
                worker.note_claims(taken)

        busy = threading.Thread(target=take)
        busy.start()
        try:
            for _look in range(300):
                check_armed(config, clock.now())
                db.session.rollback()
        finally:
            over.set()
            busy.join()


def test_a_clock_that_is_far_behind_sends_nothing(config: Config) -> None:
    making.add_people("diaspora", making.make_people(1))
    outbox = MemoryTransport()
    jobs.tick(config, lambda: outbox)
    with time_machine.travel(clock.now() - timedelta(hours=2), tick=False), pytest.raises(NotArmedError, match="reloj"):
        jobs.tick(config, lambda: outbox)


def test_a_fresh_installation_arms_itself_once(config: Config) -> None:
    db.session.query(Arming).delete()
    db.session.commit()
    jobs.tick(config, MemoryTransport)
    jobs.tick(config, MemoryTransport)
    assert db.session.scalar(select(func.count(Arming.id))) == 1


def test_what_stood_still_beyond_its_grace_asks_before_it_goes_on(config: Config) -> None:
    making.add_people("diaspora", making.make_people(20))
    down = ScriptedReply(Stage.CONNECT, None, "Connection refused")
    state = {"down": True}
    outbox = MemoryTransport(lambda _envelope: down if state["down"] else ACCEPT)
    campaign = making.schedule_campaign()
    with pytest.raises(Exception, match="Connection refused"):
        jobs.tick(config, lambda: outbox)
    state["down"] = False
    with time_machine.travel(clock.now() + timedelta(hours=3), tick=False):
        jobs.tick(config, lambda: outbox)
        kept = db.session.get_one(Campaign, campaign.id)
        assert kept.state == CampaignState.PAUSED
        assert "confirme" in kept.state_reason
        assert outbox.outbox == []
    assert db.session.scalar(select(func.count(Delivery.id))) == 20
    assert making.read_balanced(campaign).pending == 20
