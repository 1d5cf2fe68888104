"""One run of sending: it claims, looks again before each message, hands over, and writes down what came of it.

All connections of a run go side by side in one thread. The order of durable steps keeps the promise: a chunk is claimed
and committed; a message's journal line is written before its final dot can leave and another after its answer; outcomes
are committed in groups; a connection's journal is cleared only when all its answers stand in the database and it has
nothing in flight. No transaction is open while a mail server is spoken to.
"""

import random
import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from outreach import clock
from outreach.dispatch.claiming import Claim, claim, give_back
from outreach.dispatch.conduct import Conduct
from outreach.dispatch.connections import give_way, open_own
from outreach.dispatch.journal import Journal
from outreach.dispatch.letters import Letter
from outreach.dispatch.recording import Result, record
from outreach.dispatch.rules import ACCEPTED, FailReason, Outcome, Settlement, SkipReason, settle
from outreach.dispatch.watch import Gate, Watch
from outreach.dispatch.workers import count_claim
from outreach.mail.addresses import AddressError
from outreach.mail.headers import HeaderError
from outreach.mail.lanes import Key, pause
from outreach.mail.transport import Envelope, Kind, Verdict

_CHUNK = 400
_GROUP = 100
_GROUP_SECONDS = 0.1


@dataclass(slots=True)
class _Round:
    """One connection's part of a run: its journal, and the claims whose end it still owes."""

    journal: Journal
    in_hand: dict[int, Claim] = field(default_factory=dict)
    # The last group of outcomes that has one of its messages.
    group: int = 0


@dataclass(slots=True)
class _Consignment:
    """A claimed delivery with its letter, as the transport takes it."""

    courier: "Courier"
    round: _Round
    claim: Claim
    letter: Letter
    envelope: Envelope
    content: bytes

    def before_dot(self) -> None:
        self.courier.note_dot(self.round, self.claim)


class Courier:
    """Works off what is due; `work` is called once a connection, each call in a lane of its own."""

    def __init__(self, conduct: Conduct) -> None:
        self._conduct = conduct
        self._equipment = conduct.equipment
        self._limits = conduct.limits
        self._queue: deque[Claim] = deque()
        self._gate = Gate(is_running=False, skips={})
        self._rounds: list[_Round] = []
        self._results: list[Result] = []
        self._group = 1
        self._writing = Key()
        # One connection claims; if all of them wrote down what they had before, each would wait for all the others.
        self._filling = Key()
        self._oldest = 0.0
        self._marked: dict[int, datetime] = {}
        self._watch = Watch(self._equipment.database, self._equipment.connections)
        self._claims = open_own(self._equipment.database)
        # The claim was made to last, so what a loss of power takes from here is uncertain; waiting for the disk at each
        # group would gain nothing.
        self._ledger = open_own(self._equipment.database, is_lasting=False)
        give_way(self._ledger)

    def work(self, number: int) -> None:
        """Send over one connection until nothing is due or the run stops; what it has in hand then goes back."""
        transport = self._equipment.open_transport()
        with Journal(self._equipment.worker.name_journal(number)) as journal:
            mine = _Round(journal)
            self._rounds.append(mine)
            try:
                # The last verdict comes after the last claim: what it brought back may be due.
                while self._fill():
                    for consignment, verdict in transport.send_each(self._pack(mine)):
                        self._note_verdict(consignment, verdict)
                    self._put_back(mine.in_hand)
                    mine.in_hand.clear()
                    self.flush_if_due()
            finally:
                self._rounds.remove(mine)
                transport.close()

    def finish(self) -> None:
        """Put back what no connection took, and write down the last outcomes."""
        self.flush()
        self._put_back_queue()

    def close(self) -> None:
        """Let go of the database."""
        for each in (self._watch, self._claims, self._ledger):
            each.close()

    def _pack(self, mine: _Round) -> Iterator[_Consignment]:
        """Give out what may leave, each looked at right before its turn, and claim more when a chunk is done."""
        while self._fill():
            if self._limits.are_on and not self._await_turn(mine):
                if mine.in_hand:
                    return
                continue
            item = self._take()
            letter = item and self._prepare(item, self._gate.skips.get(item.delivery_id))
            if item and letter:
                mine.in_hand[item.delivery_id] = item
                yield _Consignment(self, mine, item, letter, letter.envelope, letter.content)

    def _await_turn(self, mine: _Round) -> bool:
        """Put first what may leave now; False when nothing may, after a wait unless something is on its way here.

        A message on its way must not wait for the one behind it: its connection comes back when it has its answer.
        """
        rounds = [each.in_hand for each in self._rounds]
        seconds = self._limits.bring_forward(self._queue, mine.in_hand, rounds)
        if seconds and not mine.in_hand:
            if self._limits.wants_others:
                self._limits.note_put_back(self._queue)
                self._put_back_queue()
            else:
                pause(seconds)
        return not seconds

    def look_under_way(self) -> None:
        """Look, several times a second, which connections are busy with a message for long."""
        self._limits.note_under_way([each.in_hand for each in self._rounds])

    def _fill(self) -> bool:
        """Claim a chunk when the last one is given out; False when nothing is due or the run stops."""
        if self._conduct.is_stopping:
            return False
        if self._queue:
            return True
        with self._filling:
            if not self._queue:
                self._refill()
        return bool(self._queue) and not self._conduct.is_stopping

    def _refill(self) -> None:
        self.flush()
        # Other lanes went on meanwhile. Nothing gives way from here on: the ledger has no transaction open.
        if self._conduct.is_stopping:
            return
        self._watch.begin()
        self._queue.extend(self._claim())
        skips = {item.delivery_id: SkipReason(item.skip) for item in self._queue if item.skip}
        self._gate = Gate(is_running=True, skips=skips)

    def _claim(self) -> list[Claim]:
        worker = self._equipment.worker
        with self._claims.begin():
            without = tuple(self._conduct.breaker.returned)
            most = self._limits.book(self._claims, _CHUNK, clock.now())
            claims = claim(self._claims, worker.id, clock.now(), most, without) if most else []
            self._limits.note_claimed(self._claims, most, len(claims))
            taken = count_claim(self._claims, worker.id) if claims else 0
        if taken:
            worker.note_claims(taken)
        return claims

    def _look(self) -> None:
        """Look at the readers of what is not given out yet; all of it is one campaign's."""
        numbers = [item.delivery_id for item in self._queue]
        self._gate = self._watch.look(self._queue[0].campaign_id, numbers, clock.now())

    def _take(self) -> Claim | None:
        """Take the next claim; None when another connection took the last one or the campaign runs no more."""
        if not self._queue:
            return None
        if self._watch.has_news():
            self._look()
        if self._gate.is_running:
            return self._queue.popleft()
        self._put_back_queue()
        return None

    def _prepare(self, item: Claim, skip: SkipReason | None) -> Letter | None:
        """Write the letter of a claim; None when its reader must not get one, or none can be written."""
        if skip:
            self._note(item, Settlement(Outcome.SKIPPED, skip, counts_attempt=False), clock.now())
            return None
        try:
            return self._equipment.letters.write(item, self._queue)
        except (AddressError, HeaderError) as problem:
            self._note(item, Settlement(Outcome.FAILED, FailReason.RECIPIENT), clock.now(), reply=str(problem))
            return None

    def note_dot(self, mine: _Round, item: Claim) -> None:
        """Make durable that the message may be accepted from now on."""
        if mine.journal.is_full:
            self.flush()
        mine.journal.note_dot(item.delivery_id)

    def _note_verdict(self, consignment: _Consignment, verdict: Verdict) -> None:
        at = clock.now()
        item, mine = consignment.claim, consignment.round
        mine.journal.note_verdict(item.delivery_id, verdict, at)
        settlement = (
            ACCEPTED
            if verdict.kind is Kind.ACCEPTED
            else settle(verdict, consignment.letter.trial, at, random.random())  # noqa: S311 - spreads retries
        )
        del mine.in_hand[item.delivery_id]
        # Before the outcome is noted, for that may give way to lanes that would send what is spared here.
        if self._conduct.react(item, verdict):
            self._watch.expect_news()
        mine.group = self._group
        self._note(item, settlement, at, verdict.stage, verdict.reply)

    def _note(self, item: Claim, settlement: Settlement, at: datetime, stage: str = "", reply: str = "") -> None:
        if not self._results:
            self._oldest = time.monotonic()
        self._results.append(Result(item.delivery_id, item.dispatch_id, item.attempts, settlement, at, stage, reply))
        self.flush_if_due()

    def flush_if_due(self) -> None:
        """Commit the outcomes when there are enough of them, or the oldest has waited long enough."""
        if self._writing.is_taken:
            return
        count = len(self._results)
        if count >= _GROUP or (count and time.monotonic() - self._oldest > _GROUP_SECONDS):
            self.flush()

    def flush(self) -> None:
        """Commit the outcomes, and clear the journal of each connection that has none left and nothing in flight."""
        with self._writing:
            results, self._results = self._results, []
            group, self._group = self._group, self._group + 1
            if results:
                self._write(results)
        for each in self._rounds:
            if each.group <= group:
                each.journal.clear_settled()

    def _write(self, results: Sequence[Result]) -> None:
        with self._ledger.begin():
            first = record(self._ledger, self._equipment.worker.id, results, self._equipment.zone, self._marked)
            if self._limits.are_booked:
                unused = sum(not each.settlement.counts_attempt for each in results)
                self._limits.give_back(self._ledger, unused)
        self._marked.update(first)

    def _put_back_queue(self) -> None:
        items, self._queue = self._queue, deque()
        self._put_back([item.delivery_id for item in items])

    def _put_back(self, delivery_ids: Collection[int]) -> None:
        if delivery_ids:
            with self._writing, self._ledger.begin():
                give_back(self._ledger, list(delivery_ids), self._equipment.worker.id, clock.now())
                self._limits.give_back(self._ledger, len(delivery_ids))
