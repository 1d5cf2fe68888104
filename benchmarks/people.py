"""A database with a million invented people, for measuring the pages that count and list them.

python benchmarks/people.py FOLDER [--people 1000000]
"""

import argparse
import json
import random
import sqlite3
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import create_engine

from outreach import schema

_FIRST = ["Ana", "Beatriz", "Carlos", "Diego", "Elena", "Fernanda", "Hugo", "Inés", "Jorge", "Luis", "María", "Paula"]
_LAST = ["Aguilar", "Bautista", "Cruz", "Díaz", "Flores", "García", "Juárez", "López", "Muñoz", "Núñez", "Ortiz"]
_COUNTRIES = ["", "México", "Estados Unidos", "Canadá", "España", "Francia", "Alemania"]
_CITIES = ["Chicago", "Los Ángeles", "Madrid", "Toronto", "París", "Puebla", "Oaxaca", "Berlín"]
# Of a hundred people, how many are in each audience, in the order in which `init` makes them.
_SHARES = (5, 10, 15, 60, 40)
_BATCH = 10_000


def make_people(path: Path, people: int) -> None:
    """Lay the tables in the SQLite file at `path` and fill them with `people` contacts."""
    engine = create_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    luck = random.Random(1)  # noqa: S311 - the same people every time
    now = datetime(2026, 3, 3, 15, tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(
            "INSERT INTO audiences (slug, name_es, name_en, phrase_es, phrase_en, created_at) VALUES (?,?,?,?,?,?)",
            [(f"audiencia-{n}", f"Audiencia {n}", f"Audience {n}", "a", "to", now) for n in range(1, 6)],
        )
        for first in range(0, people, _BATCH):
            numbers = range(first + 1, min(people, first + _BATCH) + 1)
            connection.executemany(
                "INSERT INTO contacts (id, public_id, email, email_key, email_hash, name, institution, position, title,"
                " language, country, timezone, attributes, created_at, updated_at)"
                " VALUES (?,?,?,?,?,?,?,'','',?,?,'',?,?,?)",
                (_describe(number, luck, now) for number in numbers),
            )
            connection.executemany(
                "INSERT INTO subscriptions (audience_id, contact_id, started_at, ended_at, end_reason)"
                " VALUES (?,?,?,?,'')",
                _list_places(numbers, luck, now),
            )
            connection.executemany(
                "INSERT INTO suppressions (email_hash, reason, note, created_at) VALUES (?,'bounce','',?)",
                ((_hash(number), now) for number in numbers if number % 500 == 0),
            )
        connection.executemany(
            "INSERT INTO facets (field, value) VALUES (?,?)",
            [("", country) for country in _COUNTRIES if country]
            + [("ciudad", city) for city in _CITIES]
            + [("grupo", str(number)) for number in range(40)],
        )
    sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _hash(number: int) -> str:
    return sha256(f"persona{number}@example.org".encode()).hexdigest()


def _describe(number: int, luck: random.Random, now: str) -> tuple[object, ...]:
    email = f"persona{number}@example.org"
    name = f"{luck.choice(_FIRST)} {luck.choice(_LAST)} {luck.choice(_LAST)}"
    language = luck.choices(["es", "en", None], [80, 12, 8])[0]
    attributes = json.dumps({"ciudad": luck.choice(_CITIES), "grupo": str(number % 40)}, ensure_ascii=False)
    place = f"Casa {luck.choice(_LAST)} {number % 997}" if number % 3 == 0 else ""
    key = uuid.UUID(int=luck.getrandbits(128)).hex
    return (
        *(number, key, email, email, _hash(number), name, place, language, luck.choice(_COUNTRIES)),
        *(attributes, now, now),
    )


def _list_places(numbers: range, luck: random.Random, now: str) -> Iterator[tuple[object, ...]]:
    for number in numbers:
        for audience, share in enumerate(_SHARES, 1):
            if luck.random() * 100 < share:
                yield audience, number, now, now if luck.random() < 0.02 else None  # noqa: PLR2004 - one in fifty left


def main() -> None:
    """Make the database and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=1_000_000)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    make_people(chosen.folder / "outreach.db", chosen.people)
    print(f"{chosen.people} people in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
