"""Growing waits after wrong passwords, for each account and each address, known or not (X-35)."""

import math
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from outreach.accounts.errors import TooManyAttemptsError
from outreach.accounts.models import SignInAttempt
from outreach.db import db
from outreach.translation import ngettext

WINDOW = timedelta(hours=1)
# An office shares one address, so an address may fail more often than one account.
FREE_FOR_ACCOUNT = 5
FREE_FOR_ADDRESS = 20
SHORTEST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)


def wait_after(failures: int, free: int) -> timedelta:
    """Return how long to wait after so many wrong passwords: nothing at first, then doubling up to a quarter hour."""
    if failures < free:
        return timedelta()
    doublings = min(failures - free, 10)
    return min(SHORTEST_WAIT * float(2**doublings), LONGEST_WAIT)


def check_waits(account: str, address: str, now: datetime) -> None:
    """Raise TooManyAttemptsError when `account` or `address` has to wait at `now`."""
    until = max(
        _find_end_of_wait(SignInAttempt.account == account, _last_success(account), now, FREE_FOR_ACCOUNT),
        _find_end_of_wait(SignInAttempt.address == address, None, now, FREE_FOR_ADDRESS),
    )
    if until > now:
        minutes = math.ceil((until - now) / timedelta(minutes=1))
        raise TooManyAttemptsError(
            ngettext(
                "Hubo demasiados intentos: espere %(num)s minuto y vuelva a intentarlo.",
                "Hubo demasiados intentos: espere %(num)s minutos y vuelva a intentarlo.",
                minutes,
            )
        )


def _last_success(account: str) -> datetime | None:
    query = select(func.max(SignInAttempt.at))
    return db.session.scalar(query.where(SignInAttempt.account == account, SignInAttempt.has_succeeded.is_(True)))


def _find_end_of_wait(whose: ColumnElement[bool], since: datetime | None, now: datetime, free: int) -> datetime:
    start = max(now - WINDOW, since) if since else now - WINDOW
    query = select(func.count(), func.max(SignInAttempt.at)).where(
        whose, SignInAttempt.has_succeeded.is_(False), SignInAttempt.at > start
    )
    failures, last = db.session.execute(query).one()
    return last + wait_after(failures, free) if last else now
