"""How fast, and how long in the face of trouble: what all sending threads of a process share."""

import threading
import time

# Failures in a row, over all connections, after which it is the mail server and not one message.
_MOST_FAILURES = 5
_MOST_REFUSED_MESSAGES = 5


class Pace:
    """Let at most `per_second` messages through; None lets all of them."""

    def __init__(self, per_second: float | None) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self, stop: threading.Event) -> None:
        """Wait for this message's turn; return early when `stop` is set."""
        if not self._interval:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + self._interval
        stop.wait(turn - now)


class Breaker:
    """Opens when the mail server fails again and again, and keeps the sentence that says why."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self.reason: str | None = None

    def note_failure(self, reply: str) -> None:
        """Count a connection that failed; the last answer becomes the reason once there were too many."""
        with self._lock:
            self._failures += 1
            if self._failures >= _MOST_FAILURES:
                self.reason = reply

    def note_answer(self) -> None:
        """Say that the mail server answered as it should."""
        with self._lock:
            self._failures = 0


class RefusedMessages:
    """Counts messages of a campaign refused for what they are, one after the other: then no more of them are burnt."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_a_row: dict[int, int] = {}

    def note(self, campaign_id: int, *, was_refused: bool) -> bool:
        """Count one verdict; return True when the campaign has to be paused."""
        with self._lock:
            self._in_a_row[campaign_id] = self._in_a_row.get(campaign_id, 0) + 1 if was_refused else 0
            return self._in_a_row[campaign_id] >= _MOST_REFUSED_MESSAGES
