"""The moments at which a sender is killed: the product's own functions, wrapped in the process that is to die."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from greenlet import getcurrent, greenlet

from outreach.dispatch import courier, jobs, recovery, release, sending, starting, workers
from outreach.dispatch.journal import Journal
from outreach.dispatch.recording import record
from outreach.dispatch.watch import Watch
from outreach.mail.transport import Stage
from outreach.mail.wire import Wire


def die() -> None:
    """End this process as a power button would; nothing of it runs any more."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def replace(owner: object, name: str, value: object) -> None:
    """Put something else in the place of an attribute."""
    assert hasattr(owner, name), name
    setattr(owner, name, value)


def die_before(owner: object, name: str, is_time: Callable[..., bool]) -> None:
    """Die instead of calling what `name` is, with the arguments that `is_time` says."""
    original = getattr(owner, name)

    @wraps(original)
    def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the original takes and gives
        if is_time(*arguments, **named):
            die()
        return original(*arguments, **named)

    replace(owner, name, call)


def die_after(owner: object, name: str, is_time: Callable[..., bool]) -> None:
    """Die when `name` has returned; `is_time` is given its answer, then its arguments."""
    original = getattr(owner, name)

    @wraps(original)
    def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the original takes and gives
        answer = original(*arguments, **named)
        if is_time(answer, *arguments, **named):
            die()
        return answer

    replace(owner, name, call)


def _always(*_arguments: object, **_named: object) -> bool:
    return True


@dataclass(slots=True)
class Target:
    """The delivery at whose step the sender dies, and what its own lane and thread did with it so far."""

    delivery_id: int
    has_dot: dict[greenlet, bool] = field(default_factory=dict)
    has_record: dict[int, bool] = field(default_factory=dict)

    def is_in(self, items: Iterable[Any]) -> bool:
        """Tell whether it is among claims or results."""
        return any(item.delivery_id == self.delivery_id for item in items)

    def watch_dots(self) -> None:
        """Remember, for each lane, whether the dot it waits for is this delivery's."""
        original = Journal.note_dot

        def note_dot(journal: Journal, delivery_id: int) -> None:
            original(journal, delivery_id)
            self.has_dot[getcurrent()] = delivery_id == self.delivery_id

        replace(Journal, "note_dot", note_dot)

    def watch_records(self) -> None:
        """Remember, for each thread, whether the outcomes it has written hold this delivery's."""

        def record_and_note(connection: Any, worker_id: int, results: Any, *others: Any) -> Any:  # noqa: ANN401 - passed on
            first = record(connection, worker_id, results, *others)
            thread = threading.get_ident()
            # Once it is written it stays so: a journal is cleared later where a message is in flight meanwhile.
            self.has_record[thread] = self.has_record.get(thread, False) or self.is_in(results)
            return first

        replace(courier, "record", record_and_note)


def _await_reply(target: Target) -> None:
    target.watch_dots()

    def is_time(wire: Wire) -> bool:
        return wire.phase is Stage.DOT and target.has_dot.get(getcurrent(), False)

    die_before(Wire, "getreply", is_time)


def _look_again(target: Target) -> None:
    """Die after a look at what is claimed already, which there is only when there is news."""
    replace(Watch, "has_news", _always)
    die_after(courier.Courier, "_look", lambda _none, run: target.is_in(run._queue))  # noqa: SLF001 - what it has in hand


def _clear(target: Target, hook: Callable[[object, str, Callable[..., bool]], None]) -> None:
    target.watch_records()
    hook(Journal, "clear", lambda *_: target.has_record.get(threading.get_ident(), False))


# What a message goes through. The steps marked * leave exactly one message a connection in doubt.
OF_A_MESSAGE: dict[str, Callable[[Target], None]] = {
    "before the claim's commit": lambda target: die_after(courier, "claim", lambda claims, *_: target.is_in(claims)),
    "after the claim's commit": lambda target: die_after(
        courier.Courier, "_claim", lambda claims, _self: target.is_in(claims)
    ),
    "after a look": _look_again,
    "after its letter is written": lambda target: die_after(
        courier.Courier, "_prepare", lambda _letter, _self, item, _skip: item.delivery_id == target.delivery_id
    ),
    "before the dot's line": lambda target: die_before(
        Journal, "note_dot", lambda _self, number: number == target.delivery_id
    ),
    "* before the write": lambda target: die_after(
        Journal, "note_dot", lambda _none, _self, number: number == target.delivery_id
    ),
    "* before the reply": _await_reply,
    "* before the verdict's line": lambda target: die_before(
        Journal, "note_verdict", lambda _self, number, *_: number == target.delivery_id
    ),
    "after the verdict's line": lambda target: die_after(
        Journal, "note_verdict", lambda _none, _self, number, *_: number == target.delivery_id
    ),
    "before the outcomes' commit": lambda target: die_after(
        courier, "record", lambda _first, _connection, _worker, results, *_: target.is_in(results)
    ),
    "after the outcomes' commit": lambda target: _clear(target, die_before),
    "after the journal is cleared": lambda target: _clear(target, die_after),
}

# What a run goes through before and after its messages.
OF_A_RUN: dict[str, Callable[[Target], None]] = {
    "in the release": lambda _: die_before(release, "_write_deliveries", _always),
    "before the release's commit": lambda _: die_after(starting, "release", _always),
    "after the release's commit": lambda _: die_before(jobs, "close_ended", _always),
    "before the worker has a row": lambda _: die_before(workers, "insert", _always),
    "after the worker has a row": lambda _: die_before(jobs, "send", _always),
    "before the leftovers": lambda _: die_before(sending, "_settle_leftovers", _always),
    "before the leftovers' commit": lambda _: die_after(sending, "settle_claims", _always),
    "after the leftovers' commit": lambda _: die_after(sending, "_settle_leftovers", _always),
}

# What a restart after a kill goes through.
OF_A_RECOVERY: dict[str, Callable[[Target], None]] = {
    "before the recovery": lambda _: die_before(recovery, "settle_claims", _always),
    "before the recovery's commit": lambda _: die_after(recovery, "settle_claims", _always),
    "after the recovery's commit": lambda _: die_before(shutil, "rmtree", _always),
    "after the recovery": lambda _: die_before(jobs, "start_due", _always),
}

STEPS = OF_A_MESSAGE | OF_A_RUN | OF_A_RECOVERY
