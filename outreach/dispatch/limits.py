"""The limits of a run of sending, which hold over all workers of a database; without limits none of this is asked."""

from collections import deque
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine

from outreach.config import SmtpSettings
from outreach.dispatch.claiming import Claim
from outreach.dispatch.domains import Domains
from outreach.dispatch.quota import open_quota
from outreach.dispatch.turns import SHORTEST_WAIT, Turns, forget_old

_LONGEST_WAIT = 0.1
# A worker takes no more into its hands than leaves in about this time.
_CHUNK_SECONDS = 20


class Limits:
    """What restrains one run.

    `are_on` is False while a message may leave as soon as there is a connection, `are_booked` tells whether messages
    are counted by hour or day.
    """

    def __init__(self, database: Engine, settings: SmtpSettings, connections: int, now: datetime) -> None:
        self._server = f"server {settings.host}:{settings.port}"
        self._per_second = settings.messages_per_second
        self._pace = Turns(database, self._per_second) if self._per_second else None
        per_domain = settings.domain_per_second
        self._domains = Domains(Turns(database, per_domain) if per_domain else None, connections)
        self._quota = open_quota(settings)
        self.are_booked = self._quota is not None
        self.are_on = self._pace is not None or self._domains.are_watched
        if per_domain:
            with database.begin() as connection:
                forget_old(connection, now.timestamp())

    def book(self, connection: Connection, most: int, now: datetime) -> int:
        """Return how many messages may be claimed, and book them in the claim's own transaction."""
        if self._per_second:
            most = min(most, max(int(self._per_second * _CHUNK_SECONDS), 1))
        return self._quota.book(connection, most, now) if self._quota else most

    def give_back(self, connection: Connection, number: int) -> None:
        """Give back what was booked and does not leave."""
        if self._quota:
            self._quota.give_back(connection, number)

    def note_claimed(self, connection: Connection, booked: int, claimed: int) -> None:
        """Say how many of the booked messages were there to claim."""
        self._domains.is_more_due = claimed == booked
        self.give_back(connection, booked - claimed)

    def note_under_way(self, rounds: Collection[Mapping[int, Claim]]) -> None:
        """Look at what each connection is busy with, the first of what it has in hand."""
        self._domains.note_under_way([next(iter(items.values())) for items in rounds if items])
        self.are_on = self._pace is not None or self._domains.are_watched

    def bring_forward(
        self, queue: deque[Claim], mine: Mapping[int, Claim], rounds: Collection[Mapping[int, Claim]]
    ) -> float:
        """Put first the message that this connection may send now; else return how many seconds to wait.

        `mine` is what the connection has in hand, `rounds` what each has.
        """
        if self._domains.is_slow(mine.values()):
            return _LONGEST_WAIT
        wait = self._find_wait(len(queue))
        if not wait and self._domains.are_watched:
            wait = self._domains.bring_forward(queue, rounds)
        if not wait and self._pace:
            self._pace.spend(self._server)
        return wait and min(max(wait, SHORTEST_WAIT), _LONGEST_WAIT)

    @property
    def wants_others(self) -> bool:
        """Whether the queue had better be put back for messages to other domains, instead of waiting."""
        return self._domains.wants_others

    def note_put_back(self, queue: Collection[Claim]) -> None:
        """Say that the queue is put back for others."""
        self._domains.note_look(queue)

    def _find_wait(self, number: int) -> float:
        if self._pace is None:
            return 0.0
        wait = self._pace.find_wait(self._server)
        if wait is None:
            self._pace.reserve({self._server: number})
            wait = self._pace.find_wait(self._server)
        return SHORTEST_WAIT if wait is None else wait
