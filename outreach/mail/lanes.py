"""Several conversations side by side in one thread: where one would wait for its peer, another goes on.

A thread for each would hand the interpreter from one to the other at every system call, which costs more than what is
said. Code that runs in a lane reads as if it were alone; only `wait_ready` and `pause` give way,
and with them the taking of a `Key`.
"""

import math
import select
import time
from collections.abc import Callable, Sequence

from greenlet import greenlet

# How often `between` is called, and deadlines are looked at, while lanes wait.
_TICK_SECONDS = 0.05
_MILLISECONDS = 1000
# How often a lane that waits for a key looks for it.
_KEY_SECONDS = 0.001


class _Lane(greenlet):
    """One conversation; `until` is the moment its present wait ends, awaited or not."""

    def __init__(self, lanes: "Lanes", work: Callable[[], None]) -> None:
        super().__init__(work, greenlet.getcurrent())
        self.lanes = lanes
        self.until = 0.0
        self.descriptor: int | None = None


def wait_ready(descriptor: int, *, to_write: bool, until: float) -> bool:
    """Wait until a socket can be read (or written), at most until a moment of the monotonic clock; False: too late.

    Other lanes go on meanwhile. A moment that has passed still gives a last, very short chance.
    """
    events = select.POLLOUT if to_write else select.POLLIN
    current = greenlet.getcurrent()
    if isinstance(current, _Lane):
        return current.lanes.wait(current, until, descriptor, events)
    alone = select.poll()
    alone.register(descriptor, events)
    return bool(alone.poll(max(math.ceil((until - time.monotonic()) * _MILLISECONDS), 1)))


def is_in_lane() -> bool:
    """Tell whether the code that asks runs in a lane."""
    return isinstance(greenlet.getcurrent(), _Lane)


def pause(seconds: float) -> None:
    """Wait so long; other lanes go on meanwhile."""
    current = greenlet.getcurrent()
    if isinstance(current, _Lane):
        current.lanes.wait(current, time.monotonic() + seconds)
    else:
        time.sleep(seconds)


class Key:
    """What one lane has at a time, while it waits in the middle of something; the others wait for it.

    Outside of lanes nobody can wait for a lane: look whether it `is_taken` first.
    """

    def __init__(self) -> None:
        self.is_taken = False

    def __enter__(self) -> None:
        while self.is_taken:
            pause(_KEY_SECONDS)
        self.is_taken = True

    def __exit__(self, *_problem: object) -> None:
        self.is_taken = False


class Lanes:
    """Runs pieces of work side by side in the thread that calls `run`."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._reading: dict[int, _Lane] = {}
        self._pausing: set[_Lane] = set()
        self._loop = greenlet.getcurrent()
        self._is_over = False

    def run(self, works: Sequence[Callable[[], None]], between: Callable[[], None]) -> None:
        """Run each work to its end; `between` is called several times a second while all of them wait.

        What a work raises ends all of them: whoever wants the others to go on keeps it.
        """
        self._loop = greenlet.getcurrent()
        lanes = [_Lane(self, work) for work in works]
        try:
            for lane in lanes:
                lane.switch()
            self._go_on(between)
        finally:
            self._is_over = True
            for lane in lanes:
                lane.throw()  # ends those that were left in the middle

    def _go_on(self, between: Callable[[], None]) -> None:
        tick = time.monotonic() + _TICK_SECONDS
        while self._reading or self._pausing:
            first = min([tick, *(lane.until for lane in self._pausing)]) if self._pausing else tick
            wait = math.ceil((first - time.monotonic()) * _MILLISECONDS)
            for descriptor, _events in self._poll.poll(max(wait, 0)):
                self._wake(self._reading[descriptor], is_ready=True)
            now = time.monotonic()
            if now >= first:
                for lane in [lane for lane in (*self._reading.values(), *self._pausing) if lane.until <= now]:
                    self._wake(lane, is_ready=False)
            if now >= tick:
                tick = now + _TICK_SECONDS
                between()

    def _wake(self, lane: _Lane, *, is_ready: bool) -> None:
        if lane.descriptor is None:
            self._pausing.discard(lane)
        else:
            self._poll.unregister(lane.descriptor)
            del self._reading[lane.descriptor]
        lane.switch(is_ready)

    def wait(self, lane: _Lane, until: float, descriptor: int | None = None, events: int = 0) -> bool:
        """Give way until `descriptor` is ready or the moment has come; see `wait_ready`."""
        if self._is_over:
            return False
        lane.until = until
        lane.descriptor = descriptor
        if descriptor is None:
            self._pausing.add(lane)
        else:
            self._poll.register(descriptor, events)
            self._reading[descriptor] = lane
        return bool(self._loop.switch())
