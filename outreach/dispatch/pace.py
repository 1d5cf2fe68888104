"""How long to go on in the face of trouble: what all connections of a run share."""

# Failures in a row, over all connections, after which it is the mail server and not one message.
_MOST_FAILURES = 5
_MOST_REFUSED_MESSAGES = 5
_MOST_RETURNED = 200


class Breaker:
    """Opens when the mail server fails again and again, and keeps the sentence that says why.

    A delivery that came back for no fault of its own is not tried twice in one run: `returned` keeps them.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._last_failure = ""
        self.returned: set[int] = set()
        self.is_open = False

    @property
    def reason(self) -> str | None:
        """The last failure, unless the server has answered as it should since."""
        return self._last_failure if self._failures else None

    def note_failure(self, delivery_id: int, sentence: str) -> None:
        """Count a connection that failed; too many in a row, or in all, open the breaker."""
        self._failures += 1
        self._last_failure = sentence
        self.returned.add(delivery_id)
        self.is_open = self._failures >= _MOST_FAILURES or len(self.returned) >= _MOST_RETURNED

    def note_answer(self) -> None:
        """Say that the mail server answered as it should."""
        self._failures = 0


class RefusedMessages:
    """Counts messages of a campaign refused for what they are, one after the other: then no more of them are burnt."""

    def __init__(self) -> None:
        self._in_a_row: dict[int, int] = {}

    def note(self, campaign_id: int, *, was_refused: bool) -> bool:
        """Count one verdict; return True when the campaign has to be paused."""
        self._in_a_row[campaign_id] = self._in_a_row.get(campaign_id, 0) + 1 if was_refused else 0
        return self._in_a_row[campaign_id] >= _MOST_REFUSED_MESSAGES
