"""Conversations side by side in one thread: each waits alone, none holds up the others."""

import socket
import time
from collections.abc import Iterator
from functools import partial

import pytest

from outreach.mail.lanes import Key, Lanes, pause, wait_ready

LONG = 30.0


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def do_nothing() -> None:
    """Stand for what is done between."""


def test_a_lane_that_waits_lets_another_go_on(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    order: list[str] = []

    def listen() -> None:
        order.append("listening")
        assert wait_ready(ours.fileno(), to_write=False, until=time.monotonic() + LONG)
        order.append(ours.recv(10).decode())

    def speak() -> None:
        order.append("speaking")
        theirs.send(b"heard")

    Lanes().run([listen, speak], do_nothing)
    assert order == ["listening", "speaking", "heard"]


def test_a_wait_that_is_too_long_ends_for_its_lane_alone(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    ended: dict[str, bool] = {}

    def wait_in_vain() -> None:
        ended["in vain"] = wait_ready(ours.fileno(), to_write=False, until=time.monotonic() + 0.01)

    def write() -> None:
        pause(0.02)
        ended["to write"] = wait_ready(theirs.fileno(), to_write=True, until=time.monotonic() + LONG)

    Lanes().run([wait_in_vain, write], do_nothing)
    assert ended == {"in vain": False, "to write": True}


def test_something_is_done_between_while_all_wait() -> None:
    times: list[float] = []
    Lanes().run([lambda: pause(0.3)], lambda: times.append(time.monotonic()))
    assert len(times) >= 2


def test_what_a_lane_raises_reaches_whoever_runs_them() -> None:
    def fail() -> None:
        pause(0.001)
        raise LookupError

    ended: list[bool] = []

    def wait_long() -> None:
        try:
            pause(LONG)
        finally:
            pause(LONG)  # at the end nobody waits any more
            ended.append(True)

    with pytest.raises(LookupError):
        Lanes().run([fail, wait_long], do_nothing)
    assert ended == [True]


def test_outside_of_lanes_one_waits_alone(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    assert wait_ready(ours.fileno(), to_write=False, until=time.monotonic() + 0.001) is False
    theirs.send(b"x")
    assert wait_ready(ours.fileno(), to_write=False, until=time.monotonic() + LONG) is True
    pause(0.001)


def test_a_key_is_one_lanes_at_a_time() -> None:
    key = Key()
    heard: list[str] = []

    def take(name: str) -> None:
        with key:
            heard.append(f"{name} has it")
            pause(0.02)
            heard.append(f"{name} gives it back")

    Lanes().run([partial(take, "one"), partial(take, "two")], do_nothing)
    assert heard == ["one has it", "one gives it back", "two has it", "two gives it back"]
    assert not key.is_taken


def test_a_key_comes_back_from_a_lane_that_fails() -> None:
    key = Key()

    def fail() -> None:
        with key:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        Lanes().run([fail], do_nothing)
    assert not key.is_taken
