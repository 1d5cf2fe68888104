"""An installation, a mail server, and senders that are killed until nothing is pending; the server's record judges."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, func, select

import making
from outreach.app import create_app
from outreach.audiences.models import Contact
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.rules import PENDING, Outcome
from smtp_quick import QuickServer

_TESTS = Path(__file__).parents[1]
_MOST_ROUNDS = 60


@dataclass(slots=True)
class Tally:
    """What all scenes of a run came to."""

    kills: int = 0
    uncertain: int = 0
    most_uncertain: int = 0
    most_in_flight: int = 0
    messages: int = 0


TALLY = Tally()


@dataclass(frozen=True, slots=True)
class Order:
    """When to die: at a step of a delivery, after some seconds (of sending, if `in_work`), or not at all.

    `in_small_groups`, a few dozen people make several chunks; otherwise chunks and groups are the product's own.
    """

    step: str = ""
    target: int = 0
    seconds: float | None = None
    in_work: bool = False
    in_small_groups: bool = True


GO_ON = Order()


class Sender:
    """One process that sends when ordered to; see sender.py."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def start(self, order: Order, environment: dict[str, str]) -> None:
        """Have it send; `wait` says how that ended."""
        self._process = self._process or _start_process()
        assert self._process.stdin
        self._process.stdin.write(json.dumps({**asdict(order), "environment": environment}) + "\n")
        self._process.stdin.flush()

    def wait(self) -> int:
        """Return how the process ended: 0, or less than 0 for the signal that killed it."""
        assert self._process
        assert self._process.stdout
        return os.waitstatus_to_exitcode(int(self._process.stdout.readline()))

    def close(self) -> None:
        """Let it end, if it was ever needed."""
        if self._process:
            self._process.communicate()


def _start_process() -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    environment["PYTHONPATH"] = os.pathsep.join([str(_TESTS.parent), str(_TESTS)])
    return subprocess.Popen(
        [sys.executable, "-m", "crash.sender"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation keeps its data; without an address the database is a file in its folder."""

    folder: Path
    address: str = ""

    def write_environment(self) -> dict[str, str]:
        """Return the settings that lead there."""
        named = {"OUTREACH_DATABASE_URL": self.address} if self.address else {}
        return {"OUTREACH_DATA_DIR": str(self.folder), "OUTREACH_SECRET_KEY": "a secret for tests only", **named}


@dataclass(slots=True)
class Scene:
    """One campaign on its way, over `connections` of each sender; `kills` counts those that met their end."""

    place: Place
    server: QuickServer
    connections: int = 1
    kills: int = 0
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.environment = {
            **self.place.write_environment(),
            "OUTREACH_SMTP_URL": f"smtp://127.0.0.1:{self.server.port}?connections={self.connections}",
        }

    def run(self, senders: Sequence[Sender], orders: Sequence[Order]) -> int:
        """Let all senders work at once, each by its order, to a good end or a kill; return how many were killed."""
        for sender, order in zip(senders, orders, strict=True):
            sender.start(order, self.environment)
        codes = [sender.wait() for sender in senders]
        assert set(codes) <= {0, -signal.SIGKILL}, "a sender broke off: see standard error"
        killed = sum(code != 0 for code in codes)
        self.kills += killed
        return killed

    def finish(self, senders: Sequence[Sender]) -> None:
        """Restart the senders until nothing is pending."""
        for _ in range(_MOST_ROUNDS):
            self.run(senders, [GO_ON] * len(senders))
            if not self.count_pending():
                return
        raise AssertionError("what is pending does not become less")

    def count_pending(self) -> int:
        """Count who has no final state yet; before the release nobody is counted, and the campaign itself is one."""
        engine = create_engine(Config.from_environment(self.environment).database_url)
        with engine.connect() as connection:
            is_released = connection.scalars(select(Campaign.released_at)).one() is not None
            pending = connection.scalars(
                select(func.count()).select_from(Delivery).where(Delivery.outcome.in_(PENDING))
            ).one()
        engine.dispose()
        return pending if is_released else 1

    def judge(self) -> int:
        """Compare the ledger with what the server took; return how many are uncertain."""
        self.server.wait_until_idle()
        taken = self.server.count()
        with create_app(Config.from_environment(self.environment)).app_context():
            try:
                uncertain = self._compare(set(taken))
            finally:
                db.session.remove()
                db.engine.dispose()
        assert max(taken.values(), default=0) <= 1, "somebody got two"
        in_flight = self.kills * self.connections
        assert uncertain <= in_flight
        TALLY.kills += self.kills
        TALLY.messages += sum(taken.values())
        TALLY.uncertain += uncertain
        if uncertain >= TALLY.most_uncertain:
            TALLY.most_uncertain, TALLY.most_in_flight = uncertain, in_flight
        return uncertain

    def _compare(self, taken: set[str]) -> int:
        campaign = db.session.scalars(select(Campaign)).one()
        ledger = making.read_balanced(campaign)
        rows = db.session.execute(select(Contact.email, Delivery.outcome).outerjoin(Delivery)).all()
        people = {row.email: row.outcome for row in rows}
        assert ledger.intended == len(people)
        assert set(people.values()) <= {Outcome.SENT, Outcome.UNCERTAIN}, "somebody has no final state"
        sent = {email for email, outcome in people.items() if outcome == Outcome.SENT}
        doubtful = people.keys() - sent
        assert sent <= taken, "somebody is said to have got it and did not"
        assert taken <= sent | doubtful
        assert campaign.state == CampaignState.FINISHED
        is_sealed = db.session.scalars(select(Dispatch.sha256)).one() is not None
        assert is_sealed is bool(sent)
        assert ledger.uncertain == len(doubtful)
        return len(doubtful)
