"""How a run of sending learns, before each message, that somebody left or that its campaign stopped (F-50)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, bindparam, case, func, literal, or_, select

from outreach.audiences.models import Consent, Contact, Subscription, Suppression
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.restrictions import find_hindrance
from outreach.campaigns.rules import CampaignState
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.rules import SkipReason

# Whatever the marks say, a chunk is looked at anew after this long: on PostgreSQL a transaction may show its rows after
# those of one that began later, and a mark can miss it.
_LONGEST_TRUST = 1.0
# A look at the marks is a round trip on PostgreSQL; on SQLite it asks for locks, and in this time a connection begins
# at most one message.
_SECONDS_BETWEEN_LOOKS = {"sqlite": 0.001}
_SECONDS_BETWEEN_LOOKS_ELSEWHERE = 0.005
_IN_MEMORY = (None, "", ":memory:")


@dataclass(frozen=True, slots=True)
class Gate:
    """What may have changed since deliveries were claimed: `skips` names who must not get it any more, and why."""

    is_running: bool
    skips: dict[int, SkipReason]


# The three places where news appears: withdrawals and exclusions are only ever added, a campaign's row changes.
_MARKS = select(
    select(func.max(Consent.id)).scalar_subquery(),
    select(func.max(Suppression.id)).scalar_subquery(),
    Campaign.state,
    Campaign.not_after,
).where(Campaign.id == bindparam("campaign_id"))

_OUT = (
    select(
        Delivery.id,
        case(
            (Suppression.id.is_not(None), literal(SkipReason.SUPPRESSED.value)),
            else_=literal(SkipReason.UNSUBSCRIBED.value),
        ),
    )
    .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
    .join(Contact, Contact.id == Delivery.contact_id)
    .outerjoin(
        Subscription,
        (Subscription.contact_id == Delivery.contact_id) & (Subscription.audience_id == Dispatch.audience_id),
    )
    .outerjoin(Suppression, Suppression.email_hash == Contact.email_hash)
    .where(
        Delivery.id.in_(bindparam("delivery_ids", expanding=True)),
        or_(Suppression.id.is_not(None), Subscription.id.is_(None), Subscription.ended_at.is_not(None)),
    )
)


class Watch:
    """The eyes of one run, on a connection of their own that holds no transaction."""

    def __init__(self, database: Engine) -> None:
        self._connection = database.connect().execution_options(isolation_level="AUTOCOMMIT")
        driver = self._connection.connection
        self._cursor = driver.cursor()
        compiled = _MARKS.compile(dialect=database.dialect)
        self._marks_text = str(compiled)
        self._is_positional = bool(compiled.positional)
        self._pause = _SECONDS_BETWEEN_LOOKS.get(database.dialect.name, _SECONDS_BETWEEN_LOOKS_ELSEWHERE)
        self._has_versions = database.dialect.name == "sqlite" and database.url.database not in _IN_MEMORY
        self._version: Any = None
        self._marks: Any = None
        self._glanced_at = 0.0
        self._looked_at = 0.0

    def look(self, campaign_id: int, delivery_ids: Sequence[int], now: datetime) -> Gate:
        """Look at the campaign and at these deliveries' readers; marks are taken first, so that no news is lost."""
        self._glanced_at = self._looked_at = time.monotonic()
        self._version = self._read_version()
        self._marks = self._read_marks(campaign_id)
        campaign = self._connection.execute(
            select(Campaign.state, Campaign.not_after).where(Campaign.id == campaign_id)
        ).one()
        is_over = campaign.not_after is not None and campaign.not_after <= now
        # The next claim pauses what a restricted period stopped here, and says why.
        is_free = not find_hindrance(self._connection, campaign_id, now)
        skips = self._connection.execute(_OUT, {"delivery_ids": list(delivery_ids)})
        return Gate(
            campaign.state == CampaignState.SENDING and not is_over and is_free,
            {delivery_id: SkipReason(reason) for delivery_id, reason in skips},
        )

    def has_news(self, campaign_id: int) -> bool:
        """Tell whether it is time to look again before the next message."""
        now = time.monotonic()
        if now - self._looked_at > _LONGEST_TRUST:
            return True
        if now - self._glanced_at < self._pause:
            return False
        self._glanced_at = now
        version = self._read_version()
        if version is not None and version == self._version:
            return False
        self._version = version
        return bool(self._read_marks(campaign_id) != self._marks)

    def _read_version(self) -> Any:  # noqa: ANN401 - a number of SQLite's own
        """Return what changes whenever another connection commits to the file; None where there is no such thing."""
        return self._cursor.execute("PRAGMA data_version").fetchone() if self._has_versions else None

    def _read_marks(self, campaign_id: int) -> Any:  # noqa: ANN401 - a row of the database's own driver
        self._cursor.execute(self._marks_text, (campaign_id,) if self._is_positional else {"campaign_id": campaign_id})
        row = self._cursor.fetchone()
        return row and tuple(row)

    def close(self) -> None:
        """Let go of the connection."""
        self._cursor.close()
        self._connection.close()
