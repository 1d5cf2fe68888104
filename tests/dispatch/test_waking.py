"""A campaign that is released begins to leave at once, not at the next look of whoever sends."""

import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

import making
from outreach import scheduler
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.dispatch.waking import being_woken
from outreach.dispatch.workers import WorkerIdentity
from outreach.mail.memory import MemoryTransport

pytestmark = pytest.mark.usefixtures("app")

NEVER = 3600.0


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> MemoryTransport:
    """Give where messages go, while whoever sends looks by itself too late for any test."""
    outbox = MemoryTransport()
    send = jobs.send

    def send_there(config: Config, worker: WorkerIdentity, stop: threading.Event) -> None:
        send(config, worker, stop, lambda: outbox)

    monkeypatch.setattr(scheduler, "_SEND_SECONDS", NEVER)
    monkeypatch.setattr(scheduler, "send", send_there)
    return outbox


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.both_databases
def test_what_this_process_releases_leaves_at_once(app: Flask, woken: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(3))
    making.schedule_campaign()
    with scheduler.scheduling(app):
        _wait_until(lambda: len(woken.outbox) == 3)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_another_process_releases_leaves_at_once(app: Flask, config: Config, woken: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(3))
    making.schedule_campaign()
    with scheduler.scheduling(app, looks=False):
        _wait_until(lambda: _count_listeners() == 1)
        jobs.look(config)
        _wait_until(lambda: len(woken.outbox) == 3)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_listener_that_lost_its_connection_opens_another(monkeypatch: pytest.MonkeyPatch, campaign: Campaign) -> None:
    monkeypatch.setattr("outreach.dispatch.waking._AGAIN_SECONDS", 0.01)
    woken = threading.Event()
    with being_woken(db.engine, woken.set, threading.Event()):
        _wait_until(lambda: _count_listeners() == 1)
        db.session.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"))
        db.session.commit()
        _wait_until(lambda: _count_listeners() == 1)
        campaign.state = CampaignState.PAUSED
        db.session.commit()
        _wait_until(woken.is_set)


def _count_listeners() -> int:
    db.session.rollback()
    found = text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")
    return int(db.session.execute(found).scalar_one())
