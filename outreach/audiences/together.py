"""Questions that each walk through very many rows: one after the other, or on all processors at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask, current_app
from sqlalchemy import StaticPool

from outreach.db import db

Questions = Sequence[Callable[[], Any]]


def ask_in_turn(questions: Questions) -> list[Any]:
    """Return the answers, asked on this connection, which sees what it has not committed yet."""
    return [question() for question in questions]


def ask_together(questions: Questions) -> list[Any]:
    """Return the answers, each asked on a connection of its own: only what was committed is seen.

    The database works outside Python's lock, so that as many are answered at once as there are processors. One that
    lives in memory has a single connection.
    """
    if isinstance(db.engine.pool, StaticPool):
        return ask_in_turn(questions)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's own way to take it along

    def ask(question: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the question answers
        with app.app_context():
            return question()

    with ThreadPoolExecutor(len(questions), thread_name_prefix="question") as threads:
        return list(threads.map(ask, questions))
