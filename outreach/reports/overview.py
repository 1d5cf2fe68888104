"""What the first page says: what waits for somebody, what leaves next, what the quarter holds, what is still to set up.

Each read is one statement, however many rows there are.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, extract, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from outreach import clock
from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.audiences.models import Audience, Subscription
from outreach.campaigns.models import Approval, Campaign, Institution
from outreach.campaigns.progress import LanguageState, find_language_states
from outreach.campaigns.rules import CampaignState, Language
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.rules import SeriesState
from outreach.db import db
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.rules import Outcome
from outreach.reports.models import DismissedSteps
from outreach.reports.periods import Period, quarter_of

SHOWN = 10
_MONTHS_IN_CHART = 6
_DRAFTS_LOOKED_AT = 12
_MONTHS_IN_A_YEAR = 12

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Shortlist(Generic[Entry]):
    """The first SHOWN entries of a list; `has_more` tells whether the list goes on."""

    entries: Sequence[Entry]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A campaign with deliveries of which nobody knows whether they arrived."""

    campaign_id: int
    name: str
    uncertain: int


@dataclass(frozen=True, slots=True)
class Lack:
    """A draft of which one language is ready and `language` is not."""

    campaign: Campaign
    language: Language
    state: LanguageState


@dataclass(frozen=True, slots=True)
class AudienceTally:
    """Dispatches that went to one audience; both names are empty where the log names none."""

    name_es: str
    name_en: str
    dispatches: int


@dataclass(frozen=True, slots=True)
class MonthTally:
    """Dispatches of the month that begins on `first_on`; `share` is their percentage of the busiest month's."""

    first_on: date
    dispatches: int
    share: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What the log says of a quarter, by audience from most to least, and of the months up to now."""

    period: Period
    total: int
    audiences: Sequence[AudienceTally]
    months: Sequence[MonthTally]


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What a new installation has already done."""

    has_people: bool
    has_campaign: bool
    has_reviewer: bool
    has_sent: bool
    has_series: bool

    @property
    def are_done(self) -> bool:
        """Tell whether nothing is left to set up."""
        return all(astuple(self))


def list_approvable(user: User) -> Shortlist[Campaign]:
    """Return the campaigns in review that `user`, whose role approves, did not write, the longest waiting first.

    In a one-person office one's own are among them.
    """
    is_allowed = or_(Campaign.author_id != user.id, exists().where(Institution.is_one_person_office))
    return _list_campaigns(and_(Campaign.state == CampaignState.IN_REVIEW, is_allowed), Campaign.updated_at)


def list_returned(user: User) -> Shortlist[Campaign]:
    """Return the drafts of `user` that came back with a note, or whose approval an edit made void."""
    lapsed = exists().where(Approval.campaign_id == Campaign.id, Approval.voided_at.is_not(None))
    came_back = or_(Campaign.state_reason != "", lapsed)
    condition = and_(Campaign.state == CampaignState.DRAFT, Campaign.author_id == user.id, came_back)
    return _list_campaigns(condition, Campaign.updated_at)


def list_lacking(user: User) -> Shortlist[Lack]:
    """Return the drafts of `user` of which one language is ready and the other is not, the latest first.

    What a language lacks is read from its texts, so that only the latest drafts are looked at.
    """
    query = (
        select(Campaign)
        .where(Campaign.state == CampaignState.DRAFT, Campaign.author_id == user.id)
        .options(selectinload(Campaign.versions), selectinload(Campaign.blocks))
        .order_by(Campaign.updated_at.desc(), Campaign.id)
        .limit(_DRAFTS_LOOKED_AT)
    )
    found: list[Lack] = []
    for campaign in db.session.scalars(query):
        states = find_language_states(campaign)
        if LanguageState.COMPLETE in states.values():
            lacking = [(language, state) for language, state in states.items() if state is not LanguageState.COMPLETE]
            found += [Lack(campaign, language, state) for language, state in lacking]
    return shorten(found)


def has_dismissed_steps(user: User) -> bool:
    """Tell whether `user` does not want to see the first steps any more."""
    return db.session.get(DismissedSteps, user.id) is not None


def dismiss_steps(user: User, *, is_wanted: bool) -> None:
    """Show `user` the first steps, or show them no more."""
    kept = db.session.get(DismissedSteps, user.id)
    if is_wanted and kept:
        db.session.delete(kept)
    elif not is_wanted and kept is None:
        db.session.add(DismissedSteps(user_id=user.id, dismissed_at=clock.now()))
    db.session.flush()


def list_stopped() -> Shortlist[Campaign]:
    """Return the campaigns that are held or paused, and those on their way that the mail server keeps back."""
    is_stuck = and_(Campaign.state == CampaignState.SENDING, Campaign.state_reason != "")
    return _list_campaigns(
        or_(Campaign.state.in_((CampaignState.HELD, CampaignState.PAUSED)), is_stuck), Campaign.updated_at
    )


def list_scheduled() -> Shortlist[Campaign]:
    """Return the campaigns that leave next, the first one first."""
    return _list_campaigns(Campaign.state == CampaignState.SCHEDULED, Campaign.scheduled_at)


def list_doubts() -> Shortlist[Doubt]:
    """Return the campaigns with uncertain deliveries, the oldest first; each is looked up in the ledger's index."""
    uncertain = (
        select(func.count())
        .where(Delivery.campaign_id == Campaign.id, Delivery.outcome == Outcome.UNCERTAIN)
        .correlate(Campaign)
        .scalar_subquery()
    )
    query = select(Campaign.id, Campaign.name, uncertain).where(Campaign.released_at.is_not(None), uncertain > 0)
    rows = db.session.execute(query.order_by(Campaign.id).limit(SHOWN + 1)).all()
    return shorten([Doubt(*row) for row in rows])


def read_activity(today: date) -> Activity:
    """Count the dispatches of the quarter of `today` by audience, and of the last months, by the rule of the log."""
    period = quarter_of(today)
    firsts = [_month_before(today, back) for back in reversed(range(_MONTHS_IN_CHART))]
    months = dict.fromkeys(firsts, 0)
    audiences: dict[tuple[str, str], int] = {}
    for year, month, name_es, name_en, number in db.session.execute(_count_dispatches(firsts[0], period.last_on)):
        first_on = date(int(year), int(month), 1)
        if first_on in months:
            months[first_on] += number
        if first_on >= period.first_on:
            names = (name_es or "", name_en or "")
            audiences[names] = audiences.get(names, 0) + number
    tallies = [AudienceTally(*names, number) for names, number in audiences.items()]
    return Activity(
        period=period,
        total=sum(audiences.values()),
        audiences=sorted(tallies, key=lambda tally: (-tally.dispatches, tally.name_es)),
        months=_scale(months),
    )


def read_first_steps() -> FirstSteps:
    """Tell what a new installation has done: people, a campaign, somebody who approves, a send."""
    has_reviewer = or_(
        exists().where(User.role == Role.REVIEWER, User.is_active),
        exists().where(Institution.is_one_person_office),
    )
    query = select(
        exists().where(Subscription.id.is_not(None)),
        exists().where(Campaign.id.is_not(None)),
        has_reviewer,
        exists().where(Dispatch.sent_on.is_not(None)),
        exists().where(Series.state != SeriesState.IDLE),
    )
    return FirstSteps(*(bool(answer) for answer in db.session.execute(query).one()))


def _list_campaigns(condition: ColumnElement[bool], order: Any) -> Shortlist[Campaign]:  # noqa: ANN401 - a mapped column of any type
    query = select(Campaign).where(condition).options(joinedload(Campaign.author)).order_by(order, Campaign.id)
    return shorten(db.session.scalars(query.limit(SHOWN + 1)).all())


def shorten(found: Sequence[Entry]) -> Shortlist[Entry]:
    """Return the first SHOWN entries of a list that was read one further."""
    return Shortlist(found[:SHOWN], len(found) > SHOWN)


def _count_dispatches(first_on: date, last_on: date) -> Select[*tuple[Any, ...]]:
    """Group the lines of the log, those that were accepted and that no correction replaced, by month and audience."""
    corrected = select(Dispatch.corrects_id).where(Dispatch.corrects_id.is_not(None))
    parts = (
        extract("year", Dispatch.sent_on),
        extract("month", Dispatch.sent_on),
        Audience.name_es,
        Audience.name_en,
    )
    return (
        select(*parts, func.count(Dispatch.id))
        .select_from(Dispatch)
        .outerjoin(Dispatch.audience)
        .where(Dispatch.sent_on.between(first_on, last_on), Dispatch.id.not_in(corrected))
        .group_by(*parts)
    )


def _month_before(day: date, back: int) -> date:
    """Return the first day of the month that lies `back` months before that of `day`."""
    years, month = divmod(day.year * _MONTHS_IN_A_YEAR + day.month - 1 - back, _MONTHS_IN_A_YEAR)
    return date(years, month + 1, 1)


def _scale(months: dict[date, int]) -> list[MonthTally]:
    busiest = max(months.values()) or 1
    return [MonthTally(first_on, number, round(100 * number / busiest)) for first_on, number in months.items()]
