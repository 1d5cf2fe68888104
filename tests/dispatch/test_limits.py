"""What the mail server may be given holds over all workers of a database, and one slow domain holds up nobody else."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Connection, event, func, select

import making
from outreach import clock
from outreach.audiences.models import Contact
from outreach.audiences.queries import get_audience
from outreach.audiences.service import Evidence, unsubscribe
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import courier, domains, jobs
from outreach.dispatch.claiming import has_work
from outreach.dispatch.models import IS_FREE, BookedMinute, ClaimedDelivery, Delivery, Turn, Worker
from outreach.dispatch.quota import Quota
from outreach.dispatch.rules import Outcome
from outreach.dispatch.turns import Turns, move_on
from outreach.dispatch.workers import working
from outreach.mail.memory import MemoryTransport
from smtp_servers import Pause, ScriptedServer

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]

NINE = datetime(2026, 3, 3, 15, tzinfo=UTC)
PIPELINING = ("PIPELINING", "8BITMIME")


class _TimedServer(ScriptedServer):
    """Notes when it takes each message, and keeps people of some domains waiting."""

    def __init__(self, stalls: dict[str, float] | None = None) -> None:
        super().__init__({"rcpt": self._stall, "dot": self._note}, features=PIPELINING)
        self._stalls = stalls or {}
        self.moments: list[tuple[float, str]] = []

    def _stall(self, address: str) -> Pause | None:
        seconds = self._stalls.get(address.partition("@")[2])
        return Pause(seconds, "250 2.1.5 Ok") if seconds else None

    def _note(self, address: str) -> None:
        self.moments.append((time.monotonic(), address.partition("@")[2]))

    def count_most(self, seconds: float, domain: str = "") -> int:
        """Return how many messages (to a domain) came at most in any stretch of so many seconds."""
        at = [moment for moment, each in self.moments if each.endswith(domain)]
        return max(sum(start <= moment < start + seconds for moment in at) for start in at)


def _limit(config: Config, query: str) -> Config:
    return _read(config, f"smtp://127.0.0.1:25?{query}")


def _point(config: Config, server: ScriptedServer, query: str) -> Config:
    return _read(config, f"smtp://127.0.0.1:{server.port}?{query}")


def _read(config: Config, address: str) -> Config:
    environment = {
        "OUTREACH_SMTP_URL": address,
        "OUTREACH_DATABASE_URL": config.database_url,
        "OUTREACH_DATA_DIR": str(config.data_dir),
        "OUTREACH_SECRET_KEY": config.secret_key,
        "OUTREACH_BASE_URL": config.base_url,
    }
    return Config.from_environment(environment)


def _people(domain: str, count: int) -> list[tuple[str, str | None]]:
    return [(f"persona{number:03}@{domain}", "es") for number in range(count)]


def _send_side_by_side(app: Flask, config: Config, workers: int) -> None:
    """Let some workers send all that is due at the same time, each as a process of its own would."""

    def send() -> None:
        with app.app_context(), working(db.engine, config.data_dir, clock.now()) as worker:
            line.wait()
            # As the clock does: who came second to a campaign asks again.
            while _is_anything_due(worker.id):
                jobs.send(config, worker, threading.Event())
            db.session.remove()

    line = threading.Barrier(workers, timeout=20)
    with ThreadPoolExecutor(workers) as pool:
        for running in [pool.submit(send) for _ in range(workers)]:
            running.result()


def _is_anything_due(worker_id: int) -> bool:
    time.sleep(0.02)
    with db.engine.connect() as connection:
        return has_work(connection, worker_id, clock.now())


def test_two_workers_together_keep_the_rate_of_the_mail_server(app: Flask, config: Config) -> None:
    making.add_people("diaspora", making.make_people(60))
    campaigns = [making.schedule_campaign() for _ in range(2)]
    jobs.look(config)
    with _TimedServer() as server:
        _send_side_by_side(app, _point(config, server, "rate=40/s"), 2)
    assert [making.read_balanced(campaign).sent for campaign in campaigns] == [60, 60]
    assert db.session.scalar(select(func.count()).where(Worker.claims > 0)) == 2
    assert len(server.moments) == 120
    assert server.count_most(1.0) <= 56


def test_a_run_without_limits_asks_for_no_turns(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(5))
    making.schedule_campaign()
    jobs.tick(config, lambda: outbox)
    assert len(outbox.outbox) == 5
    assert db.session.scalar(select(func.count(Turn.name))) == 0
    assert db.session.scalar(select(func.count(BookedMinute.minute))) == 0


def test_a_worker_that_stops_puts_back_what_waits_for_its_turn(config: Config) -> None:
    making.add_people("diaspora", making.make_people(5))
    campaign = making.schedule_campaign()
    jobs.look(config)
    stop = threading.Event()
    with (
        ScriptedServer({"dot": lambda _address: stop.set()}) as server,
        working(db.engine, config.data_dir, clock.now()) as worker,
    ):
        jobs.send(_point(config, server, "rate=1/min"), worker, stop)
    assert making.read_balanced(campaign).sent == 1
    left = select(func.count()).where(Delivery.outcome == Outcome.QUEUED, IS_FREE)
    assert db.session.scalar(left) == 4


def test_a_turn_whose_reservation_took_long_is_used_all_the_same() -> None:
    turns = Turns(db.engine, per_second=1 / 60)
    with waiting_at_each_commit(0.25):
        turns.reserve({"server": 5})
    assert turns.find_wait("server") == 0
    turns.spend("server")
    assert turns.find_wait("server") is None


def test_a_slow_database_slows_a_limited_run_and_breaks_nothing(config: Config) -> None:
    making.add_people("diaspora", [*_people("uno.example", 2), *_people("dos.example", 2)])
    campaign = making.schedule_campaign()
    jobs.look(config)
    with (
        ScriptedServer({}) as server,
        working(db.engine, config.data_dir, clock.now()) as worker,
        waiting_at_each_commit(0.25),
    ):
        jobs.send(_point(config, server, "rate=20/s&per_domain=20/s"), worker, threading.Event())
    assert making.read_balanced(campaign).sent == 4


@contextmanager
def waiting_at_each_commit(seconds: float) -> Iterator[None]:
    def wait(_connection: Connection) -> None:
        time.sleep(seconds)

    event.listen(db.engine, "commit", wait)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", wait)


def test_windows_of_turns_follow_one_another_whoever_reserves() -> None:
    begin = NINE.timestamp()
    with db.engine.begin() as connection:
        ends = [move_on(connection, {"server": 1.0, "domain": 0.5}, begin + late) for late in (0, 0.2, 0.4, 9)]
    assert [round(each["server"] - begin, 3) for each in ends] == [1, 2, 3, 10]
    assert [round(each["domain"] - begin, 3) for each in ends] == [0.5, 1, 1.5, 9.5]


def test_a_turn_that_a_wrong_clock_put_into_the_future_is_forgotten() -> None:
    begin = NINE.timestamp()
    with db.engine.begin() as connection:
        move_on(connection, {"server": 1.0}, begin + 86_400)
        assert move_on(connection, {"server": 1.0}, begin) == {"server": begin + 1}


def test_two_workers_share_what_an_hour_allows(config: Config, outbox: MemoryTransport) -> None:
    limited = _limit(config, "hourly=50")
    making.add_people("diaspora", making.make_people(80))
    with ExitStack() as places, time_machine.travel(NINE, tick=False) as traveller:
        campaign = making.schedule_campaign()
        jobs.look(limited)
        workers = [places.enter_context(working(db.engine, config.data_dir, clock.now())) for _ in range(2)]
        for worker in workers:
            jobs.send(limited, worker, threading.Event(), lambda: outbox)
        ledger = making.read_balanced(campaign)
        assert (ledger.sent, ledger.pending, len(outbox.outbox)) == (50, 30, 50)
        assert db.session.scalar(select(func.count(ClaimedDelivery.delivery_id))) == 0
        stopped = db.session.get_one(Campaign, campaign.id)
        assert stopped.state == CampaignState.SENDING
        assert stopped.state_reason == "Se alcanzó el límite de 50 correos por hora: sigue a las 10:01"
        traveller.move_to(NINE + timedelta(minutes=60))
        assert jobs.tick(limited, lambda: outbox) == 0
        assert len(outbox.outbox) == 50
        traveller.move_to(NINE + timedelta(minutes=61))
        jobs.send(limited, workers[1], threading.Event(), lambda: outbox)
        db.session.expire_all()
        assert db.session.get_one(Campaign, campaign.id).state_reason == ""
    assert making.read_balanced(campaign).sent == 80


def test_a_day_has_its_limit_too(config: Config, outbox: MemoryTransport) -> None:
    limited = _limit(config, "hourly=6000&daily=30")
    making.add_people("diaspora", making.make_people(40))
    with time_machine.travel(NINE, tick=False) as traveller, working(db.engine, config.data_dir, NINE) as worker:
        campaign = making.schedule_campaign()
        jobs.tick(limited, lambda: outbox)
        assert len(outbox.outbox) == 30
        reason = db.session.get_one(Campaign, campaign.id).state_reason
        assert reason == "Se alcanzó el límite de 30 correos por día: sigue el 4 mar 2026, 9:01"
        traveller.move_to(NINE + timedelta(hours=24, minutes=1))
        jobs.send(limited, worker, threading.Event(), lambda: outbox)
    assert making.read_balanced(campaign).sent == 40


def test_what_is_booked_and_does_not_leave_is_given_back(config: Config, outbox: MemoryTransport) -> None:
    limited = _limit(config, "hourly=5")
    making.add_people("diaspora", making.make_people(6))
    campaign = making.schedule_campaign()
    jobs.look(limited)
    gone = db.session.scalars(select(Contact).where(Contact.email.like("persona00000@%"))).one()
    unsubscribe(gone, get_audience("diaspora"), Evidence("a test"))
    db.session.commit()
    with working(db.engine, config.data_dir, clock.now()) as worker:
        jobs.send(limited, worker, threading.Event(), lambda: outbox)
    ledger = making.read_balanced(campaign)
    assert (ledger.sent, ledger.skipped, ledger.pending) == (5, 1, 0)
    assert db.session.scalar(select(func.sum(BookedMinute.number))) == 5


def test_those_who_book_at_once_never_book_more_than_there_is(config: Config) -> None:
    line = threading.Barrier(4, timeout=20)
    engine = db.engine

    def book() -> int:
        quota = Quota(replace(config.smtp, hourly=100, daily=1_000))
        line.wait()
        with engine.begin() as connection:
            return quota.book(connection, 30, NINE)

    with ThreadPoolExecutor(4) as pool:
        booked = [pool.submit(book) for _ in range(4)]
        assert sorted(each.result() for each in booked) == [10, 30, 30, 30]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a domain for slow sooner than in earnest."""
    monkeypatch.setattr(domains, "_SLOW_SECONDS", 0.2)


def _count_before_last(server: _TimedServer, others: Sequence[str], domain: str) -> int:
    """Count the messages that a domain got before the others had all of theirs."""
    last = max(position for position, (_at, each) in enumerate(server.moments) if each in others)
    return sum(each == domain for _at, each in server.moments[:last])


@pytest.mark.usefixtures("impatient")
def test_of_three_domains_one_stalls_and_the_others_finish_first(config: Config) -> None:
    making.add_people("diaspora", _people("lenta.example.org", 16))
    making.add_people("diaspora", _people("una.example.org", 30) + _people("otra.example.org", 30))
    campaign = making.schedule_campaign()
    jobs.look(config)
    with _TimedServer({"lenta.example.org": 0.5}) as server:
        jobs.tick(_point(config, server, "connections=4"))
    assert making.read_balanced(campaign).sent == 76
    # Each of the four connections had met the slow domain before anybody could know.
    assert _count_before_last(server, ["una.example.org", "otra.example.org"], "lenta.example.org") <= 6


@pytest.mark.usefixtures("impatient")
def test_a_single_connection_serves_a_slow_domain_last(config: Config) -> None:
    making.add_people("diaspora", _people("lenta.example.org", 4))
    making.add_people("diaspora", _people("una.example.org", 30))
    campaign = making.schedule_campaign()
    with _TimedServer({"lenta.example.org": 0.5}) as server:
        jobs.tick(_point(config, server, "connections=1"))
    assert making.read_balanced(campaign).sent == 34
    assert _count_before_last(server, ["una.example.org"], "lenta.example.org") <= 2


def test_two_workers_together_keep_the_rate_of_a_domain_and_let_the_others_pass(app: Flask, config: Config) -> None:
    making.add_people("diaspora", _people("una.example.org", 30) + _people("otra.example.org", 5))
    campaigns = [making.schedule_campaign() for _ in range(2)]
    jobs.look(config)
    with _TimedServer() as server:
        _send_side_by_side(app, _point(config, server, "per_domain=20/s"), 2)
    assert [making.read_balanced(campaign).sent for campaign in campaigns] == [35, 35]
    assert server.count_most(1.0, "una.example.org") <= 28
    assert _count_before_last(server, ["otra.example.org"], "una.example.org") <= 30


def test_a_domain_at_its_limit_does_not_hold_up_those_in_later_chunks(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "_CHUNK", 10)
    making.add_people("diaspora", _people("una.example.org", 40))
    others = [f"otra{number}.example.org" for number in range(5)]
    making.add_people("diaspora", [(f"persona@{domain}", "es") for domain in others])
    campaign = making.schedule_campaign()
    jobs.look(config)
    with _TimedServer() as server:
        jobs.tick(_point(config, server, "per_domain=15/s"))
    assert making.read_balanced(campaign).sent == 45
    assert max(map(server.count_for, {message.rcpt_to for message in server.taken})) == 1
    assert _count_before_last(server, others, "una.example.org") <= 20
