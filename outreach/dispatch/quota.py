"""How many messages may leave in an hour and in a day, over all workers together: a sliding count by the minute.

What a worker is about to claim is booked before, in the same transaction; what did not leave is given back.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, case, delete, func, select

from outreach.config import Config, SmtpSettings
from outreach.dispatch.models import BookedMinute
from outreach.dispatch.turns import begin_upsert, move_on
from outreach.translation import gettext as _
from outreach.web.filters import hour, number, short_moment

_HOUR = 60
_DAY = 24 * _HOUR
_SECONDS = 60


class Exhaustion(NamedTuple):
    """A limit that is reached: messages, in so many minutes, and when there is room again."""

    limit: int
    minutes: int
    until: datetime


class Quota:
    """The limits of one mail server; None for one that is not set."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._server = f"{settings.host}:{settings.port}"
        self._limits = {_HOUR: settings.hourly, _DAY: settings.daily}
        self._minute = 0

    def book(self, connection: Connection, wanted: int, now: datetime) -> int:
        """Book as many messages as there is room for, `wanted` at most; the caller commits before they leave."""
        # Whoever books holds this row until the commit: two could otherwise take the same room.
        move_on(connection, {f"quota {self._server}": 0.0}, now.timestamp())
        self._minute = _minute_of(now)
        room = max(min(wanted, *self._list_room(connection)), 0)
        if room:
            connection.execute(delete(BookedMinute).where(self._is_mine, BookedMinute.minute < self._minute - _DAY))
            self._add(connection, room)
        return room

    def give_back(self, connection: Connection, number: int) -> None:
        """Give back what was booked last and did not leave."""
        if number:
            self._add(connection, -number)

    def find_exhaustion(self, connection: Connection, now: datetime) -> Exhaustion | None:
        """Return the limit that holds messages back longest; None when there is room."""
        minute = _minute_of(now)
        rows = connection.execute(
            select(BookedMinute.minute, BookedMinute.number)
            .where(self._is_mine, BookedMinute.minute >= minute - _DAY)
            .order_by(BookedMinute.minute)
        )
        booked = [(row.minute, row.number) for row in rows]
        found = []
        for length, limit in self._limits.items():
            if limit is None:
                continue
            left = sum(count for at, count in booked if at >= minute - length)
            for at, count in booked:
                if at < minute - length or left < limit:
                    continue
                left -= count
                if left < limit:
                    until = datetime.fromtimestamp((at + length + 1) * _SECONDS, UTC)
                    found.append(Exhaustion(limit, length, until))
        return max(found, key=lambda each: each.until, default=None)

    def _list_room(self, connection: Connection) -> list[int]:
        since = [
            func.coalesce(func.sum(case((BookedMinute.minute >= self._minute - length, BookedMinute.number))), 0)
            for length in self._limits
        ]
        booked = connection.execute(select(*since).where(self._is_mine, BookedMinute.minute >= self._minute - _DAY))
        pairs = zip(self._limits.values(), booked.one(), strict=True)
        return [limit - count for limit, count in pairs if limit is not None]

    def _add(self, connection: Connection, number: int) -> None:
        row = {"server": self._server, "minute": self._minute, "number": number}
        statement = begin_upsert(connection, BookedMinute).values(row)
        more = {"number": BookedMinute.number + statement.excluded.number}
        key = [BookedMinute.server, BookedMinute.minute]
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=more))

    @property
    def _is_mine(self) -> ColumnElement[bool]:
        return BookedMinute.server == self._server


def open_quota(settings: SmtpSettings) -> Quota | None:
    """Return the limits by hour and day, None when neither is set."""
    return Quota(settings) if settings.hourly or settings.daily else None


def find_reason(connection: Connection, config: Config, now: datetime) -> str:
    """Say which limit holds messages back, and when sending goes on; empty when none does."""
    quota = open_quota(config.smtp)
    exhaustion = quota and quota.find_exhaustion(connection, now)
    return _describe(exhaustion, config.timezone) if exhaustion else ""


def _describe(exhaustion: Exhaustion, zone: str) -> str:
    limit = number(exhaustion.limit)
    if exhaustion.minutes == _HOUR:
        at = hour(exhaustion.until, zone)
        return _("Se alcanzó el límite de %(limit)s correos por hora: sigue a las %(hour)s", limit=limit, hour=at)
    at = short_moment(exhaustion.until, zone)
    return _("Se alcanzó el límite de %(limit)s correos por día: sigue el %(moment)s", limit=limit, moment=at)


def _minute_of(instant: datetime) -> int:
    return int(instant.timestamp()) // _SECONDS
