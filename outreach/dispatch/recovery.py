"""What to do with the claims of a worker that died: nothing is sent twice, nobody stays without a state."""

import random
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, select, update

from outreach.campaigns.models import Campaign
from outreach.dispatch.journal import Answer, read_journal
from outreach.dispatch.models import ClaimedDelivery, Delivery, Worker
from outreach.dispatch.recording import Result, record
from outreach.dispatch.rules import LEASE, Outcome, Settlement, Trial, settle
from outreach.dispatch.workers import find_boot, folder_of, is_lock_free
from outreach.mail.transport import Kind


def recover(engine: Engine, data_dir: Path, now: datetime, zone: str) -> int:
    """Settle the claims of all workers that are gone; return how many deliveries were in their hands.

    A worker of this machine is gone when its lock is free, one elsewhere when it has not been seen for the lease. The
    journal of a worker that died while the machine stayed up is complete: what it never tried goes back to the queue,
    what was answered gets its outcome, and only what had no answer is uncertain. Without a journal that can be relied
    on, all that it held is uncertain.
    """
    with engine.connect() as connection:
        workers = connection.execute(
            select(Worker.id, Worker.token, Worker.boot, Worker.seen_at).where(Worker.ended_at.is_(None))
        ).all()
    settled = 0
    for worker in workers:
        folder = folder_of(data_dir, worker.token)
        is_gone = is_lock_free(folder)
        if is_gone is False or (is_gone is None and now - worker.seen_at <= LEASE):
            continue
        is_reliable = is_gone is True and worker.boot == find_boot()
        journal = read_journals(folder) if is_reliable else None
        with engine.begin() as connection:
            if _is_first_to_end(connection, worker.id, now):
                settled += settle_claims(connection, worker.id, journal, now, zone)
        shutil.rmtree(folder, ignore_errors=True)
    return settled


def _is_first_to_end(connection: Connection, worker_id: int, now: datetime) -> bool:
    """Note the end of a worker; False when another process, which the update waits for, noted it before."""
    ended = update(Worker).where(Worker.id == worker_id, Worker.ended_at.is_(None)).values(ended_at=now)
    return connection.execute(ended).rowcount == 1


def settle_claims(
    connection: Connection, worker_id: int, journal: Mapping[int, Answer | None] | None, now: datetime, zone: str
) -> int:
    """Give each delivery that the worker holds its outcome; `journal` is None where none can be relied on."""
    rows = connection.execute(
        select(Delivery.id, Delivery.dispatch_id, Delivery.attempts, Campaign.released_at, Campaign.not_after)
        .join(ClaimedDelivery, ClaimedDelivery.delivery_id == Delivery.id)
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(ClaimedDelivery.worker_id == worker_id)
    ).all()
    results = []
    for row in rows:
        trial = Trial(row.attempts, row.released_at, row.not_after)
        answer = journal.get(row.id) if journal is not None else None
        is_untried = journal is not None and row.id not in journal
        judgement = _judge(answer, trial, now, is_untried=is_untried)
        results.append(Result(row.id, row.dispatch_id, row.attempts, *judgement))
    record(connection, worker_id, results, zone)
    return len(results)


def _judge(
    answer: Answer | None, trial: Trial, now: datetime, *, is_untried: bool
) -> tuple[Settlement, datetime, str, str]:
    if is_untried:
        outcome = Outcome.WAITING if trial.attempts else Outcome.QUEUED
        return Settlement(outcome, next_attempt_at=now, counts_attempt=False), now, "claimed", ""
    if answer is None:
        return Settlement(Outcome.UNCERTAIN), now, "dot", ""
    verdict = answer.verdict
    return settle(verdict, trial, answer.at, random.random()), answer.at, verdict.stage, verdict.reply  # noqa: S311  spreads retries, guards nothing


def read_journals(folder: Path) -> Mapping[int, Answer | None]:
    """Return what the journals of a worker say, those of all its threads together.

    What one thread gave back another may have in flight before the first has cleared its journal: where two speak of
    the same delivery, the word after which it must not be sent again holds. A journal that is removed meanwhile, or the
    whole folder, is no longer needed: another process has committed what it said.
    """
    entries: dict[int, Answer | None] = {}
    for path in _list_if_there(folder):
        for delivery_id, answer in _read_if_there(path).items():
            if delivery_id not in entries or not _may_go_again(answer):
                entries[delivery_id] = answer
    return entries


def _list_if_there(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix == ".journal"]
    except FileNotFoundError:
        return []


def _read_if_there(path: Path) -> Mapping[int, Answer | None]:
    try:
        return read_journal(path)
    except FileNotFoundError:
        return {}


def _may_go_again(answer: Answer | None) -> bool:
    return answer is not None and answer.verdict.kind in {Kind.RETURNED, Kind.POSTPONED}
