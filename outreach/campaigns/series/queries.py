"""Reads of series and their editions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from outreach import clock
from outreach.accounts.models import User
from outreach.accounts.rules import Permission, Role, is_allowed
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.series.labels import name_date
from outreach.campaigns.series.models import Edition, Series, SeriesPerson
from outreach.campaigns.series.planning import (
    FURTHEST,
    MARGIN,
    drop_known_months,
    find_date,
    find_due_at,
    list_dates,
    list_days_off_around,
)
from outreach.campaigns.series.recurrence import PlannedDate, read_rule
from outreach.campaigns.series.rules import EditionFacts, EditionState, SeriesState, judge
from outreach.db import db
from outreach.errors import NotFoundError
from outreach.translation import gettext as _


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition as pages show it: kept in a row, or only planned."""

    series: Series
    planned: PlannedDate
    state: EditionState
    due_at: datetime
    edition: Edition | None = None

    @property
    def campaign(self) -> Campaign | None:
        """Its content; None before it opens."""
        return self.edition.campaign if self.edition else None

    def label(self, language: str) -> str:
        """Return what tells it from the other editions of its series: «marzo 2026»."""
        return name_date(read_rule(self.series.recurrence), self.planned.due_on, language)

    def name(self, language: str) -> str:
        """Return its whole name: «Corazón Chilango · marzo 2026»."""
        return f"{self.series.name(language)} · {self.label(language)}"


def list_series() -> Sequence[Series]:
    """Return every series, those that are under way first, with the people who answer for each."""
    query = select(Series).options(selectinload(Series.person_links).joinedload(SeriesPerson.user))
    found = db.session.scalars(query.order_by(Series.name_es)).all()
    order = list(SeriesState)
    order.insert(0, order.pop(order.index(SeriesState.ACTIVE)))
    return sorted(found, key=lambda series: order.index(series.state))


def list_active() -> Sequence[Series]:
    """Return the series whose editions open by themselves."""
    return db.session.scalars(select(Series).where(Series.state == SeriesState.ACTIVE).order_by(Series.id)).all()


def get_series(series_id: int) -> Series:
    """Return the series, or raise NotFoundError."""
    series = db.session.get(Series, series_id)
    if series is None:
        raise NotFoundError(_("No hay ninguna serie con el número %(number)s.", number=series_id))
    return series


def get_series_by_slug(slug: str) -> Series:
    """Return the series that the command line calls `slug`, or raise NotFoundError that lists those there are."""
    series = db.session.scalar(select(Series).where(Series.slug == slug))
    if series is None:
        known = ", ".join(db.session.scalars(select(Series.slug).order_by(Series.slug))) or _("ninguna")
        raise NotFoundError(_("No existe la serie «%(slug)s»; existen: %(known)s.", slug=slug, known=known))
    return series


def list_editions(first_on: date, last_on: date, series: Series | None = None) -> list[EditionView]:
    """Return the editions that leave between two days, kept ones and planned ones, in their order."""
    query = (
        select(Edition)
        .where(Edition.sends_on.between(first_on, last_on))
        .options(joinedload(Edition.series), joinedload(Edition.campaign))
    )
    if series:
        query = query.where(Edition.series_id == series.id)
    kept = db.session.scalars(query).all()
    wanted = [series] if series else list_active()
    known = _list_known(wanted, first_on, last_on)
    views = [view_edition(edition) for edition in kept]
    days_off = list_days_off_around(first_on, last_on) if wanted else {}
    for each in wanted:
        dates = list_dates(each, first_on, last_on, days_off)
        views += _list_planned(each, known.get(each.id, set()), dates)
    return sorted(views, key=lambda view: (view.planned.sends_on, view.series.name_es, view.planned.due_on))


def find_edition(series: Series, due_on: date) -> Edition | None:
    """Return the edition that is kept for this day of the rule."""
    query = select(Edition).where(Edition.series_id == series.id, Edition.due_on == due_on)
    return db.session.scalar(query)


def get_edition(series: Series, due_on: date) -> EditionView:
    """Return the edition of this day, kept or planned; raise NotFoundError if the rule does not fall on it."""
    edition = find_edition(series, due_on)
    if edition:
        return view_edition(edition)
    planned = find_date(series, due_on)
    if planned:
        return _view_planned(series, planned)
    raise NotFoundError(
        _("La serie «%(name)s» no tiene edición el %(day)s.", name=series.name_es, day=due_on.isoformat())
    )


def list_next(series: Series, today: date, number: int = 1) -> list[EditionView]:
    """Return the next editions that leave on `today` or later, kept or planned, the first one first."""
    return [view for view in list_editions(today, today + FURTHEST, series) if view.state is not EditionState.SKIPPED][
        :number
    ]


def list_known_days(series: Series) -> set[date]:
    """Return the days of the rule that have an edition, skipped ones too."""
    return set(db.session.scalars(select(Edition.due_on).where(Edition.series_id == series.id)))


def find_last_campaign(series: Series, before: date) -> Campaign | None:
    """Return the campaign of the last edition before a day, in whose image the next one opens."""
    query = (
        select(Campaign)
        .join(Edition, Edition.campaign_id == Campaign.id)
        .where(Edition.series_id == series.id, Edition.due_on < before)
        .order_by(Edition.due_on.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def find_edition_of(campaign: Campaign) -> Edition | None:
    """Return the edition whose content `campaign` is; None for a campaign of no series."""
    query = select(Edition).where(Edition.campaign_id == campaign.id).options(joinedload(Edition.series))
    return db.session.scalar(query)


def list_unfinished(user: User, until: date) -> list[EditionView]:
    """Return the open and late editions that `user` answers for and that leave up to `until`, the first one first."""
    ended = (CampaignState.SENDING, CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.SCHEDULED)
    query = (
        select(Edition)
        .join(Edition.campaign)
        .join(SeriesPerson, SeriesPerson.series_id == Edition.series_id)
        .where(SeriesPerson.user_id == user.id, Edition.skipped_at.is_(None), Edition.sends_on <= until)
        .where(Campaign.state.not_in(ended), Campaign.released_at.is_(None))
        .options(contains_eager(Edition.campaign), joinedload(Edition.series))
        .order_by(Edition.sends_on, Edition.id)
        .limit(20)
    )
    return [view_edition(edition) for edition in db.session.scalars(query)]


def find_author(series: Series) -> User | None:
    """Return who writes the drafts that open by themselves: the first of its people who may, else an administrator."""
    for person in series.people:
        if person.is_active and is_allowed(Role(person.role), Permission.WRITE):
            return person
    query = select(User).where(User.role == Role.ADMINISTRATOR, User.is_active).order_by(User.id).limit(1)
    return db.session.scalar(query)


def view_edition(edition: Edition) -> EditionView:
    """Return an edition that is kept, with its state at this moment."""
    due_at = find_due_at(edition.series, edition.sends_on)
    return EditionView(
        series=edition.series,
        planned=PlannedDate(edition.due_on, edition.sends_on),
        state=judge(_read_facts(edition), due_at, clock.now()),
        due_at=due_at,
        edition=edition,
    )


def _read_facts(edition: Edition) -> EditionFacts:
    campaign = edition.campaign
    if campaign is None:
        return EditionFacts(is_skipped=edition.skipped_at is not None)
    return EditionFacts(
        campaign=CampaignState(campaign.state),
        is_skipped=edition.skipped_at is not None,
        is_edited=campaign.edit_count > edition.opened_edits,
        is_released=campaign.released_at is not None,
    )


def _list_known(wanted: Sequence[Series], first_on: date, last_on: date) -> dict[int, set[date]]:
    """Return the days around two days that have an edition, by series: one statement for all of them."""
    query = select(Edition.series_id, Edition.due_on).where(
        Edition.series_id.in_([series.id for series in wanted]),
        Edition.due_on.between(first_on - 2 * MARGIN, last_on + 2 * MARGIN),
    )
    known: dict[int, set[date]] = {}
    for series_id, due_on in db.session.execute(query):
        known.setdefault(series_id, set()).add(due_on)
    return known


def _list_planned(series: Series, known: set[date], dates: list[PlannedDate]) -> list[EditionView]:
    rest = drop_known_months(read_rule(series.recurrence), dates, known)
    return [_view_planned(series, each) for each in rest if each.due_on not in known]


def _view_planned(series: Series, planned: PlannedDate) -> EditionView:
    due_at = find_due_at(series, planned.sends_on)
    return EditionView(series, planned, judge(EditionFacts(), due_at, clock.now()), due_at)
