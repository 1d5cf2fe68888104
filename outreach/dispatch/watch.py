"""How a run of sending learns, before each message, that somebody left or that its campaign stopped (F-50)."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Engine, Select, bindparam, or_, select

from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.restrictions import find_hindrance
from outreach.campaigns.rules import CampaignState
from outreach.dispatch.connections import open_own
from outreach.dispatch.models import Delivery
from outreach.dispatch.news import open_news
from outreach.dispatch.rapid import among, fetch_all, pack
from outreach.dispatch.readers import SKIP, join_readers
from outreach.dispatch.rules import SkipReason

# Whatever the news, a chunk is looked at anew after this long: a campaign's end and a restricted period come by the
# clock, and nobody tells of them.
_LONGEST_TRUST = 1.0


@dataclass(frozen=True, slots=True)
class Gate:
    """What may have changed since deliveries were claimed: `skips` names who must not get it any more, and why."""

    is_running: bool
    skips: dict[int, SkipReason]


_GOES_ON = select(Campaign.id).where(
    Campaign.id == bindparam("campaign"),
    Campaign.state == CampaignState.SENDING,
    or_(Campaign.not_after.is_(None), Campaign.not_after > bindparam("now")),
)


@cache
def _find_out(dialect: str) -> Select[Any]:
    """Find who of some deliveries must not get one any more, and why."""
    return join_readers(select(Delivery.id, SKIP)).where(among(dialect, Delivery.id, "deliveries"), SKIP != "")


class Watch:
    """The eyes of one run, on a connection of their own that holds no transaction."""

    def __init__(self, database: Engine, lanes: int) -> None:
        self._connection = open_own(database.execution_options(isolation_level="AUTOCOMMIT"))
        self._news = open_news(self._connection, lanes)
        self._looked_at = 0.0

    def begin(self) -> None:
        """Begin to listen, before something is claimed: what a claim read is the first look."""
        self._looked_at = time.monotonic()
        self._news.begin()

    def look(self, campaign_id: int, delivery_ids: Sequence[int], now: datetime) -> Gate:
        """Look at the campaign and at the readers of some of it; listening begins first, so that no news is lost."""
        self.begin()
        may_go_on = bool(fetch_all(self._connection, _GOES_ON, {"campaign": campaign_id, "now": now}))
        # The next claim pauses what a restricted period stopped here, and says why.
        is_free = not find_hindrance(self._connection, campaign_id, now)
        dialect = self._connection.dialect.name
        skips = fetch_all(self._connection, _find_out(dialect), {"deliveries": pack(dialect, delivery_ids)})
        return Gate(may_go_on and is_free, {delivery_id: SkipReason(reason) for delivery_id, reason in skips})

    def expect_news(self) -> None:
        """Say that there is news, as the run itself changed something."""
        self._looked_at = -math.inf

    def has_news(self) -> bool:
        """Tell whether it is time to look again before the next message."""
        return time.monotonic() - self._looked_at > _LONGEST_TRUST or self._news.has_come()

    def close(self) -> None:
        """Let go of the connection."""
        self._news.end()
        self._connection.close()
