"""The engine: threads that claim, send and record until nothing is due.

The order of durable steps keeps the promise. A chunk is claimed and committed; a message's journal line is written
before its final dot can leave and another after its answer; outcomes are committed in groups; only when all of a
chunk's stand in the database is the journal cleared. No transaction is open while a mail server is spoken to.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, update

from outreach import clock
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.dispatch.claiming import Claim, claim, give_back, look_again
from outreach.dispatch.errors import SendingError
from outreach.dispatch.journal import Journal
from outreach.dispatch.letters import LetterBox
from outreach.dispatch.pace import Breaker, Pace, RefusedMessages
from outreach.dispatch.recording import Result, record
from outreach.dispatch.recovery import read_journals, settle_claims
from outreach.dispatch.rules import FailReason, Outcome, Settlement, settle
from outreach.dispatch.workers import WorkerIdentity, show_life
from outreach.mail.addresses import AddressError
from outreach.mail.headers import HeaderError
from outreach.mail.transport import Kind, Scope, Transport, Verdict
from outreach.translation import gettext as _

_CHUNK = 100
_GROUP = 50
_GROUP_SECONDS = 0.1
_HEARTBEAT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a run of the engine works with; `open_transport` is called once a thread."""

    database: Engine
    worker: WorkerIdentity
    letters: LetterBox
    open_transport: Callable[[], Transport]
    connections: int
    messages_per_second: float | None
    zone: str


class SendingRun:
    """One run of the engine over everything that is due."""

    def __init__(self, equipment: Equipment, stop: threading.Event) -> None:
        self.equipment = equipment
        self.stop = stop
        self.pace = Pace(equipment.messages_per_second)
        self.breaker = Breaker()
        self.refused = RefusedMessages()
        self._problems: list[BaseException] = []

    @property
    def is_stopping(self) -> bool:
        """Tell whether no further message may be begun."""
        return self.stop.is_set() or self.breaker.reason is not None or bool(self._problems)

    def drain(self) -> None:
        """Send what is due until nothing is, or `stop` is set; everything in hand is settled when this returns.

        Raises SendingError, with the mail server's last answer, when the mail server failed again and again.
        """
        threads = [
            threading.Thread(target=self._carry_all, args=(number,), name=f"sender-{number}")
            for number in range(self.equipment.connections)
        ]
        for thread in threads:
            thread.start()
        self._wait_for(threads)
        self._settle_leftovers()
        for problem in self._problems:
            raise problem
        if self.breaker.reason is not None:
            raise SendingError(self.breaker.reason)

    def pause_campaign(self, campaign_id: int, reason: str) -> None:
        """Pause a running campaign that the mail server would refuse whole, and keep why."""
        with self.equipment.database.begin() as connection:
            connection.execute(
                update(Campaign)
                .where(Campaign.id == campaign_id, Campaign.state == CampaignState.SENDING)
                .values(state=CampaignState.PAUSED, state_reason=reason[:400], updated_at=clock.now())
            )

    def _carry_all(self, number: int) -> None:
        try:
            with Journal(self.equipment.worker.name_journal(number)) as journal:
                _Courier(self, journal).work()
        except BaseException as problem:  # noqa: BLE001 - the thread that waits raises it again
            self._problems.append(problem)

    def _wait_for(self, threads: Sequence[threading.Thread]) -> None:
        seen = time.monotonic()
        while any(thread.is_alive() for thread in threads):
            for thread in threads:
                thread.join(0.05)
            if time.monotonic() - seen > _HEARTBEAT_SECONDS:
                seen = time.monotonic()
                show_life(self.equipment.database, self.equipment.worker.id, clock.now())

    def _settle_leftovers(self) -> None:
        """Settle what a thread that broke off left in hand, as a restart would."""
        worker = self.equipment.worker
        with self.equipment.database.begin() as connection:
            settle_claims(connection, worker.id, read_journals(worker.folder), clock.now(), self.equipment.zone)


class _Courier:
    """One thread: its connection to the mail server, its journal, and the outcomes not yet written."""

    def __init__(self, run: SendingRun, journal: Journal) -> None:
        self._run = run
        self._equipment = run.equipment
        self._journal = journal
        self._transport = run.equipment.open_transport()
        self._results: list[Result] = []
        self._oldest = 0.0

    def work(self) -> None:
        try:
            while not self._run.is_stopping:
                with self._equipment.database.begin() as connection:
                    claims = claim(connection, self._equipment.worker.id, clock.now(), _CHUNK)
                if not claims:
                    break
                self._carry(claims)
        finally:
            self._transport.close()

    def _carry(self, claims: Sequence[Claim]) -> None:
        for position, item in enumerate(claims):
            if self._run.is_stopping or not self._deliver(item):
                self._put_back(claims[position:])
                break
        self._flush()
        self._journal.clear()

    def _deliver(self, item: Claim) -> bool:
        """Send one message and note what came of it; False when its campaign no longer runs."""
        self._run.pace.wait(self._run.stop)
        now = clock.now()
        with self._equipment.database.connect() as connection:
            gate = look_again(connection, item.delivery_id, now)
        if not gate.is_running:
            return False
        if gate.skip:
            skipped = Settlement(Outcome.SKIPPED, gate.skip, counts_attempt=False)
            self._note(Result(item.delivery_id, item.dispatch_id, item.attempts, skipped, now))
            return True
        try:
            letter = self._equipment.letters.write(item)
        except (AddressError, HeaderError) as problem:
            unsendable = Settlement(Outcome.FAILED, FailReason.RECIPIENT)
            self._note(Result(item.delivery_id, item.dispatch_id, item.attempts, unsendable, now, reply=str(problem)))
            return True
        verdict = self._transport.send(
            letter.envelope, letter.content, lambda: self._journal.note_dot(item.delivery_id)
        )
        at = clock.now()
        self._journal.note_verdict(item.delivery_id, verdict, at)
        settlement = settle(verdict, letter.trial, at, random.random())  # noqa: S311 - spreads retries, guards nothing
        result = Result(item.delivery_id, item.dispatch_id, item.attempts, settlement, at, verdict.stage, verdict.reply)
        self._note(result)
        self._react(item.campaign_id, verdict)
        return True

    def _react(self, campaign_id: int, verdict: Verdict) -> None:
        """Spare the people who are next when the trouble is not one message's."""
        if verdict.kind in {Kind.RETURNED, Kind.UNCERTAIN} and verdict.scope is not Scope.SENDER:
            self._run.breaker.note_failure(
                _("El servidor de correo falla una y otra vez, la última con: %(reply)s", reply=verdict.reply)
            )
        else:
            self._run.breaker.note_answer()
        if verdict.scope is Scope.SENDER:
            reason = _("El servidor de correo rechaza la cuenta o el remitente: %(reply)s", reply=verdict.reply)
            self._run.pause_campaign(campaign_id, reason)
        was_refused = verdict.kind is Kind.REFUSED and verdict.scope is Scope.MESSAGE
        if self._run.refused.note(campaign_id, was_refused=was_refused):
            reason = _("El servidor de correo rechaza el mensaje: %(reply)s", reply=verdict.reply)
            self._run.pause_campaign(campaign_id, reason)

    def _note(self, result: Result) -> None:
        if not self._results:
            self._oldest = time.monotonic()
        self._results.append(result)
        if len(self._results) >= _GROUP or time.monotonic() - self._oldest > _GROUP_SECONDS:
            self._flush()

    def _flush(self) -> None:
        if self._results:
            with self._equipment.database.begin() as connection:
                record(connection, self._equipment.worker.id, self._results, self._equipment.zone)
            self._results.clear()

    def _put_back(self, claims: Sequence[Claim]) -> None:
        self._flush()
        numbers = [item.delivery_id for item in claims]
        now: datetime = clock.now()
        with self._equipment.database.begin() as connection:
            give_back(connection, numbers, self._equipment.worker.id, now)
