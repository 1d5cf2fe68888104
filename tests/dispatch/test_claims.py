"""What is in a worker's hands: told apart from what waits, and nobody else's while it is."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

import making
from outreach import clock
from outreach.accounts.rules import Role
from outreach.campaigns import scheduling
from outreach.campaigns.models import Campaign
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.claiming import Claim, claim, give_back, let_go
from outreach.dispatch.ledger import select_deliveries
from outreach.dispatch.listing import list_deliveries
from outreach.dispatch.models import ClaimedDelivery, Delivery
from outreach.dispatch.rules import Outcome
from outreach.dispatch.starting import close_ended
from outreach.dispatch.workers import WorkerIdentity, working
from signing import Client, sign_in_as

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


@pytest.fixture
def worker(config: Config) -> Iterator[WorkerIdentity]:
    with working(db.engine, config.data_dir, clock.now()) as worker:
        yield worker


@pytest.fixture
def writer(app: Flask) -> Client:
    return sign_in_as(app, Role.WRITER)


def _claim(worker: WorkerIdentity, limit: int, database: Engine | None = None) -> list[Claim]:
    with (database or db.engine).begin() as connection:
        return claim(connection, worker.id, clock.now(), limit)


def _count_outcomes() -> Counter[str]:
    db.session.expire_all()
    return Counter(db.session.scalars(select(Delivery.outcome)).all())


@contextmanager
def _claiming_slowly(app: Flask, worker: WorkerIdentity, limit: int) -> Iterator[threading.Event]:
    """Claim in a thread that commits only when the event is set; the block begins once it has claimed."""
    has_claimed, may_commit = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), db.engine.begin() as connection:
            claim(connection, worker.id, clock.now(), limit)
            has_claimed.set()
            assert may_commit.wait(30)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert has_claimed.wait(30)
        try:
            yield may_commit
        finally:
            may_commit.set()
            holding.result()


def test_whoever_claims_beside_another_gets_what_is_left(
    app: Flask, campaign: Campaign, worker: WorkerIdentity
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with _claiming_slowly(app, worker, 6) as may_commit:
            beside = pool.submit(_claim, worker, 6, db.engine)
            with pytest.raises(TimeoutError):
                beside.result(timeout=0.3)
            may_commit.set()
        assert len(beside.result()) == 4
    assert _claim(worker, 6) == []
    assert db.session.scalar(select(func.count(ClaimedDelivery.delivery_id))) == 10
    making.read_balanced(campaign)


def test_what_is_left_of_a_cancelled_campaign_is_skipped_but_not_what_is_being_claimed(
    app: Flask, campaign: Campaign, worker: WorkerIdentity
) -> None:
    def cancel_and_close() -> None:
        with app.app_context():
            scheduling.cancel(db.session.get_one(Campaign, number))
            db.session.commit()
            close_ended(clock.now())

    number = campaign.id
    db.session.rollback()
    with ThreadPoolExecutor(1) as pool:
        with _claiming_slowly(app, worker, 6) as may_commit:
            closing = pool.submit(cancel_and_close)
            with pytest.raises(TimeoutError):
                closing.result(timeout=0.3)
            may_commit.set()
        closing.result()
    assert _count_outcomes() == {Outcome.QUEUED: 6, Outcome.SKIPPED: 4}
    claimed = db.session.scalars(select(ClaimedDelivery.delivery_id)).all()
    with db.engine.begin() as connection:
        give_back(connection, claimed, worker.id, clock.now())
    close_ended(clock.now())
    assert _count_outcomes() == {Outcome.SKIPPED: 10}
    making.read_balanced(campaign)


def test_only_its_holder_lets_go_of_a_claim(config: Config, campaign: Campaign, worker: WorkerIdentity) -> None:
    mine = [item.delivery_id for item in _claim(worker, 5)]
    with working(db.engine, config.data_dir, clock.now()) as other:
        theirs = [item.delivery_id for item in _claim(other, 5)]
        with db.engine.begin() as connection:
            assert let_go(connection, worker.id, mine + theirs) == set(mine)
            assert let_go(connection, worker.id, mine + theirs) == set()
            assert let_go(connection, other.id, mine + theirs) == set(theirs)
    making.read_balanced(campaign)


def test_people_are_told_what_is_in_a_workers_hands(campaign: Campaign, worker: WorkerIdentity, writer: Client) -> None:
    claimed = {item.delivery_id for item in _claim(worker, 4)}

    def list_numbers(outcomes: Sequence[Outcome]) -> set[int]:
        return {each.id for each in db.session.scalars(select_deliveries(campaign.id, outcomes))}

    assert list_numbers([Outcome.CLAIMED]) == claimed
    assert len(list_numbers([Outcome.QUEUED])) == 6
    assert {each.id for each in list_deliveries(campaign.id).deliveries if each.standing == Outcome.CLAIMED} == claimed
    page = writer.get(f"/campanas/{campaign.id}/avance?resultado=pending")
    assert (page.text.count("en curso"), page.text.count("en cola")) == (4, 6)
    assert "en curso" in writer.get(f"/entregas/{min(claimed)}").text
