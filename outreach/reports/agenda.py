"""A month as the first page shows it: what leaves, what is being prepared, and the days on which nothing should.

Each read is one statement, however many rows there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from outreach import clock
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.calendar import list_days_off
from outreach.campaigns.planning.models import RestrictedPeriod
from outreach.campaigns.planning.rules import is_weekend
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.series.queries import EditionView, list_editions
from outreach.db import db

MOST_CAMPAIGNS = 200
SHOWN_A_DAY = 4
_MOST_YEARS_AWAY = 20
_DAYS_IN_A_WEEK = 7
_LONGEST_MONTH = timedelta(days=31)


@dataclass(slots=True)
class Day:
    """One day of the calendar; `name` is why nobody works, `more` counts the campaigns that are not shown."""

    on: date
    is_of_month: bool
    is_today: bool
    name: str = ""
    periods: list[RestrictedPeriod] = field(default_factory=list)
    editions: list[EditionView] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    more: int = 0

    @property
    def is_resting(self) -> bool:
        """Tell whether nobody works."""
        return bool(self.name) or is_weekend(self.on)

    @property
    def has_news(self) -> bool:
        """Tell whether a list of the month's days should name it."""
        return bool(self.name or self.periods or self.editions or self.campaigns or self.is_today)


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks of a month, from Monday to Sunday, whole ones."""

    first_on: date
    weeks: Sequence[Sequence[Day]]

    @property
    def before(self) -> str:
        """The month before, as the address names it: 2026-02."""
        return f"{self.first_on - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        """The month after, as the address names it."""
        return f"{self.first_on + _LONGEST_MONTH:%Y-%m}"

    @property
    def days(self) -> list[Day]:
        """The days of the month that have something to say."""
        return [day for week in self.weeks for day in week if day.is_of_month and day.has_news]


def find_month(text: str, today: date) -> date:
    """Return the first day of the month named as 2026-03; that of `today` for anything else, or too far from it."""
    try:
        found = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return today.replace(day=1)
    return found if abs(found.year - today.year) <= _MOST_YEARS_AWAY else today.replace(day=1)


def read_month(first_on: date, today: date, zone: str) -> Month:
    """Return the month that begins on `first_on`, its instants read in `zone`."""
    begin = first_on - timedelta(days=first_on.weekday())
    last_on = (first_on + _LONGEST_MONTH).replace(day=1) - timedelta(days=1)
    number = (last_on - begin).days // _DAYS_IN_A_WEEK + 1
    names = list_days_off(begin, begin + timedelta(days=number * _DAYS_IN_A_WEEK - 1))
    days = [begin + timedelta(days=count) for count in range(number * _DAYS_IN_A_WEEK)]
    calendar = {
        day: Day(day, (day.year, day.month) == (first_on.year, first_on.month), day == today, names.get(day, ""))
        for day in days
    }
    _put_campaigns(calendar, zone)
    _put_editions(calendar)
    _put_periods(calendar, zone)
    rows = list(calendar.values())
    return Month(first_on, [rows[start : start + _DAYS_IN_A_WEEK] for start in range(0, len(rows), _DAYS_IN_A_WEEK)])


def _put_campaigns(calendar: dict[date, Day], zone: str) -> None:
    begin, end = _find_ends(calendar, zone)
    query = (
        select(Campaign)
        .where(Campaign.state == CampaignState.SCHEDULED, Campaign.scheduled_at >= begin, Campaign.scheduled_at < end)
        .order_by(Campaign.scheduled_at, Campaign.id)
        .limit(MOST_CAMPAIGNS)
    )
    for campaign in db.session.scalars(query):
        if campaign.scheduled_at:
            day = calendar[campaign.scheduled_at.astimezone(ZoneInfo(zone)).date()]
            if len(day.campaigns) < SHOWN_A_DAY:
                day.campaigns.append(campaign)
            else:
                day.more += 1


def _put_editions(calendar: dict[date, Day]) -> None:
    """Put the editions on their days; one that has a time to leave is there already, as a campaign."""
    for view in list_editions(min(calendar), max(calendar)):
        if view.campaign is None or view.campaign.state != CampaignState.SCHEDULED:
            calendar[view.planned.sends_on].editions.append(view)


def _put_periods(calendar: dict[date, Day], zone: str) -> None:
    begin, end = _find_ends(calendar, zone)
    query = select(RestrictedPeriod).where(
        RestrictedPeriod.is_active, RestrictedPeriod.starts_at < end, RestrictedPeriod.ends_at > begin
    )
    place = ZoneInfo(zone)
    for period in db.session.scalars(query.order_by(RestrictedPeriod.starts_at, RestrictedPeriod.id)):
        first = period.starts_at.astimezone(place).date()
        # It ends just before `ends_at`: one that ends at midnight leaves the new day alone.
        last = (period.ends_at - timedelta(microseconds=1)).astimezone(place).date()
        for day in calendar.values():
            if first <= day.on <= last:
                day.periods.append(period)


def _find_ends(calendar: dict[date, Day], zone: str) -> tuple[datetime, datetime]:
    return clock.midnight_in(zone, min(calendar)), clock.midnight_in(zone, max(calendar) + timedelta(days=1))
