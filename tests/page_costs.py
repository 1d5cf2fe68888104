"""What each page of the staff's application costs: its SQL statements, counted and timed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Connection, event

import crowding
from outreach.db import db
from signing import Client
from test_routes import list_rules, sample_path

# Pages that show something else for another number, or when more is asked of them.
_NUMBERS = {
    "campaigns.show": (crowding.DRAFT, crowding.FINISHED),
    "campaigns.edit": (crowding.DRAFT,),
    "campaigns.review": (crowding.DRAFT, crowding.NARROWED, crowding.EXCLUDING, crowding.LOCAL_TIME),
    "campaigns.approval": (crowding.IN_REVIEW, crowding.LOCAL_TIME),
    "campaigns.schedule": (crowding.APPROVED, crowding.SCHEDULED, crowding.LOCAL_TIME),
    "campaigns.choose": (crowding.DRAFT, crowding.NARROWED, crowding.EXCLUDING),
    "campaigns.preview": (crowding.DRAFT,),
    "campaigns.frame": (crowding.DRAFT,),
    "campaigns.settings": (crowding.DRAFT,),
    "campaigns.history": (crowding.DRAFT,),
    "campaigns.remembered": (crowding.DRAFT,),
    "campaigns.lift_restriction": (crowding.PAUSED,),
    "dispatch.follow": (crowding.SENDING, crowding.FINISHED, crowding.PAUSED),
    "dispatch.figures": (crowding.SENDING,),
    "dispatch.stop": (crowding.SENDING,),
}
_QUERIES: dict[str, tuple[dict[str, Any], ...]] = {
    "campaigns.index": ({"state": "finished", "page": 100}, {"words": "prueba 4"}, {"kind": 2}),
    "audiences.people": ({"q": "ana"}, {"q": "persona77"}, {"q": "nadie"}),
    "audiences.show": ({"words": "ana"}, {"state": "left"}, {"state": "excluded"}),
    "reports.log": ({"page": 300}, {"palabras": "sesión"}),
    "settings.show_trail": ({"tema": "contact"}, {"page": 100}),
    "dispatch.follow": ({"resultado": "uncertain"}, {"resultado": "pending"}),
    "campaigns.pictures": ({"q": "imagen 7"},),
}
# Pages that open at once and then ask for themselves again, with the count.
_WAITING = {"campaigns.review", "campaigns.approval", "campaigns.schedule"}
_FIGURES = ("recibiran", "excluidas", "filtradas", "bajas", "en-exclusion", "repetidas", "leen-en", "audiencia-1")
# Whole files, which may be as long as they are, and what is no page of the staff.
_LEFT_OUT = {
    "public.confirm_unsubscribe",
    "accounts.choose_password",
    *("web.static", "files.show", "files.calendar", "audiences.export", "audiences.problems", "reports.export_log"),
    *("reports.download", "closings.download", "report_settings.download_template", "logbook.evidence"),
}
_MORE_CHOICES: tuple[dict[str, Any], ...] = (
    {"audience": [1, 2, 3, 4, 5]},
    {"audience": [4, 5], "exclude": [3]},
    {"audience": [4, 5], "country": ["México"], "language": ["es"]},
    {"audience": [4], "exclude": [2], "attribute:ciudad": ["Madrid"], "language": ["en"]},
    {"audience": [4, 5], f"campaign-{crowding.FINISHED}": "excluded"},
    {"audience": [4, 5], f"campaign-{crowding.SENDING}": "received"},
)


@dataclass(frozen=True, slots=True)
class Request:
    """Something that somebody opens, or with `fields` the form they send; `name` is the endpoint's."""

    name: str
    path: str
    fields: dict[str, Any] | None = field(default=None, hash=False)


@dataclass(slots=True)
class Cost:
    """Milliseconds that a request took, those all processors spent on it, and its statements with theirs."""

    status: int = 0
    milliseconds: float = 0.0
    spent: float = 0.0
    statements: list[tuple[str, float]] = field(default_factory=list)

    @property
    def slowest(self) -> tuple[str, float]:
        """The statement that took longest."""
        return max(self.statements, key=lambda each: each[1], default=("", 0.0))


def list_requests(app: Flask) -> list[Request]:
    """Return every page of the URL map, those that differ by their number several times, and the count panel."""
    found: list[Request] = []
    for rule in list_rules(app, "GET"):
        if rule.endpoint in _LEFT_OUT:
            continue
        numbers = _NUMBERS.get(rule.endpoint)
        usual = sample_path(app, rule)
        paths = [usual.replace("/1", f"/{number}", 1) for number in numbers] if numbers else [usual]
        if rule.endpoint == "campaigns.list_people":
            paths = [f"/campanas/{crowding.DRAFT}/destinatarios/{figure}" for figure in _FIGURES]
        paths += [f"{paths[0]}?{urlencode(query)}" for query in _QUERIES.get(rule.endpoint, ())]
        found += [Request(rule.endpoint, path) for path in paths]
    panel = f"/campanas/{crowding.DRAFT}/destinatarios/suma"
    waited = [each.path for each in found if each.name in _WAITING]
    found += [Request("counted page", f"{path}?contar=1") for path in waited]
    found += [Request("count panel", panel, fields) for fields in _MORE_CHOICES]
    return sorted(found, key=lambda each: each.path)


@contextmanager
def noting(cost: Cost) -> Iterator[None]:
    """Note each statement of the block, with the processor's milliseconds up to its first row."""

    def begin(connection: Connection, *_others: object) -> None:
        connection.info["begun"] = time.thread_time()

    def end(connection: Connection, _cursor: object, statement: str, *_others: object) -> None:
        cost.statements.append((statement, (time.thread_time() - connection.info["begun"]) * 1000))

    event.listen(db.engine, "before_cursor_execute", begin)
    event.listen(db.engine, "after_cursor_execute", end)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", begin)
        event.remove(db.engine, "after_cursor_execute", end)


def measure(client: Client, request: Request) -> Cost:
    """Open a page once."""
    cost = Cost()
    with noting(cost):
        started, at = time.process_time(), time.perf_counter()
        answer = client.submit(request.path, request.fields) if request.fields else client.get(request.path)
        cost.spent, cost.milliseconds = (time.process_time() - started) * 1000, (time.perf_counter() - at) * 1000
    cost.status = answer.status_code
    return cost
