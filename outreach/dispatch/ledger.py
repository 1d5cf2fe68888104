"""The figures of a campaign: intended = pending + sent + failed + skipped + uncertain, always."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, undefer

from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.errors import UnknownDeliveryError
from outreach.dispatch.identifiers import make_message_id
from outreach.dispatch.models import IS_FREE, Attempt, ClaimedDelivery, Delivery, Dispatch
from outreach.dispatch.rules import PENDING, Outcome
from outreach.dispatch.tallies import PENDING_TALLY, Numbers, read_tallies
from outreach.translation import gettext as _

PAGE_SIZE = 50
_PART = 1_000


@dataclass(frozen=True, slots=True)
class Ledger:
    """How many deliveries a campaign intends, and what became of them; waiting for another try is pending."""

    intended: int
    pending: int
    sent: int
    failed: int
    skipped: int
    uncertain: int

    @property
    def is_balanced(self) -> bool:
        """Tell whether the accounting identity holds (S-34)."""
        return self.intended == self.pending + self.sent + self.failed + self.skipped + self.uncertain

    def as_json(self) -> dict[str, int]:
        """Return the figures as the command line prints them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DispatchFigures:
    """One dispatch of a campaign with its own figures."""

    dispatch: Dispatch
    ledger: Ledger


def read_ledger(campaign_id: int) -> Ledger:
    """Return the figures of a campaign; `intended` is what its release wrote down."""
    intended = db.session.scalar(select(func.sum(Dispatch.intended)).where(Dispatch.campaign_id == campaign_id)) or 0
    total: Counter[Outcome] = Counter()
    for numbers in read_tallies(campaign_id).values():
        total.update(numbers)
    return _sum(total, intended)


def list_dispatches(campaign_id: int) -> Sequence[DispatchFigures]:
    """Return the campaign's dispatches in its audiences' order, each with its figures."""
    figures = read_tallies(campaign_id)
    dispatches = db.session.scalars(
        select(Dispatch)
        .where(Dispatch.campaign_id == campaign_id)
        .options(joinedload(Dispatch.audience))
        .order_by(Dispatch.id)
    )
    return [DispatchFigures(dispatch, _sum(figures.get(dispatch.id, {}), dispatch.intended)) for dispatch in dispatches]


def _sum(numbers: Numbers, intended: int) -> Ledger:
    return Ledger(
        intended=intended,
        pending=numbers.get(PENDING_TALLY, 0),
        sent=numbers.get(Outcome.SENT, 0),
        failed=numbers.get(Outcome.FAILED, 0),
        skipped=numbers.get(Outcome.SKIPPED, 0),
        uncertain=numbers.get(Outcome.UNCERTAIN, 0),
    )


def select_deliveries(campaign_id: int, outcomes: Sequence[Outcome] = ()) -> Select[Delivery]:
    """Select a campaign's deliveries with their contacts, of the given outcomes or of all."""
    statement = select(Delivery).where(Delivery.campaign_id == campaign_id)
    statement = statement.options(joinedload(Delivery.contact), undefer(Delivery.standing))
    if outcomes:
        statement = statement.where(or_(*map(_stands_at, outcomes)))
    return statement.order_by(Delivery.id)


def _stands_at(outcome: Outcome) -> ColumnElement[bool]:
    """Tell that people are told this outcome of a delivery, in words that an index answers: see `Delivery.standing`."""
    if outcome is Outcome.CLAIMED:
        return Delivery.id.in_(select(ClaimedDelivery.delivery_id))
    is_so = Delivery.outcome == outcome
    return is_so & IS_FREE if outcome in PENDING else is_so


def stream_deliveries(campaign_id: int, outcomes: Sequence[Outcome] = ()) -> Iterator[Delivery]:
    """Yield a campaign's deliveries without holding them all."""
    last = 0
    while True:
        part = select_deliveries(campaign_id, outcomes).where(Delivery.id > last).limit(_PART)
        found = db.session.scalars(part).all()
        yield from found
        if len(found) < _PART:
            return
        last = found[-1].id
        db.session.expunge_all()


def get_delivery(delivery_id: int) -> Delivery:
    """Return the delivery, or raise UnknownDeliveryError."""
    delivery = db.session.get(Delivery, delivery_id)
    if delivery is None:
        raise UnknownDeliveryError(_("No hay ninguna entrega con el número %(number)s.", number=delivery_id))
    return delivery


def list_attempts(delivery_id: int) -> Sequence[Attempt]:
    """Return what was tried for a delivery and did not end in acceptance, oldest first."""
    return db.session.scalars(select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.id)).all()


def find_message_id(delivery: Delivery) -> str:
    """Return the Message-ID that the mail server's log has for this delivery."""
    domain = delivery.campaign.sender.address.partition("@")[2]
    return make_message_id(current_config().secret_key, delivery.campaign_id, delivery.contact.public_id, domain)
