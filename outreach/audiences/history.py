"""What the ledger, which stands above, knows of people: it says here how to ask it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class History:
    """Conditions on a column of contacts' ids, as the ledger writes them.

    `received` and `may_have_received` (an uncertain delivery counts as well) ask for any of some campaigns;
    `was_released` asks for any campaign that was released at or after an instant.
    """

    received: Callable[[ColumnElement[int], Sequence[int]], ColumnElement[bool]]
    may_have_received: Callable[[ColumnElement[int], Sequence[int]], ColumnElement[bool]]
    was_released: Callable[[ColumnElement[int], datetime], ColumnElement[bool]]


_histories: list[History] = []


def offer_history(history: History) -> None:
    """Let the package that keeps the ledger answer; the last one that offers itself does."""
    _histories[:] = [history]


def get_history() -> History:
    """Return the ledger's conditions; a program that has no ledger cannot ask for them."""
    if not _histories:
        message = "nobody keeps a ledger: import outreach.dispatch.receipts first"
        raise LookupError(message)
    return _histories[0]
