"""How long a quarter's report takes in a log of many dispatches, in each format, and what an export needs of memory.

Fills a log in a folder of its own, spread evenly over a year, and prints seconds (wall clock, best of the rounds),
sizes, and the peak of memory that Python allocates. It judges nothing.

    python benchmarks/reports.py [--dispatches 100000] [--rounds 3]
"""

import argparse
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from flask import Flask  # noqa: E402
from sqlalchemy import insert, select  # noqa: E402

from outreach import clock  # noqa: E402 - found through the path above
from outreach.accounts.rules import Role  # noqa: E402
from outreach.app import create_app  # noqa: E402
from outreach.audiences.models import Audience  # noqa: E402
from outreach.config import Config  # noqa: E402
from outreach.db import db  # noqa: E402
from outreach.dispatch.log import LogFilter, stream_lines  # noqa: E402
from outreach.dispatch.models import Dispatch  # noqa: E402
from outreach.dispatch.rules import Channel, Origin  # noqa: E402
from outreach.installing import install  # noqa: E402
from outreach.reports.documents.formats import Format, write_document  # noqa: E402
from outreach.reports.documents.log_file import iterate_log  # noqa: E402
from outreach.reports.periods import parse_period  # noqa: E402
from outreach.reports.queries import get_layout  # noqa: E402
from outreach.reports.report import build_report  # noqa: E402
from outreach.reports.section import build_section  # noqa: E402
from signing import Client, sign_in_as  # noqa: E402

_QUARTER, _YEAR, _DAYS = "2025-T1", 2025, 365
_AT_ONCE = 5_000
_MEBIBYTE = 1 << 20
_TEXT = "Envío del correo número {}: invitación a seguir la transmisión de la sesión del Consejo General."


def main() -> None:
    """Fill a log and print the figures."""
    arguments = _read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        config = Config.from_environment(
            {
                "OUTREACH_DATA_DIR": folder,
                "OUTREACH_SECRET_KEY": "a secret for this benchmark",
                "OUTREACH_BASE_URL": "http://127.0.0.1",
            }
        )
        app = create_app(config)
        with app.app_context():
            install("banco@example.org", "una clave de pruebas")
            _fill(arguments.dispatches)
            print(f"{arguments.dispatches:,} dispatches in a year, {os.cpu_count()} processors")
            _measure_reports(arguments.rounds)
            _measure_page(app, arguments.rounds)
            _measure_memory()
            db.session.remove()
            db.engine.dispose()


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure reports of a long log.")
    parser.add_argument("--dispatches", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _fill(number: int) -> None:
    audiences = db.session.scalars(select(Audience.id)).all()
    now = clock.now()
    rows = [
        {
            "sent_on": date(_YEAR, 1, 1) + timedelta(days=index * _DAYS // number),
            "information_es": _TEXT.format(index),
            "information_en": "",
            "audience_id": audiences[index % len(audiences)],
            "channel": Channel.EMAIL,
            "origin": Origin.BY_HAND,
            "sender": "votochilango@iecm.mx",
            "created_at": now,
            "intended": 0,
        }
        for index in range(number)
    ]
    for start in range(0, number, _AT_ONCE):
        db.session.execute(insert(Dispatch), rows[start : start + _AT_ONCE])
    db.session.commit()


def _measure_reports(rounds: int) -> None:
    period, layout = parse_period(_QUARTER), get_layout("basico", "es")
    for name, build in (("report", build_report), ("section", build_section)):
        for chosen in (Format.JSON, Format.CSV, Format.HTML, Format.DOCX, Format.XLSX, Format.PDF):
            seconds, size = _time(
                lambda: len(write_document(build(LogFilter(), period, layout, "es"), chosen).content),  # noqa: B023
                1 if chosen is Format.PDF else rounds,
            )
            print(f"{name:8} of a quarter as {chosen:5} {seconds:7.2f} s {size / _MEBIBYTE:7.2f} MiB")


def _measure_page(app: Flask, rounds: int) -> None:
    app.test_client_class = Client
    client = sign_in_as(app, Role.READER)
    for path in ("/bitacora", "/bitacora?page=1000", "/bitacora?palabras=99999", "/metas", "/"):
        seconds, size = _time(lambda: len(client.get(path).data), rounds)  # noqa: B023
        print(f"page {path:28} {seconds * 1000:7.0f} ms {size / 1024:7.0f} KiB")


def _measure_memory() -> None:
    for chosen in (Format.CSV, Format.JSON, Format.XLSX):
        tracemalloc.start()
        size = _drain(iterate_log(stream_lines(LogFilter()), chosen, "es"))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(
            f"export of the log as {chosen:5} {size / _MEBIBYTE:7.1f} MiB, peak {peak / _MEBIBYTE:6.1f} MiB of memory"
        )


def _drain(pieces: Iterable[bytes]) -> int:
    return sum(len(piece) for piece in pieces)


def _time(work: Callable[[], int], rounds: int) -> tuple[float, int]:
    best, size = float("inf"), 0
    for _round in range(rounds):
        begun = time.perf_counter()
        size = work()
        best = min(best, time.perf_counter() - begun)
    return best, size


if __name__ == "__main__":
    main()
