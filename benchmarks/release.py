"""How long releasing a campaign takes, and what its progress page costs afterwards, as the number of people grows.

For each number of people it makes an installation in SQLite, releases one bilingual campaign to all of them, and prints
the seconds of the release, the peak memory of the process that released, and the seconds and SQL statements of the
progress page. It judges nothing.

    python benchmarks/release.py [--people 1000 1000000] [--rounds 5]
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from sqlalchemy import event  # noqa: E402 - found through the path above

import making  # noqa: E402
from outreach.accounts.rules import Role  # noqa: E402
from outreach.app import create_app  # noqa: E402
from outreach.config import Config  # noqa: E402
from outreach.db import db  # noqa: E402
from outreach.dispatch import jobs  # noqa: E402
from signing import Client, sign_in_as  # noqa: E402

_AT_ONCE = 50_000


def prepare(config: Config, people: int) -> None:
    """Make an installation with so many people, and a campaign that is due."""
    with create_app(config).app_context():
        making.make_installation()
        for first in range(0, people, _AT_ONCE):
            invented = making.make_people(
                min(_AT_ONCE, people - first), prefix=f"persona{first}x", languages=("es", "en", None)
            )
            making.add_people("diaspora", invented)
            db.session.commit()
            db.session.expunge_all()
        making.schedule_campaign()


def release(config: Config, people: int) -> None:
    """Release what is due, and print what it took."""
    with create_app(config).app_context():
        started = time.perf_counter()
        if jobs.look(config) != 1:
            sys.exit("nothing was released")
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{people:>9,} people: release {seconds:6.2f} s, peak memory {peak:4.0f} MiB", flush=True)


def open_page(config: Config, people: int, rounds: int) -> None:
    """Open the progress page some times, and print what it costs."""
    app = create_app(config)
    app.test_client_class = Client
    with app.app_context():
        client = sign_in_as(app, Role.READER)
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
        seconds = []
        for _round in range(rounds + 1):
            statements.clear()
            started = time.perf_counter()
            if client.get("/campanas/1/avance").status_code != 200:  # noqa: PLR2004 - the page as it should be
                sys.exit("the progress page cannot be opened")
            seconds.append(time.perf_counter() - started)
    cost = median(seconds[1:]) * 1000
    print(f"{people:>9,} people: progress page {cost:6.1f} ms, {len(statements)} SQL statements", flush=True)


def main() -> None:
    """Measure each number of people in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    for people in asked.people:
        with tempfile.TemporaryDirectory() as folder:
            config = Config.from_environment(
                {"OUTREACH_DATA_DIR": folder, "OUTREACH_SECRET_KEY": "a secret for benchmarks only"}
            )
            for work, arguments in ((prepare, ()), (release, ()), (open_page, (asked.rounds,))):
                step = processes.Process(target=work, args=(config, people, *arguments))
                step.start()
                step.join()
                if step.exitcode:
                    sys.exit(f"{work.__name__} failed")


if __name__ == "__main__":
    main()
