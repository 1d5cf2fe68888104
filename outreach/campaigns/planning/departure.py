"""When a campaign is asked to leave, and the span of instants that this means around the world."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.audiences.counting import count_zones
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.zones import spread


@dataclass(frozen=True, slots=True)
class Departure:
    """The instant `at` as it was typed in `zone`; with `is_local_time`, its wall time wherever each person lives."""

    at: datetime
    zone: str
    not_after: datetime | None = None
    is_local_time: bool = False

    @property
    def wall(self) -> datetime:
        """What clocks in `zone` show at `at`, without a zone."""
        return self.at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Turn:
    """How many people of one time zone get the campaign at `at`; `zone` is empty for those whose zone nobody knows."""

    zone: str
    at: datetime
    people: int


def list_turns(campaign: Campaign, departure: Departure) -> list[Turn]:
    """Return who gets the campaign when, the earliest first; everybody at once unless each has their own time."""
    counts = count_zones(campaign.choice)
    instants = spread(departure.wall, counts) if departure.is_local_time else {}
    turns = [Turn(zone, instants[zone], counts[zone]) for zone in instants if zone != departure.zone]
    rest = sum(counts.values()) - sum(turn.people for turn in turns)
    if rest:
        turns.append(Turn("", departure.at, rest))
    return sorted(turns, key=lambda turn: (turn.at, turn.zone))


def find_span(campaign: Campaign, departure: Departure) -> tuple[datetime, datetime]:
    """Return the first and the last instant at which the campaign is due to anybody."""
    turns = list_turns(campaign, departure) if departure.is_local_time else []
    instants = [turn.at for turn in turns] or [departure.at]
    return min(instants), max(instants)


def read_departure(campaign: Campaign) -> Departure | None:
    """Return when `campaign` is asked to leave; None when nobody has said."""
    if campaign.planned_at is not None:
        zone = campaign.planned_zone
        return Departure(campaign.planned_at, zone, campaign.not_after, campaign.is_local_time)
    if campaign.scheduled_at is not None:
        return Departure(campaign.scheduled_at, campaign.scheduled_zone, campaign.not_after)
    return None
