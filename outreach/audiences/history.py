"""What the ledger, which stands above, knows of people: it says here how to ask it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.support import LazyProxy
from sqlalchemy import ColumnElement, Select


@dataclass(frozen=True, slots=True)
class Received:
    """One message of a campaign to somebody: what became of it, in words, with the tone of its badge."""

    delivery_id: int
    campaign_id: int
    name: str
    at: datetime
    outcome: str
    label: LazyProxy
    tone: str


@dataclass(frozen=True, slots=True)
class History:
    """Conditions on a column of contacts' ids, as the ledger writes them.

    `received` and `may_have_received` (an uncertain delivery counts as well) ask for any of some campaigns;
    `select_received` and `select_may_have_received` give the same people, as contact_id, from the campaigns' side.
    `was_released` asks for any campaign that was released at or after an instant. `list_received` tells what the ledger
    holds of a contact, the latest first, and `forget` takes out of it what mail servers said of the address.
    """

    received: Callable[[ColumnElement[int], Sequence[int]], ColumnElement[bool]]
    may_have_received: Callable[[ColumnElement[int], Sequence[int]], ColumnElement[bool]]
    select_received: Callable[[Sequence[int]], Select[int]]
    select_may_have_received: Callable[[Sequence[int]], Select[int]]
    was_released: Callable[[ColumnElement[int], datetime], ColumnElement[bool]]
    list_received: Callable[[int, int], Sequence[Received]]
    forget: Callable[[int], None]


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
