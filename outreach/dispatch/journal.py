"""What a worker had in flight, kept on its own disk so that a restart knows what a kill left undone.

One line is written before each final dot and one after each reply. A line that reached the kernel survives the death of
the process, but not the loss of power; whoever reads asks `Worker.boot` for that.
"""

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from outreach.mail.transport import Kind, Scope, Stage, Verdict

_DOT = "dot"


class Journal:
    """The append-only file of one connection; `size` is in octets since it was cleared."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._is_in_flight = False
        self.size = 0

    def note_dot(self, delivery_id: int) -> None:
        """Say that the message may be accepted from now on; call it before the final dot can leave."""
        self._is_in_flight = True
        self._write(b"%d dot\n" % delivery_id)

    def note_verdict(self, delivery_id: int, verdict: Verdict, at: datetime) -> None:
        """Say how the server answered, and when."""
        kind, scope, stage, code, reply = verdict
        line = f"{delivery_id} {kind} {scope} {stage} {code or 0} {at.timestamp()!r} {reply}\n"
        self._write(line.encode("utf-8", "backslashreplace"))
        self._is_in_flight = False

    def _write(self, line: bytes) -> None:
        if os.write(self._descriptor, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.size += len(line)

    def clear_settled(self) -> None:
        """Forget everything, as all outcomes are in the database, unless a message is in flight."""
        if self.size and not self._is_in_flight:
            self.clear()

    def clear(self) -> None:
        """Forget everything."""
        os.ftruncate(self._descriptor, 0)
        self.size = 0

    def close(self) -> None:
        """Close the file; it stays where it is."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said of one message, and when."""

    verdict: Verdict
    at: datetime


def read_journal(path: Path) -> Mapping[int, Answer | None]:
    """Return each delivery that was tried, with the server's answer, or None where the dot may have left unanswered.

    A last line without its end is left out: its write failed, so the dot it speaks of was held back.
    """
    seen: dict[int, Answer | None] = {}
    for line in path.read_bytes().decode("utf-8", "replace").split("\n")[:-1]:
        number, _, rest = line.partition(" ")
        seen[int(number)] = None if rest == _DOT else _read_answer(rest)
    return seen


def _read_answer(text: str) -> Answer:
    kind, scope, stage, code, at, reply = text.split(" ", 5)
    verdict = Verdict(Kind(kind), Scope(scope), Stage(stage), int(code) or None, reply)
    return Answer(verdict, datetime.fromtimestamp(float(at), UTC))
