"""Slots in time that all workers of a database share: who reserves some spaces its messages in them."""

import math
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, case, delete
from sqlalchemy.dialects import postgresql, sqlite

from outreach import clock
from outreach.dispatch.models import Turn

# About as long a reservation lasts, so that it costs a transaction a second.
_WINDOW_SECONDS = 1.0
# A slot may be used so much later than its moment; older ones are lost, so that nothing piles up.
_LATEST_SECONDS = 0.1
_NEARLY_OVER_SECONDS = 0.25
# Lanes that wait for the same slot, or for one that has to be reserved anew, wake together: not more often than this.
SHORTEST_WAIT = 0.005
# Nobody reserves so far ahead: where a row says so, a clock went back.
_FARTHEST_SECONDS = 600.0
_MOST_WINDOWS_AHEAD = 50
_FORGOTTEN_SECONDS = 3600.0


class Turns:
    """The slots of one worker under any number of names, `per_second` for each name over all workers together."""

    def __init__(self, database: Engine, per_second: float) -> None:
        self._database = database
        self._interval = 1 / per_second
        self._most = max(int(per_second * _WINDOW_SECONDS), 1)
        self._windows: dict[str, _Window] = {}

    def find_wait(self, name: str) -> float | None:
        """Return in how many seconds the next slot comes, 0 when it is there; None when one has to be reserved."""
        window = self._windows.get(name)
        if window is None:
            return None
        now = time.monotonic()
        late = now - _LATEST_SECONDS - window.next_at
        if late > 0:
            window.skip(math.ceil(late / self._interval), self._interval)
        if window.left <= 0:
            del self._windows[name]
            return None
        return max(window.next_at - now, 0.0)

    def spend(self, name: str) -> None:
        """Use the slot that `find_wait` spoke of."""
        self._windows[name].skip(1, self._interval)

    def is_nearly_over(self, name: str) -> bool:
        """Tell whether a reservation may be made under this name along with others."""
        window = self._windows.get(name)
        end = window.next_at + window.left * self._interval if window else 0.0
        return end - time.monotonic() < _NEARLY_OVER_SECONDS

    def reserve(self, wanted: Mapping[str, int]) -> None:
        """Reserve slots under each name, as many as wanted but about a second's worth at most, in one transaction.

        However long the transaction takes, its first slot is not lost.
        """
        numbers = {name: min(number, self._most) for name, number in wanted.items()}
        now = clock.now().timestamp()
        offset = time.monotonic() - now
        with self._database.begin() as connection:
            seconds = {name: number * self._interval for name, number in numbers.items()}
            ends = move_on(connection, seconds, now)
        for name, number in numbers.items():
            self._add(name, ends[name] - seconds[name] + offset, number)

    def _add(self, name: str, begins_at: float, number: int) -> None:
        window = self._windows.get(name)
        if window and abs(window.next_at + window.left * self._interval - begins_at) < self._interval:
            window.left += number
        else:
            self._windows[name] = _Window(max(begins_at, time.monotonic()), number)


class _Window:
    """Slots that are reserved: the moment of the next on the monotonic clock, and how many there are."""

    __slots__ = ("left", "next_at")

    def __init__(self, next_at: float, left: int) -> None:
        self.next_at = next_at
        self.left = left

    def skip(self, number: int, interval: float) -> None:
        self.next_at += number * interval
        self.left -= number


def move_on(connection: Connection, seconds: Mapping[str, float], now: float) -> dict[str, float]:
    """Push each name's next free moment on by some seconds, from `now` (POSIX) at the earliest; return the new ones.

    The rows stay locked until the caller's transaction ends, taken in one order, so that two never wait for each other.
    """
    rows = [{"name": name, "next_at": now + length} for name, length in sorted(seconds.items())]
    statement = begin_upsert(connection, Turn).values(rows)
    fresh = statement.excluded.next_at
    farthest = _FARTHEST_SECONDS + _MOST_WINDOWS_AHEAD * (fresh - now)
    is_ahead = and_(Turn.next_at > now, Turn.next_at - now < farthest)
    moved = statement.on_conflict_do_update(
        index_elements=[Turn.name], set_={"next_at": case((is_ahead, Turn.next_at + (fresh - now)), else_=fresh)}
    )
    return {row.name: row.next_at for row in connection.execute(moved.returning(Turn.name, Turn.next_at))}


def forget_old(connection: Connection, now: float) -> None:
    """Drop the names under which nobody has reserved anything for an hour."""
    connection.execute(delete(Turn).where(Turn.next_at < now - _FORGOTTEN_SECONDS))


def begin_upsert(connection: Connection, model: Any) -> Any:  # noqa: ANN401 - each database has its own INSERT
    """Return an INSERT that can say what happens to a row that is there already."""
    table: Table = model.__table__
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
