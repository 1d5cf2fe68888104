"""The chain of hashes: each line of the log carries the hash of the one before, so that no edit goes unseen.

A line enters the chain in the transaction that makes it count: a dispatch of the system when its first message is
accepted, every other line when it is written. A hash covers what the reports print and where it comes from; it leaves
out the moment of the first acceptance, which a later reading of a journal may make earlier.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, func, or_, select, text, update

from outreach.db import db
from outreach.dispatch.models import Dispatch
from outreach.translation import gettext as _

_AT_ONCE = 500
# Any number will do, as long as nothing else locks it: "log" in ASCII.
_LOCK = 0x6C6F67
_SEALED_COLUMNS = (
    *("id", "campaign_id", "audience_id", "kind_id", "corrects_id", "original_id", "import_id", "import_row"),
    *("channel", "origin", "sender", "information_es", "information_en", "created_at", "sent_on", "is_month_only"),
    *("printed_date", "is_audience_guessed", "programme_key", "note", "reason", "reach", "reach_source"),
    *("evidence_name", "evidence_sha256", "content_key"),
)
# What makes a dispatch the same as another (`make_content_key`).
CONTENT_COLUMNS = ("sent_on", "is_month_only", "audience_id", "channel", "kind_id", "information_es", "note")
_columns = [getattr(Dispatch, name) for name in _SEALED_COLUMNS]


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold: the number of the line, and what is wrong in a sentence."""

    line_id: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the chain found; `head` is the last hash, which whoever prints it can compare later."""

    lines: int
    head: str
    breaks: tuple[Break, ...]


def seal_new_lines(connection: Connection) -> int:
    """Put the lines that count and are in no chain yet at its end; return how many there were.

    The caller's transaction must have written already: on SQLite that holds the only lock, elsewhere one is taken here.
    """
    take_turn(connection)
    sequence, head = _find_head(connection)
    sealed = 0
    while rows := connection.execute(_list_unsealed()).mappings().all():
        links = []
        for row in rows:
            sequence += 1
            line = {**row, "content_key": row["content_key"] or make_content_key(row)}
            previous, head = head, hash_line(line, sequence, head)
            links.append(
                {"line": row["id"], "key": line["content_key"], "place": sequence, "before": previous, "hash": head}
            )
        connection.execute(_LINK, links)
        sealed += len(links)
    return sealed


def take_turn(connection: Connection) -> None:
    """Wait until nobody else adds to the log, until the transaction ends; SQLite's own lock comes with any write."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def hash_line(line: Mapping[Any, Any], sequence: int, previous: str) -> str:
    """Return the SHA-256, in hexadecimal, of a line at its place in the chain."""
    content = {name: _plain(line[name]) for name in _SEALED_COLUMNS}
    written = json.dumps([sequence, previous, content], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def make_content_key(line: Mapping[Any, Any]) -> str:
    """Return what tells that a table brings the same dispatch again: its day, audience, channel, kind and words.

    Empty for a line that withdraws another. Spacing, case and the final stop make no other text; the notes stand in
    for a text that is missing.
    """
    if line["sent_on"] is None:
        return ""
    words = " ".join((line["information_es"] or line["note"]).split()).rstrip(".").casefold()
    day = [line["sent_on"].isoformat(), bool(line["is_month_only"])]
    parts = [*day, line["audience_id"], str(line["channel"]), line["kind_id"], words]
    return sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def verify_chain() -> Verification:
    """Walk along the whole chain, a few hundred lines in memory at a time, and say where it does not hold."""
    breaks: list[Break] = []
    expected, head, lines = 1, "", 0
    for row in _stream_chain():
        problem = _find_problem(row, expected, head)
        if problem:
            breaks.append(Break(row["id"], problem))
        expected, head, lines = row["sequence"] + 1, row["sha256"], lines + 1
    unsealed = select(Dispatch.id).where(_is_unsealed()).order_by(Dispatch.id)
    problem = _("La línea cuenta y no está en la cadena: se añadió sin pasar por el sistema.")
    breaks += [Break(line_id, problem) for line_id in db.session.scalars(unsealed)]
    return Verification(lines, head, tuple(breaks))


def has_hash(sha256_hex: str) -> bool:
    """Tell whether the chain holds a line with this hash, as somebody printed it before."""
    found = select(func.count()).select_from(Dispatch).where(Dispatch.sha256 == sha256_hex.strip().lower())
    return bool(db.session.scalar(found))


_LINK = (
    update(Dispatch)
    .where(Dispatch.id == bindparam("line"))
    .values(
        content_key=bindparam("key"),
        sequence=bindparam("place"),
        previous_sha256=bindparam("before"),
        sha256=bindparam("hash"),
    )
)


def _find_head(connection: Connection) -> tuple[int, str]:
    last = select(Dispatch.sequence, Dispatch.sha256).where(Dispatch.sequence.is_not(None))
    found = connection.execute(last.order_by(Dispatch.sequence.desc()).limit(1)).first()
    return (found.sequence, found.sha256) if found else (0, "")


def _is_unsealed() -> ColumnElement[bool]:
    return Dispatch.sha256.is_(None) & or_(Dispatch.sent_on.is_not(None), Dispatch.corrects_id.is_not(None))


def _list_unsealed() -> Any:  # noqa: ANN401 - a select of two dozen columns
    return select(*_columns).where(_is_unsealed()).order_by(Dispatch.id).limit(_AT_ONCE)


def _stream_chain() -> Iterator[RowMapping]:
    query = select(*_columns, Dispatch.sequence, Dispatch.previous_sha256, Dispatch.sha256)
    query = query.where(Dispatch.sequence.is_not(None)).order_by(Dispatch.sequence)
    yield from db.session.execute(query.execution_options(yield_per=_AT_ONCE)).mappings()


def _find_problem(row: RowMapping, expected: int, head: str) -> str:
    if row["sequence"] != expected:
        return _("Antes de esta línea faltan líneas que se borraron.")
    if row["previous_sha256"] != head:
        return _("No lleva la huella de la línea anterior: una de las dos cambió.")
    if row["sha256"] != hash_line(row, row["sequence"], row["previous_sha256"]):
        return _("Su contenido cambió después de escribirse.")
    return ""


def _plain(value: object) -> object:
    """Write a value as JSON has it, the same from every database."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
