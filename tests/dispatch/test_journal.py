"""The journal of a connection tells what was in flight, wherever its process is killed."""

import itertools
import os
import resource
import signal
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from outreach import clock
from outreach.dispatch.journal import Answer, Journal, read_journal
from outreach.mail.transport import Kind, Scope, Stage, Verdict

ACCEPTED = Verdict(Kind.ACCEPTED, Scope.MESSAGE, Stage.DOT, 250, "2.0.0 Ok: queued as 4bXyZ — listo")
SHORT = Verdict(Kind.RETURNED, Scope.CONNECTION, Stage.MAIL, None, "")


def _run_apart(work: Callable[[], None]) -> int:
    """Run a piece of work in a process of its own, which ends with status 0 where it refuses with OSError."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except OSError:
            os._exit(0)
        finally:
            os._exit(1)
    return child


def test_what_was_said_is_read_back(tmp_path: Path) -> None:
    path, at = tmp_path / "0.journal", clock.now()
    with Journal(path) as journal:
        journal.note_dot(1)
        journal.note_verdict(1, ACCEPTED, at)
        journal.note_verdict(2, SHORT, at)
        journal.note_dot(3)
        assert read_journal(path) == {1: Answer(ACCEPTED, at), 2: Answer(SHORT, at), 3: None}
    assert read_journal(path) == {1: Answer(ACCEPTED, at), 2: Answer(SHORT, at), 3: None}


def test_nothing_of_what_was_cleared_comes_back(tmp_path: Path) -> None:
    path, at = tmp_path / "0.journal", clock.now()
    with Journal(path) as journal:
        journal.note_dot(1)
        journal.clear_settled()
        assert read_journal(path) == {1: None}, "it is in flight"
        journal.note_verdict(1, ACCEPTED, at)
        journal.clear_settled()
        assert read_journal(path) == {}
        journal.note_dot(2)
        assert read_journal(path) == {2: None}


def test_one_that_is_opened_again_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "0.journal"
    for number in (1, 2):
        with Journal(path) as journal:
            journal.note_dot(number)
    assert read_journal(path) == {1: None, 2: None}


def test_it_says_when_it_is_full_and_never_writes_beyond(tmp_path: Path) -> None:
    path, at = tmp_path / "0.journal", clock.now()
    long = ACCEPTED._replace(reply="x" * 1024)
    with Journal(path) as journal:
        numbers = itertools.count(1)

        def go_on() -> None:
            number = next(numbers)
            journal.note_dot(number)
            journal.note_verdict(number, long, at)

        while not journal.is_full:
            go_on()
        assert len(read_journal(path)) > 50
        with pytest.raises(OSError, match="space"):
            deque(iter(go_on, "never"), maxlen=0)
    assert set(list(read_journal(path).values())[:-1]) == {Answer(long, at)}


def test_a_disk_without_room_refuses_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "0.journal"

    def open_without_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
        Journal(path)

    child = _run_apart(open_without_room)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_kill_leaves_whole_lines_and_at_most_one_in_flight(tmp_path: Path) -> None:
    at = clock.now()
    for place in range(30):
        path = tmp_path / f"{place}.journal"

        def write_for_ever(path: Path = path) -> None:
            with Journal(path) as journal:
                number = 0
                while True:
                    number += 1
                    journal.note_dot(number)
                    journal.note_verdict(number, ACCEPTED, at)
                    if journal.is_full:
                        journal.clear_settled()

        child = _run_apart(write_for_ever)
        while not path.exists() or not path.read_bytes().strip(b"\0"):
            time.sleep(0.001)
        time.sleep(0.001 * place)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = read_journal(path)
        numbers = list(found)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
        assert set(list(found.values())[:-1]) <= {Answer(ACCEPTED, at)}
        assert not numbers or found[numbers[-1]] in {None, Answer(ACCEPTED, at)}
