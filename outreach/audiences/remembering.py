"""Counts that took long, given again for a while, so that the next page of the same work does not wait for them.

Each process remembers for itself; a count holds while the trail shows that nobody changed anything.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import func, select

from outreach.accounts.models import AuditEntry
from outreach.audiences.models import Subscription
from outreach.db import db

Counted = TypeVar("Counted")

# Seconds: from which a count is worth remembering, and how long at most.
_LONG = 0.2
_KEPT_FOR = 60.0
_MOST_REMEMBERED = 200
# From so many subscriptions on, to count them takes longer than a page may.
_MANY = 100_000


@dataclass(frozen=True, slots=True)
class _Remembered:
    counted: Any
    trail: int
    until: float


def remember(key: Hashable, count: Callable[[], Counted], *, is_anew: bool = False) -> Counted:
    """Return what was counted under `key` a moment ago, else count, and keep what took long; `is_anew` always counts.

    What is kept holds a minute at most, and no longer than until the next entry of the trail.
    """
    found = None if is_anew else _find(key)
    if found:
        counted: Counted = found.counted
        return counted
    started = time.monotonic()
    counted = count()
    now = time.monotonic()
    kept = _list_kept()
    if now - started > _LONG:
        if len(kept) >= _MOST_REMEMBERED:
            kept.clear()
        kept[key] = _Remembered(counted, _read_trail(), now + _KEPT_FOR)
    else:
        kept.pop(key, None)
    return counted


def is_at_hand(key: Hashable) -> bool:
    """Tell whether a count is remembered, or there are so few people that it takes no time."""
    return not are_many() or _find(key) is not None


def are_many() -> bool:
    """Tell whether there are so many people that to count them takes time."""
    return (db.session.scalar(select(func.max(Subscription.id))) or 0) >= _MANY


def _find(key: Hashable) -> _Remembered | None:
    found = _list_kept().get(key)
    holds = found and time.monotonic() < found.until and found.trail == _read_trail()
    return found if holds else None


def _list_kept() -> dict[Hashable, _Remembered]:
    kept: dict[Hashable, _Remembered] = current_app.extensions.setdefault("outreach_counts", {})
    return kept


def _read_trail() -> int:
    return db.session.scalar(select(func.max(AuditEntry.id))) or 0
