"""How outcomes enter the ledger, in groups, and how a dispatch becomes a line of the log."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Text, bindparam, case, column, func, insert, or_, update

from outreach.clock import day_in
from outreach.db import UtcDateTime
from outreach.dispatch.chain import seal_new_lines
from outreach.dispatch.claiming import let_go
from outreach.dispatch.correcting import move_day
from outreach.dispatch.models import Attempt, Delivery, Dispatch
from outreach.dispatch.rapid import execute, execute_many, read_array, write_array, write_texts
from outreach.dispatch.rules import PENDING, Outcome, Settlement
from outreach.dispatch.tallies import move

_NOTHING_MARKED: Mapping[int, datetime] = MappingProxyType({})


class Result(NamedTuple):
    """What became of one claimed delivery, and when; `stage` and `reply` are the server's."""

    delivery_id: int
    dispatch_id: int
    attempts: int
    settlement: Settlement
    at: datetime
    stage: str = ""
    reply: str = ""


# Nearly all outcomes are this one; it leaves alone what an acceptance does not change.
_ACCEPT = (
    update(Delivery)
    .where(Delivery.id == bindparam("delivery"))
    .values(
        outcome=Outcome.SENT,
        reply=bindparam("reply"),
        attempts=Delivery.attempts + 1,
        finished_at=bindparam("finished_at"),
    )
)

# The same for a whole group in one statement: PostgreSQL is asked once, not a hundred times.
_ACCEPTED = (
    func.unnest(
        read_array("deliveries", Integer),
        read_array("replies", Text),
        read_array("moments", UtcDateTime),
    )
    .table_valued(column("delivery", Integer), column("reply", Text), column("finished_at", UtcDateTime))
    .render_derived("accepted")
)
_ACCEPT_TOGETHER = (
    update(Delivery)
    .where(Delivery.id == _ACCEPTED.c.delivery)
    .values(
        outcome=Outcome.SENT,
        reply=_ACCEPTED.c.reply,
        attempts=Delivery.attempts + 1,
        finished_at=_ACCEPTED.c.finished_at,
    )
    .execution_options(synchronize_session=False)
)

_SETTLE = (
    update(Delivery)
    .where(Delivery.id == bindparam("delivery"))
    .values(
        outcome=bindparam("outcome"),
        reason=bindparam("reason"),
        reply=bindparam("reply"),
        attempts=bindparam("attempts"),
        next_attempt_at=bindparam("next_attempt_at"),
        finished_at=bindparam("finished_at"),
    )
)


def record(
    connection: Connection,
    worker_id: int,
    results: Sequence[Result],
    zone: str,
    marked: Mapping[int, datetime] = _NOTHING_MARKED,
) -> dict[int, datetime]:
    """Write the outcomes of a group in the caller's transaction; only what the worker still holds is touched.

    Returns the first acceptance of each dispatch in the group. What is `marked`, committed before by such a group, is
    not looked at again.
    """
    held = let_go(connection, worker_id, [result.delivery_id for result in results])
    if len(held) < len(results):
        results = [result for result in results if result.delivery_id in held]
    accepted = [result for result in results if result.settlement.outcome is Outcome.SENT]
    others = [result for result in results if result.settlement.outcome is not Outcome.SENT]
    first: dict[int, datetime] = {}
    if accepted:
        _accept(connection, accepted)
        for result in accepted:
            known = first.get(result.dispatch_id) or marked.get(result.dispatch_id)
            if known is None or result.at < known:
                first[result.dispatch_id] = result.at
        mark_accepted(connection, first.items(), zone)
    if others:
        connection.execute(_SETTLE, [_row_of(result) for result in others])
    move(connection, Counter((result.dispatch_id, result.settlement.outcome) for result in results))
    troubles = [_attempt_of(result) for result in others if result.settlement.outcome not in _SILENT]
    if troubles:
        connection.execute(insert(Attempt), troubles)
    return first


def _accept(connection: Connection, accepted: Sequence[Result]) -> None:
    if connection.dialect.name == "postgresql":
        group = {
            "deliveries": write_array([str(result.delivery_id) for result in accepted]),
            "replies": write_texts([result.reply for result in accepted]),
            "moments": write_texts([str(result.at) for result in accepted]),
        }
        execute(connection, _ACCEPT_TOGETHER, group)
    else:
        rows = [(result.delivery_id, result.reply, result.at) for result in accepted]
        execute_many(connection, _ACCEPT, ("delivery", "reply", "finished_at"), rows)


# An acceptance and a skip are told by the delivery itself.
_SILENT = {Outcome.SENT, Outcome.SKIPPED}


def mark_accepted(connection: Connection, accepted: Iterable[tuple[int, datetime]], zone: str) -> None:
    """Turn dispatches into lines of the log from their first acceptance, on its calendar day in `zone`."""
    first: dict[int, datetime] = {}
    for dispatch_id, at in accepted:
        first[dispatch_id] = min(at, first.get(dispatch_id, at))
    for dispatch_id, at in sorted(first.items()):
        _mark_first(connection, dispatch_id, at, day_in(zone, at))


def _mark_first(connection: Connection, dispatch_id: int, at: datetime, day: date) -> None:
    """Note an acceptance that is the first so far; a line that is in the chain already gets its day by a correction."""
    marked = connection.execute(
        update(Dispatch)
        .where(
            Dispatch.id == dispatch_id,
            or_(Dispatch.first_accepted_at.is_(None), Dispatch.first_accepted_at > at),
        )
        .values(first_accepted_at=at, sent_on=case((Dispatch.sha256.is_(None), day), else_=Dispatch.sent_on))
    )
    if marked.rowcount:
        seal_new_lines(connection)
        move_day(connection, dispatch_id, day, at)


def _row_of(result: Result) -> dict[str, Any]:
    settlement = result.settlement
    return {
        "delivery": result.delivery_id,
        "outcome": settlement.outcome,
        "reason": settlement.reason,
        "reply": result.reply,
        "attempts": result.attempts + settlement.counts_attempt,
        "next_attempt_at": settlement.next_attempt_at or result.at,
        "finished_at": None if settlement.outcome in PENDING else result.at,
    }


def _attempt_of(result: Result) -> dict[str, Any]:
    return {
        "delivery_id": result.delivery_id,
        "at": result.at,
        "outcome": result.settlement.outcome,
        "stage": result.stage,
        "reply": result.reply,
    }
