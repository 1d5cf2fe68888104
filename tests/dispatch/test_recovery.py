"""What becomes of the claims of a worker that died."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

import making
from outreach import clock
from outreach.campaigns.models import Campaign
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs, recovery
from outreach.dispatch.claiming import Claim, claim
from outreach.dispatch.journal import Answer, Journal, read_journal
from outreach.dispatch.models import Attempt, Delivery, Worker
from outreach.dispatch.recovery import recover
from outreach.dispatch.rules import LEASE, Outcome
from outreach.dispatch.workers import WorkerIdentity, working
from outreach.mail.memory import MemoryTransport
from outreach.mail.transport import Kind, Scope, Stage, Verdict

ACCEPTED = Verdict(Kind.ACCEPTED, Scope.MESSAGE, Stage.DOT, 250, "2.0.0 Ok: queued as 4bXyZ")
RETURNED = Verdict(Kind.RETURNED, Scope.CONNECTION, Stage.DOT, 421, "4.3.2 Closing")
POSTPONED = Verdict(Kind.POSTPONED, Scope.RECIPIENT, Stage.RCPT, 450, "4.2.0 Later")

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


def _claim(worker: WorkerIdentity) -> list[Claim]:
    with db.engine.begin() as connection:
        return claim(connection, worker.id, clock.now(), 5)


def _count_outcomes() -> Counter[str]:
    db.session.expire_all()
    return Counter(db.session.scalars(select(Delivery.standing)).all())


def _recover(config: Config, now: datetime | None = None) -> int:
    return recover(db.engine, config.data_dir, now or clock.now(), config.timezone)


def test_a_living_workers_claims_are_left_alone(config: Config, campaign: Campaign) -> None:
    with working(db.engine, config.data_dir, clock.now()) as worker:
        _claim(worker)
        assert _recover(config) == 0
        assert _count_outcomes() == {Outcome.QUEUED: 5, Outcome.CLAIMED: 5}
    making.read_balanced(campaign)


def test_the_journal_tells_what_a_killed_worker_left(config: Config, campaign: Campaign) -> None:
    with working(db.engine, config.data_dir, clock.now()) as worker:
        first, second, third, *_untried = _claim(worker)
        at = clock.now()
        with Journal(worker.name_journal(0)) as journal:
            journal.note_dot(first.delivery_id)
            journal.note_verdict(first.delivery_id, ACCEPTED, at)
            journal.note_verdict(second.delivery_id, POSTPONED, at)
            journal.note_dot(third.delivery_id)
    assert _recover(config) == 5
    assert _count_outcomes() == {Outcome.QUEUED: 7, Outcome.SENT: 1, Outcome.WAITING: 1, Outcome.UNCERTAIN: 1}
    sent = db.session.get_one(Delivery, first.delivery_id)
    assert (sent.reply, sent.finished_at, sent.attempts) == (ACCEPTED.reply, at, 1)
    assert db.session.get_one(Delivery, third.delivery_id).outcome == Outcome.UNCERTAIN
    making.read_balanced(campaign)
    assert _recover(config) == 0


@pytest.mark.parametrize("threads", [(0, 1), (1, 0)])
def test_what_one_thread_gave_back_and_another_has_in_flight_is_uncertain(
    config: Config, campaign: Campaign, threads: tuple[int, int]
) -> None:
    before, after = threads
    with working(db.engine, config.data_dir, clock.now()) as worker:
        (first, *_untried) = _claim(worker)
        with Journal(worker.name_journal(before)) as journal:
            journal.note_dot(first.delivery_id)
            journal.note_verdict(first.delivery_id, RETURNED, clock.now())
        with Journal(worker.name_journal(after)) as journal:
            journal.note_dot(first.delivery_id)
    assert _recover(config) == 5
    assert _count_outcomes() == {Outcome.QUEUED: 9, Outcome.UNCERTAIN: 1}
    making.read_balanced(campaign)


def test_two_processes_may_recover_the_same_dead_worker(
    config: Config, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working(db.engine, config.data_dir, clock.now()) as worker:
        (first, *_untried) = _claim(worker)
        with Journal(worker.name_journal(0)) as journal:
            journal.note_dot(first.delivery_id)
    others = [lambda: _recover(config)]

    def read_after_the_other(path: Path) -> Mapping[int, Answer | None]:
        while others:
            others.pop()()
        return read_journal(path)

    monkeypatch.setattr(recovery, "read_journal", read_after_the_other)
    _recover(config)
    assert _count_outcomes() == {Outcome.QUEUED: 9, Outcome.UNCERTAIN: 1}
    assert len(db.session.scalars(select(Attempt)).all()) == 5
    making.read_balanced(campaign)


def test_after_a_loss_of_power_all_that_was_in_hand_is_uncertain(config: Config, campaign: Campaign) -> None:
    with working(db.engine, config.data_dir, clock.now()) as worker:
        _claim(worker)
    with db.engine.begin() as connection:
        connection.execute(update(Worker).values(boot="another start of this machine"))
    assert _recover(config) == 5
    assert _count_outcomes() == {Outcome.QUEUED: 5, Outcome.UNCERTAIN: 5}
    making.read_balanced(campaign)


def test_a_worker_elsewhere_keeps_its_claims_for_the_lease(config: Config, campaign: Campaign) -> None:
    with working(db.engine, config.data_dir.parent / "another machine", clock.now()) as worker:
        _claim(worker)
    assert _recover(config) == 0
    assert _recover(config, clock.now() + LEASE / 2) == 0
    assert _recover(config, clock.now() + LEASE + timedelta(seconds=1)) == 5
    assert _count_outcomes() == {Outcome.QUEUED: 5, Outcome.UNCERTAIN: 5}
    making.read_balanced(campaign)


def test_what_a_dead_worker_was_told_counts_from_then(config: Config, campaign: Campaign) -> None:
    late = clock.now() - timedelta(days=1)
    with working(db.engine, config.data_dir, clock.now()) as worker:
        (first, *_) = _claim(worker)
        with Journal(worker.name_journal(1)) as journal:
            journal.note_dot(first.delivery_id)
            journal.note_verdict(first.delivery_id, ACCEPTED, late)
    _recover(config)
    dispatch = db.session.get_one(Delivery, first.delivery_id).dispatch
    assert dispatch.sent_on == clock.day_in(config.timezone, late)
    making.read_balanced(campaign)


def test_after_recovery_the_rest_leaves_and_nobody_gets_two(
    app: Flask, config: Config, campaign: Campaign, outbox: MemoryTransport
) -> None:
    del app
    with working(db.engine, config.data_dir, clock.now()) as worker:
        doubtful, *_ = _claim(worker)
        with Journal(worker.name_journal(0)) as journal:
            journal.note_dot(doubtful.delivery_id)
    jobs.tick(config, lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert (ledger.sent, ledger.uncertain) == (9, 1)
    assert max(Counter(envelope.rcpt_to for envelope, _ in outbox.outbox).values()) == 1
    assert doubtful.email not in {envelope.rcpt_to for envelope, _ in outbox.outbox}


def test_a_folder_that_another_recovery_removes_meanwhile_is_no_longer_needed(
    config: Config, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working(db.engine, config.data_dir, clock.now()) as worker:
        first, *_untried = _claim(worker)
        with Journal(worker.name_journal(0)) as journal:
            journal.note_dot(first.delivery_id)

    def look_and_be_late(folder: Path) -> bool | None:
        monkeypatch.undo()
        assert _recover(config) == 5
        assert not folder.exists()
        monkeypatch.setattr(Path, "is_dir", lambda _path: True)  # as it was a moment ago
        return True

    monkeypatch.setattr(recovery, "is_lock_free", look_and_be_late)
    assert _recover(config) == 0
    assert _count_outcomes() == {Outcome.QUEUED: 9, Outcome.UNCERTAIN: 1}
    making.read_balanced(campaign)
