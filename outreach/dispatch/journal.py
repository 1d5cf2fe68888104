"""What a worker had in flight, kept on its own disk so that a restart knows what a kill left undone.

One line is written before each final dot and one after each reply, into a file that is mapped into memory: a line costs
no system call. What stands there is the kernel's at once; it survives the death of the process, but not the loss of
power; whoever reads asks `Worker.boot` for that.
"""

import errno
import mmap
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from outreach.mail.transport import Kind, Scope, Stage, Verdict

_DOT = "dot"
_MICROS = 1_000_000
_END = b"\0"
# Taken on the disk at once: a line that finds no room must not end the process.
_ROOM = 64 * 1024
# More than a dot and its verdict take, whose reply has at most 1 KB.
_LONGEST_PAIR = 2048


class Journal:
    """The file of one connection, written from its beginning; its last line is followed by a NUL.

    Raises OSError where the disk has no room for it.
    """

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            missing = _ROOM - os.fstat(descriptor).st_size
            if os.pwrite(descriptor, bytes(missing), _ROOM - missing) != missing:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._lines = mmap.mmap(descriptor, _ROOM)
        finally:
            os.close(descriptor)
        self._size = self._lines.find(_END)
        self._is_in_flight = False

    @property
    def is_full(self) -> bool:
        """Whether it has to be cleared before another message is noted."""
        return self._size > _ROOM - _LONGEST_PAIR

    def note_dot(self, delivery_id: int) -> None:
        """Say that the message may be accepted from now on; call it before the final dot can leave."""
        self._is_in_flight = True
        self._write(b"%d dot\n" % delivery_id)

    def note_verdict(self, delivery_id: int, verdict: Verdict, at: datetime) -> None:
        """Say how the server answered, and when."""
        kind, scope, stage, code, reply = verdict
        micros = round(at.timestamp() * _MICROS)
        line = f"{delivery_id}{_write_words(kind, scope, stage)}{code or 0} {micros} {reply}\n"
        self._write(line.encode("utf-8", "backslashreplace"))
        self._is_in_flight = False

    def _write(self, line: bytes) -> None:
        """Append a line; its first octet comes last, so that whoever reads sees all of it or nothing."""
        begin, end = self._size, self._size + len(line)
        if end >= _ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._lines[begin + 1 : end + 1] = line[1:] + _END
        self._lines[begin] = line[0]
        self._size = end

    def clear_settled(self) -> None:
        """Forget everything, as all outcomes are in the database, unless a message is in flight."""
        if self._size and not self._is_in_flight:
            self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._lines[:1] = _END
        self._size = 0

    def close(self) -> None:
        """Close the file; it stays where it is."""
        self._lines.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@lru_cache(maxsize=128)
def _write_words(kind: Kind, scope: Scope, stage: Stage) -> str:
    return f" {kind} {scope} {stage} "


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said of one message, and when."""

    verdict: Verdict
    at: datetime


def read_journal(path: Path) -> Mapping[int, Answer | None]:
    """Return each delivery that was tried, with the server's answer, or None where the dot may have left unanswered."""
    seen: dict[int, Answer | None] = {}
    lines, _, _ = path.read_bytes().partition(_END)
    for line in lines.decode("utf-8", "replace").split("\n")[:-1]:
        number, _, rest = line.partition(" ")
        seen[int(number)] = None if rest == _DOT else _read_answer(rest)
    return seen


def _read_answer(text: str) -> Answer:
    kind, scope, stage, code, at, reply = text.split(" ", 5)
    verdict = Verdict(Kind(kind), Scope(scope), Stage(stage), int(code) or None, reply)
    return Answer(verdict, datetime.fromtimestamp(int(at) / _MICROS, UTC))
