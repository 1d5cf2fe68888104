"""One sending thread: it claims, looks again before each message, hands over, and writes down what came of it.

The order of durable steps keeps the promise. A chunk is claimed and committed; a message's journal line is written
before its final dot can leave and another after its answer; outcomes are committed in groups; only when all that were
answered stand in the database is the journal cleared. No transaction is open while a mail server is spoken to.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from outreach import clock
from outreach.dispatch.claiming import Claim, claim, give_back
from outreach.dispatch.conduct import Conduct
from outreach.dispatch.journal import Journal
from outreach.dispatch.letters import Letter
from outreach.dispatch.recording import Result, record
from outreach.dispatch.rules import FailReason, Outcome, Settlement, SkipReason, settle
from outreach.dispatch.watch import Watch
from outreach.dispatch.workers import count_claim
from outreach.mail.addresses import AddressError
from outreach.mail.headers import HeaderError
from outreach.mail.transport import Envelope, Verdict

_CHUNK = 200
_GROUP = 50
_GROUP_SECONDS = 0.1


@dataclass(slots=True)
class _Consignment:
    """A claimed delivery with its letter, as the transport takes it."""

    claim: Claim
    letter: Letter
    journal: Journal

    @property
    def envelope(self) -> Envelope:
        return self.letter.envelope

    @property
    def content(self) -> bytes:
        return self.letter.content

    def before_dot(self) -> None:
        self.journal.note_dot(self.claim.delivery_id)


class Courier:
    """Works off what is due over one connection to the mail server."""

    def __init__(self, conduct: Conduct, journal: Journal) -> None:
        self._conduct = conduct
        self._equipment = conduct.equipment
        self._journal = journal
        self._in_hand: dict[int, Claim] = {}
        self._results: list[Result] = []
        self._oldest = 0.0
        self._ledger = _open_ledger(conduct)

    def work(self) -> None:
        """Send until nothing is due or the run stops; what is in hand then goes back to the queue."""
        transport = self._equipment.open_transport()
        with Watch(self._equipment.database) as watch:
            try:
                # The last verdict comes after the last claim: what it brought back may be due.
                while claims := self._claim():
                    for consignment, verdict in transport.send_each(self._pack(watch, claims)):
                        self._note_verdict(consignment, verdict)
                    self._put_back()
                    self._flush()
            finally:
                transport.close()
                self._ledger.close()

    def _pack(self, watch: Watch, claims: list[Claim]) -> Iterator[_Consignment]:
        """Give out what may leave, each looked at right before its turn, and claim more when a chunk is done."""
        while claims:
            campaign_id = claims[0].campaign_id
            gate = watch.look(campaign_id, [item.delivery_id for item in claims], clock.now())
            for position, item in enumerate(claims):
                self._conduct.pace.wait(self._conduct.stop)
                if self._conduct.is_stopping:
                    return
                self._flush_if_due()
                if watch.has_news(campaign_id):
                    left = [other.delivery_id for other in claims[position:]]
                    gate = watch.look(campaign_id, left, clock.now())
                if not gate.is_running:
                    break
                consignment = self._prepare(item, gate.skips.get(item.delivery_id))
                if consignment is not None:
                    yield consignment
            else:
                position = len(claims)
            self._put_back(claims[position:])
            claims = self._claim()

    def _claim(self) -> list[Claim]:
        if self._conduct.is_stopping:
            return []
        self._flush()
        with self._conduct.turn, self._equipment.database.begin() as connection:
            without = tuple(self._conduct.breaker.returned)
            claims = claim(connection, self._equipment.worker.id, clock.now(), _CHUNK, without)
            taken = count_claim(connection, self._equipment.worker.id) if claims else 0
        if taken:
            self._equipment.worker.note_claims(taken)
        self._in_hand.update((item.delivery_id, item) for item in claims)
        return claims

    def _prepare(self, item: Claim, skip: SkipReason | None) -> _Consignment | None:
        """Write the letter of a claim; None when its reader must not get one, or none can be written."""
        if skip:
            self._note(item, Settlement(Outcome.SKIPPED, skip, counts_attempt=False))
            return None
        try:
            return _Consignment(item, self._equipment.letters.write(item), self._journal)
        except (AddressError, HeaderError) as problem:
            self._note(item, Settlement(Outcome.FAILED, FailReason.RECIPIENT), reply=str(problem))
            return None

    def _note_verdict(self, consignment: _Consignment, verdict: Verdict) -> None:
        at = clock.now()
        item = consignment.claim
        self._journal.note_verdict(item.delivery_id, verdict, at)
        settlement = settle(verdict, consignment.letter.trial, at, random.random())  # noqa: S311 - spreads retries
        self._note(item, settlement, verdict.stage, verdict.reply)
        self._conduct.react(item, verdict)

    def _note(self, item: Claim, settlement: Settlement, stage: str = "", reply: str = "") -> None:
        del self._in_hand[item.delivery_id]
        if not self._results:
            self._oldest = time.monotonic()
        result = Result(item.delivery_id, item.dispatch_id, item.attempts, settlement, clock.now(), stage, reply)
        self._results.append(result)
        self._flush_if_due()

    def _flush_if_due(self) -> None:
        count = len(self._results)
        if count >= _GROUP or (count and time.monotonic() - self._oldest > _GROUP_SECONDS):
            self._flush()

    def _flush(self) -> None:
        """Commit the outcomes. The next message's dot has not left by then, so the journal holds nothing else."""
        if self._results:
            with self._conduct.turn, self._ledger.begin():
                record(self._ledger, self._equipment.worker.id, self._results, self._equipment.zone)
            self._results.clear()
        self._journal.clear()

    def _put_back(self, claims: list[Claim] | None = None) -> None:
        """Return claims, or all that is in hand, to the queue."""
        numbers = [item.delivery_id for item in claims] if claims is not None else list(self._in_hand)
        if numbers:
            with self._conduct.turn, self._ledger.begin():
                give_back(self._ledger, numbers, self._equipment.worker.id, clock.now())
        for number in numbers:
            self._in_hand.pop(number, None)


def _open_ledger(conduct: Conduct) -> Connection:
    """Open the connection that outcomes are written on, for this thread alone.

    On SQLite its commits may be lost with the machine's power, and then those deliveries are uncertain: the claim
    before them was made to last, as every other write is. Waiting for the disk at each group would gain nothing.
    """
    connection = conduct.equipment.database.connect()
    if connection.dialect.name == "sqlite":
        connection.detach()
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
        connection.commit()
    return connection
