"""The engine: as many sending threads as there are connections, until nothing is due."""

import threading
import time
from collections.abc import Sequence

from outreach import clock
from outreach.dispatch.conduct import Conduct, Equipment
from outreach.dispatch.courier import Courier
from outreach.dispatch.errors import SendingError
from outreach.dispatch.journal import Journal
from outreach.dispatch.recovery import read_journals, settle_claims
from outreach.dispatch.workers import show_life

_HEARTBEAT_SECONDS = 30


def drain(equipment: Equipment, stop: threading.Event) -> None:
    """Send what is due until nothing is, or `stop` is set; everything in hand is settled when this returns.

    Raises SendingError, with the mail server's last answer, when the mail server failed again and again.
    """
    conduct = Conduct(equipment, stop)
    threads = [
        threading.Thread(target=_carry_all, args=(conduct, number), name=f"sender-{number}")
        for number in range(equipment.connections)
    ]
    for thread in threads:
        thread.start()
    _wait_for(threads, equipment)
    _settle_leftovers(equipment)
    for problem in conduct.problems:
        raise problem
    if conduct.breaker.reason is not None:
        raise SendingError(conduct.breaker.reason)


def _carry_all(conduct: Conduct, number: int) -> None:
    try:
        with Journal(conduct.equipment.worker.name_journal(number)) as journal:
            Courier(conduct, journal).work()
    except BaseException as problem:  # noqa: BLE001 - the thread that waits raises it again
        conduct.problems.append(problem)


def _wait_for(threads: Sequence[threading.Thread], equipment: Equipment) -> None:
    seen = time.monotonic()
    while any(thread.is_alive() for thread in threads):
        for thread in threads:
            thread.join(0.05)
        if time.monotonic() - seen > _HEARTBEAT_SECONDS:
            seen = time.monotonic()
            show_life(equipment.database, equipment.worker.id, clock.now())


def _settle_leftovers(equipment: Equipment) -> None:
    """Settle what a thread that broke off left in hand, as a restart would, and begin with empty journals."""
    folder = equipment.worker.folder
    with equipment.database.begin() as connection:
        settle_claims(connection, equipment.worker.id, read_journals(folder), clock.now(), equipment.zone)
    for path in folder.glob("*.journal"):
        path.unlink()
