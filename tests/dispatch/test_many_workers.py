"""Several processes, each with a data folder of its own as on a host of its own, work on one database."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import making
from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.audiences.models import Contact
from outreach.campaigns.models import Campaign
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.dispatch.claiming import claim
from outreach.dispatch.models import Attempt, ClaimedDelivery, Delivery, Worker
from outreach.dispatch.recovery import recover
from outreach.dispatch.rules import LEASE, PENDING, Outcome
from outreach.dispatch.starting import start_due
from outreach.dispatch.workers import working
from outreach.mail.memory import MemoryTransport
from smtp_quick import QuickServer

PEOPLE = 3_000
CONNECTIONS = 2
CHUNK = 200

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.parametrize("database", ["postgresql"], indirect=True)]


@pytest.fixture
def crowd_server() -> Iterator[QuickServer]:
    with QuickServer() as server:
        yield server


@contextmanager
def _working(config: Config, folder: Path, server: QuickServer) -> Iterator[subprocess.Popen[bytes]]:
    """Run `outreach worker` with a data folder of its own until the block ends."""
    environment = {
        **os.environ,
        "OUTREACH_DATABASE_URL": config.database_url,
        "OUTREACH_DATA_DIR": str(folder),
        "OUTREACH_SECRET_KEY": config.secret_key,
        "OUTREACH_BASE_URL": config.base_url,
        "OUTREACH_SMTP_URL": f"smtp://127.0.0.1:{server.port}?connections={CONNECTIONS}",
    }
    command = [sys.executable, "-m", "outreach", "worker"]
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own program
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(20) in {0, -signal.SIGKILL}


def _wait_for(is_so: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def _count_workers() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Worker.id))) or 0


def _is_rest_done() -> bool:
    """Tell whether the living hold nothing and find nothing more to take; the first worker is the dead one."""
    db.session.rollback()
    dead = select(func.min(Worker.id)).scalar_subquery()
    claimed = select(ClaimedDelivery.delivery_id).where(ClaimedDelivery.worker_id == dead)
    left = select(func.count()).where(Delivery.outcome.in_(PENDING), Delivery.id.not_in(claimed))
    return db.session.scalar(left) == 0


def _send_together(config: Config, server: QuickServer, folders: Sequence[Path]) -> Campaign:
    """Let a process in each folder send a campaign, kill the first in the middle, and wait until the rest has left."""
    making.add_people("diaspora", making.make_people(PEOPLE, languages=("es", "en", None)))
    campaign = making.schedule_campaign()
    with _working(config, folders[0], server) as first:
        _wait_for(lambda: _count_workers() == 1)
        with _working(config, folders[1], server), _working(config, folders[2], server):
            _wait_for(lambda: _count_workers() == len(folders))
            assert jobs.look(config) == 1
            _wait_for(lambda: server.total > PEOPLE // 4)
            first.send_signal(signal.SIGKILL)
            first.wait()
            _wait_for(_is_rest_done)
    return campaign


def _check_accounts(campaign: Campaign, server: QuickServer, most_uncertain: int) -> None:
    """Let the mail server's own count be the judge: nobody twice, nobody without a state."""
    ledger = making.read_balanced(campaign)
    counts = server.count()
    assert max(counts.values()) == 1
    assert (ledger.intended, ledger.pending, ledger.failed, ledger.skipped) == (PEOPLE, 0, 0, 0)
    assert ledger.uncertain <= most_uncertain
    assert ledger.sent <= len(counts) <= ledger.sent + ledger.uncertain
    uncertain = select(Contact.email).join(Delivery).where(Delivery.outcome == Outcome.UNCERTAIN)
    assert {email for email, _ in making.make_people(PEOPLE)} - set(counts) <= set(db.session.scalars(uncertain))


def test_on_its_own_host_a_killed_worker_leaves_in_doubt_only_what_was_in_flight(
    config: Config, crowd_server: QuickServer, tmp_path: Path
) -> None:
    folders = [tmp_path / "one", tmp_path / "two", tmp_path / "three"]
    campaign = _send_together(config, crowd_server, folders)
    with _working(config, folders[0], crowd_server):
        _wait_for(lambda: making.read_balanced(campaign).pending == 0)
    _check_accounts(campaign, crowd_server, CONNECTIONS)


def test_elsewhere_a_killed_worker_leaves_in_doubt_what_it_held_when_its_lease_ends(
    config: Config, crowd_server: QuickServer, tmp_path: Path
) -> None:
    campaign = _send_together(config, crowd_server, [tmp_path / "one", tmp_path / "two", tmp_path / "three"])
    held = making.read_balanced(campaign).pending
    assert recover(db.engine, config.data_dir, clock.now(), config.timezone) == 0
    late = clock.now() + LEASE + timedelta(seconds=1)
    assert recover(db.engine, config.data_dir, late, config.timezone) == held
    # A chunk, and on each connection a message of the chunk before that has no answer yet.
    _check_accounts(campaign, crowd_server, CONNECTIONS * CHUNK + CONNECTIONS)


def test_schedulers_that_race_start_each_campaign_once(app: Flask, outbox: MemoryTransport, config: Config) -> None:
    making.add_people("diaspora", making.make_people(300))
    campaigns = [making.schedule_campaign() for _ in range(4)]
    line = threading.Barrier(4)

    def look() -> int:
        with app.app_context():
            line.wait()
            return start_due(clock.now())

    with ThreadPoolExecutor(4) as pool:
        started = [pool.submit(look) for _ in range(4)]
        assert sum(future.result() for future in started) == len(campaigns)
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "release")) == len(campaigns)
    jobs.tick(config, lambda: outbox)
    assert [making.read_balanced(campaign).sent for campaign in campaigns] == [300] * len(campaigns)
    assert max(Counter(envelope.rcpt_to for envelope, _ in outbox.outbox).values()) == len(campaigns)


def test_recoveries_that_race_settle_a_dead_worker_once(app: Flask, config: Config) -> None:
    making.add_people("diaspora", making.make_people(100))
    campaign = making.schedule_campaign()
    jobs.look(config)
    with working(db.engine, config.data_dir.parent / "elsewhere", clock.now()) as worker, db.engine.begin() as link:
        assert len(claim(link, worker.id, clock.now(), 60)) == 60
    late = clock.now() + LEASE + timedelta(seconds=1)
    line = threading.Barrier(4)

    def settle() -> int:
        with app.app_context():
            line.wait()
            return recover(db.engine, config.data_dir, late, config.timezone)

    with ThreadPoolExecutor(4) as pool:
        settled = [pool.submit(settle) for _ in range(4)]
        assert sorted(future.result() for future in settled) == [0, 0, 0, 60]
    assert making.read_balanced(campaign).uncertain == 60
    assert db.session.scalar(select(func.count(Attempt.id))) == 60


def test_a_worker_interrupts_nobody_when_it_wakes(config: Config, crowd_server: QuickServer, tmp_path: Path) -> None:
    with _working(config, tmp_path / "one", crowd_server) as process:
        _wait_for(lambda: _count_workers() == 1)
        policies = {os.sched_getscheduler(int(task.name)) for task in Path(f"/proc/{process.pid}/task").iterdir()}
        assert policies == {os.SCHED_BATCH}
