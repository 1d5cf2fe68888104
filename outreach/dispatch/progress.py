"""How far a campaign is: its figures, and when it will probably end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, select

from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.db import db
from outreach.dispatch.ledger import DispatchFigures, Ledger, list_dispatches, read_ledger
from outreach.dispatch.models import Delivery
from outreach.dispatch.rules import Outcome

# The speed is that of the latest messages, not of the whole campaign: it may have been paused, or have slowed down.
_LATEST = 500
_LONGEST_SILENCE = timedelta(minutes=1)
# Written into the statement: SQLite takes the index of what is due only where it sees that these two are meant.
_DUE: BindParameter[list[str]] = bindparam(
    "due", [Outcome.QUEUED.value, Outcome.WAITING.value], expanding=True, literal_execute=True
)


@dataclass(frozen=True, slots=True)
class Progress:
    """What the page says of a campaign; times are None when they cannot be told.

    `pending_now` leaves out those who wait for another try, of which the first comes at `next_try_at`. `silent_since`
    is the last acceptance, when something should have followed it.
    """

    ledger: Ledger
    dispatches: Sequence[DispatchFigures]
    pending_now: int
    ends_at: datetime | None = None
    next_try_at: datetime | None = None
    silent_since: datetime | None = None

    @property
    def receiving(self) -> int:
        """How many people the campaign is for, without those who were left out."""
        return self.ledger.intended - self.ledger.skipped

    @property
    def settled(self) -> int:
        """How many of them have an outcome."""
        return self.receiving - self.ledger.pending


def read_progress(campaign: Campaign, now: datetime) -> Progress:
    """Return the figures of `campaign`, and while it is being sent what can be said of the time ahead."""
    figures = list_dispatches(campaign.id)
    ledger = read_ledger(campaign.id)
    # Whoever waits for another try, or for their own hour, cannot leave now.
    later = select(func.count()).where(*_is_later(campaign.id, now))
    pending_now = ledger.pending - (db.session.scalar(later) or 0)
    if campaign.state != CampaignState.SENDING or not ledger.pending:
        return Progress(ledger, figures, pending_now)
    latest = _list_latest(campaign)
    is_silent = bool(pending_now and latest) and now - max(latest) > _LONGEST_SILENCE
    return Progress(
        ledger,
        figures,
        pending_now,
        ends_at=None if is_silent else estimate_end(latest, pending_now, now),
        next_try_at=_find_next_try(campaign.id, now),
        silent_since=max(latest) if is_silent else None,
    )


def estimate_end(latest: Sequence[datetime], pending: int, now: datetime) -> datetime | None:
    """Return when `pending` messages will have left at the speed of the `latest` ones; None when it cannot be told."""
    if not pending or len(latest) < 2:  # noqa: PLR2004 - one point has no speed
        return None
    elapsed = now - min(latest)
    return now + elapsed / len(latest) * pending if elapsed else None


def _list_latest(campaign: Campaign) -> list[datetime]:
    """Return when the latest messages were accepted since the campaign was last set in motion."""
    last = (
        select(Delivery.finished_at)
        .where(Delivery.campaign_id == campaign.id, Delivery.outcome == Outcome.SENT)
        .order_by(Delivery.id.desc())
        .limit(_LATEST)
    )
    return [at for at in db.session.scalars(last) if at is not None and at >= campaign.updated_at]


def _find_next_try(campaign_id: int, now: datetime) -> datetime | None:
    later = select(Delivery.next_attempt_at).where(*_is_later(campaign_id, now))
    return db.session.scalar(later.order_by(Delivery.next_attempt_at).limit(1))


def _is_later(campaign_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Delivery.campaign_id == campaign_id, Delivery.outcome.in_(_DUE), Delivery.next_attempt_at > now
