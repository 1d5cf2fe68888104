"""Whose turn it is among the domains that messages go to: a slow one, or one at its limit, does not hold up the others.

A domain is slow when one of its messages was under way for long. While messages to others are there, it gets one
connection at most, and all slow ones together at most half of them.
"""

import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping

from outreach.dispatch.claiming import Claim
from outreach.dispatch.turns import SHORTEST_WAIT, Turns

_SLOW_SECONDS = 2.0
# As long after its last long message a domain is a domain like others.
_FORGIVEN_SECONDS = 10.0
_LONGEST_WAIT = 0.1
# How long to wait for others once all that is due was looked at.
_SHORTEST_BACKOFF = 1.0
_LONGEST_BACKOFF = 60.0


def name_domain(item: Claim) -> str:
    """Return the domain that a message goes to."""
    return item.email.rpartition("@")[2].lower()


class Domains:
    """The order in which one run serves the domains in its queue; `are_watched` is False while there is no need."""

    def __init__(self, turns: Turns | None, connections: int) -> None:
        self._turns = turns
        self._most_slow = connections // 2
        self._slow: dict[str, float] = {}
        self._since: dict[int, float] = {}
        self._marks: set[int] = set()
        self._backoff = 0.0
        self._next_look = 0.0
        self.are_watched = turns is not None
        self.is_more_due = False
        self.wants_others = False

    def note_under_way(self, items: Iterable[Claim]) -> None:
        """Look, several times a second, at the message that each connection is busy with."""
        now = time.monotonic()
        since: dict[int, float] = {}
        for item in items:
            started = since[item.delivery_id] = self._since.get(item.delivery_id, now)
            if now - started > _SLOW_SECONDS:
                self._slow[name_domain(item)] = now
        self._since = since
        for domain in [domain for domain, last in self._slow.items() if now - last > _FORGIVEN_SECONDS]:
            del self._slow[domain]
        self.are_watched = bool(self._slow) or self._turns is not None

    def is_slow(self, items: Iterable[Claim]) -> bool:
        """Tell whether a message that follows these on their connection could be held up."""
        return bool(self._slow) and any(name_domain(item) in self._slow for item in items)

    def bring_forward(self, queue: deque[Claim], under_way: Iterable[Mapping[int, Claim]]) -> float:
        """Put first a message that may leave now, and use its domain's turn; else return how many seconds to wait."""
        self._reserve(queue)
        position, wait = self._find(queue, self._list_held(under_way))
        self.wants_others = position is None and self._is_time_to_look()
        if position is None and wait is None and not self.wants_others:
            # Nothing but slow domains is left.
            position, wait = self._find(queue, set())
        if position is None:
            return min(wait or _LONGEST_WAIT, _LONGEST_WAIT)
        item = queue[position]
        del queue[position]
        queue.appendleft(item)
        if self._turns:
            self._turns.spend(name_turn(name_domain(item)))
        return 0.0

    def note_look(self, queue: Iterable[Claim]) -> None:
        """Say that the queue is put back, behind all others; one message of each queue marks what was seen."""
        ids = [item.delivery_id for item in queue]
        if self._marks.isdisjoint(ids):
            self._backoff = 0.0
        else:
            self._marks.clear()
            self._backoff = min(max(self._backoff * 2, _SHORTEST_BACKOFF), _LONGEST_BACKOFF)
        self._marks.add(ids[0])
        self._next_look = time.monotonic() + self._backoff

    def _is_time_to_look(self) -> bool:
        """Tell whether others may be due that are not in the queue; looks in vain become rarer."""
        return self.is_more_due and time.monotonic() >= self._next_look

    def _list_held(self, under_way: Iterable[Mapping[int, Claim]]) -> set[str]:
        if not self._slow:
            return set()
        busy = {name_domain(item) for items in under_way for item in items.values()} & self._slow.keys()
        return set(self._slow) if len(busy) >= self._most_slow else busy

    def _find(self, queue: deque[Claim], held: set[str]) -> tuple[int | None, float | None]:
        """Return where the first message stands that may leave, and the shortest wait for those that may not yet."""
        shortest: float | None = None
        seen = set(held)
        for position, item in enumerate(queue):
            domain = name_domain(item)
            if domain in seen:
                continue
            wait = self._turns.find_wait(name_turn(domain)) if self._turns else 0.0
            if wait is None:  # what was reserved for it passed by meanwhile
                wait = SHORTEST_WAIT
            if not wait:
                return position, None
            seen.add(domain)
            shortest = wait if shortest is None else min(wait, shortest)
        return None, shortest

    def _reserve(self, queue: deque[Claim]) -> None:
        """Reserve turns for the domains in the queue that have none, and at once for those that soon have none."""
        turns = self._turns
        if turns is None:
            return
        numbers = Counter(name_turn(name_domain(item)) for item in queue)
        if any(turns.find_wait(name) is None for name in numbers):
            turns.reserve({name: number for name, number in numbers.items() if turns.is_nearly_over(name)})


def name_turn(domain: str) -> str:
    """Return the name of a domain's turns."""
    return f"domain {domain}"
