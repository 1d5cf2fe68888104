"""Goals and how they stand, counted from the dispatch log in one statement for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach.db import db
from outreach.dispatch.log import LogFilter
from outreach.errors import NotFoundError
from outreach.reports.goals.rules import Measure, Progress, measure_monthly, measure_total
from outreach.reports.models import Goal
from outreach.reports.periods import Period
from outreach.reports.tallies import Tally, add_by_month, list_tallies
from outreach.translation import gettext as _


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """A goal and how it stands."""

    goal: Goal
    period: Period
    progress: Progress


def list_goals(period: Period | None = None) -> Sequence[Goal]:
    """Return the goals that are not retired, those that touch `period` where one is given, the next due first."""
    query = select(Goal).where(Goal.retired_at.is_(None)).options(joinedload(Goal.audience), joinedload(Goal.kind))
    if period:
        query = query.where(Goal.first_on <= period.last_on, Goal.last_on >= period.first_on)
    return db.session.scalars(query.order_by(Goal.last_on, Goal.first_on, Goal.id)).all()


def get_goal(goal_id: int) -> Goal:
    """Return a goal, or raise NotFoundError."""
    goal = db.session.get(Goal, goal_id)
    if goal is None or goal.retired_at:
        raise NotFoundError(_("No existe la meta %(number)s.", number=goal_id))
    return goal


def measure_goals(goals: Sequence[Goal], today: date, until: date | None = None) -> list[GoalProgress]:
    """Measure the goals as of `today`, counting lines up to the day `until` where one is given."""
    if not goals:
        return []
    first = min(goal.first_on for goal in goals)
    last = max(goal.last_on for goal in goals)
    tallies = list_tallies(LogFilter(first_on=first, last_on=min(last, until) if until else last))
    return [_measure(goal, tallies, today) for goal in goals]


def _measure(goal: Goal, tallies: list[Tally], today: date) -> GoalProgress:
    period = Period(goal.first_on, goal.last_on)
    audience = goal.audience.slug if goal.audience else None
    kind = goal.kind.slug if goal.kind else None

    def is_wanted(tally: Tally) -> bool:
        return (
            period.first_on <= tally.first_on <= period.last_on
            and audience in {None, tally.audience}
            and kind in {None, tally.kind}
            and goal.channel in {None, tally.channel}
        )

    by_month = add_by_month(tallies, is_wanted)
    if goal.measure == Measure.MONTHLY:
        progress = measure_monthly(goal.number, period, by_month, today)
    else:
        progress = measure_total(goal.number, period, sum(by_month.values()), today)
    return GoalProgress(goal, period, progress)
