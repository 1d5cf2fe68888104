"""The engine: one courier and as many lanes as there are connections, until nothing is due."""

import threading
import time
from contextlib import closing
from functools import partial

from outreach import clock
from outreach.dispatch.conduct import Conduct, Equipment
from outreach.dispatch.courier import Courier
from outreach.dispatch.errors import SendingError
from outreach.dispatch.recovery import read_journals, settle_claims
from outreach.dispatch.workers import show_life
from outreach.mail.lanes import Lanes

_HEARTBEAT_SECONDS = 30


def drain(equipment: Equipment, stop: threading.Event) -> None:
    """Send what is due until nothing is, or `stop` is set; everything in hand is settled when this returns.

    Raises SendingError, with the mail server's last answer, when the mail server failed again and again.
    """
    conduct = Conduct(equipment, stop)
    with closing(Courier(conduct)) as courier:
        lanes = [partial(_carry_all, conduct, courier, number) for number in range(equipment.connections)]
        Lanes().run(lanes, _Between(conduct, courier))
        if not conduct.problems:
            courier.finish()
    _settle_leftovers(equipment)
    for problem in conduct.problems:
        raise problem
    if conduct.breaker.reason is not None:
        raise SendingError(conduct.breaker.reason)


def _carry_all(conduct: Conduct, courier: Courier, number: int) -> None:
    try:
        courier.work(number)
    except BaseException as problem:  # noqa: BLE001 - raised again when the other lanes have ended
        conduct.problems.append(problem)


class _Between:
    """What is done several times a second while connections wait: show life, write late outcomes, see who is slow."""

    def __init__(self, conduct: Conduct, courier: Courier) -> None:
        self._conduct = conduct
        self._courier = courier
        self._seen = time.monotonic()

    def __call__(self) -> None:
        try:
            self._courier.flush_if_due()
            self._courier.look_under_way()
            if time.monotonic() - self._seen > _HEARTBEAT_SECONDS:
                self._seen = time.monotonic()
                equipment = self._conduct.equipment
                show_life(equipment.database, equipment.worker.id, clock.now())
        except Exception as problem:  # noqa: BLE001 - raised again when the lanes have ended
            self._conduct.problems.append(problem)


def _settle_leftovers(equipment: Equipment) -> None:
    """Settle what a lane that broke off left in hand, as a restart would, and begin with empty journals."""
    folder = equipment.worker.folder
    with equipment.database.begin() as connection:
        settle_claims(connection, equipment.worker.id, read_journals(folder), clock.now(), equipment.zone)
    for path in folder.glob("*.journal"):
        path.unlink()
