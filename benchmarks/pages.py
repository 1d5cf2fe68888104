"""How long each page of the staff takes with a million people and five thousand campaigns, and its SQL statements.

Fills an installation in SQLite, once if `--keep` names its folder, opens every page as an administrator some times, and
prints for each the milliseconds of the processor, the best round's, and of the clock, the rounds' median, the number of
its statements and the slowest of them. What was counted is forgotten between two rounds. It judges nothing.

    python benchmarks/pages.py [--contacts 1000000] [--campaigns 5000] [--rounds 3] [--keep FOLDER] [--only WORDS]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from flask import Flask  # noqa: E402 - found through the path above
from sqlalchemy import text  # noqa: E402

from crowding import Crowd, fill  # noqa: E402
from outreach.accounts.rules import Role  # noqa: E402
from outreach.app import create_app  # noqa: E402
from outreach.config import Config  # noqa: E402
from outreach.db import db  # noqa: E402
from outreach.schema import upgrade  # noqa: E402
from page_costs import Cost, Request, list_requests, measure  # noqa: E402
from signing import Client, sign_in_as  # noqa: E402
from test_routes import live_in  # noqa: E402

_LINES, _ENTRIES = 20_000, 200_000
_USUAL_CAMPAIGNS = 5_000


def main() -> None:
    """Fill, open and print."""
    asked = _read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        place = asked.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        config = Config.from_environment(
            {
                "OUTREACH_DATA_DIR": str(place),
                "OUTREACH_SECRET_KEY": "a secret for benchmarks only",
                "OUTREACH_BASE_URL": "http://127.0.0.1",
            }
        )
        is_new = not (place / "outreach.db").exists()
        app = create_app(config)
        app.test_client_class = Client
        with app.app_context():
            if is_new:
                _prepare(app, asked)
            _open_everything(app, asked)
            db.session.remove()
            db.engine.dispose()


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--campaigns", type=int, default=_USUAL_CAMPAIGNS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", default="", help="only pages whose endpoint or path holds these words")
    parser.add_argument("--statements", action="store_true", help="print the slowest statement as well")
    return parser.parse_args()


def _prepare(app: Flask, asked: argparse.Namespace) -> None:
    started = time.perf_counter()
    upgrade(db.engine)
    live_in(app)
    db.session.execute(text("PRAGMA synchronous=OFF"))
    share = asked.campaigns / _USUAL_CAMPAIGNS
    fill(Crowd(asked.contacts, asked.campaigns, int(_LINES * share), int(_ENTRIES * share)))
    db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    db.session.commit()
    print(f"filled in {time.perf_counter() - started:.0f} s", flush=True)


def _open_everything(app: Flask, asked: argparse.Namespace) -> None:
    client = sign_in_as(app, Role.ADMINISTRATOR)
    rows = []
    for request in list_requests(app):
        if asked.only not in f"{request.name} {request.path}":
            continue
        costs = []
        for _round in range(asked.rounds):
            app.extensions.pop("outreach_counts", None)  # what was counted a moment ago
            costs.append(measure(client, request))
        rows.append((min(cost.spent for cost in costs), request, costs))
    print(f"{'CPU':>7} {'median':>7} {'SQL':>4} {'slowest':>8}  page (ms)")
    for _spent, request, costs in sorted(rows, key=lambda row: -row[0]):
        print(_describe(request, costs))
        if asked.statements:
            print("        ", " ".join(costs[0].slowest[0].split())[:600])


def _describe(request: Request, costs: list[Cost]) -> str:
    best = min(costs, key=lambda cost: cost.spent)
    middle = median(cost.milliseconds for cost in costs)
    detail = f" {request.fields}" if request.fields else ""
    return (
        f"{best.spent:7.0f} {middle:7.0f} {len(best.statements):4} {best.slowest[1]:8.0f}"
        f"  {best.status} {request.name} {request.path}{detail}"
    )


if __name__ == "__main__":
    main()
