"""Writes of goals; a retired goal is kept, and is asked for no more."""

from dataclasses import asdict, dataclass

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.db import db
from outreach.dispatch.rules import Channel
from outreach.reports.goals.errors import GoalError
from outreach.reports.goals.rules import Measure
from outreach.reports.models import Goal
from outreach.reports.periods import Period
from outreach.translation import gettext as _

MOST = 100_000
LONGEST_TEXT, LONGEST_KEY = 300, 60


@dataclass(frozen=True, slots=True)
class GoalWords:
    """A goal as somebody writes it: «al menos 20 correos a la diáspora en el segundo semestre»."""

    text_es: str
    number: int
    measure: Measure = Measure.TOTAL
    text_en: str = ""
    programme_key: str = ""
    audience_id: int | None = None
    kind_id: int | None = None
    channel: Channel | None = None


def add_goal(words: GoalWords, period: Period, user: User) -> Goal:
    """Add a goal of whole months; raise GoalError for one that could not be counted."""
    _refuse_uncountable(words, period)
    goal = Goal(**asdict(words), first_on=period.first_on, last_on=period.last_on, created_at=clock.now())
    db.session.add(goal)
    db.session.flush()
    record("add", "goal", goal.id, {"number": goal.number}, user)
    return goal


def edit_goal(goal: Goal, words: GoalWords, period: Period, user: User) -> None:
    """Change a goal; raise GoalError for one that could not be counted."""
    _refuse_uncountable(words, period)
    for name, value in asdict(words).items():
        setattr(goal, name, value)
    goal.first_on, goal.last_on = period.first_on, period.last_on
    record("edit", "goal", goal.id, {"number": goal.number}, user)
    db.session.flush()


def retire_goal(goal: Goal, user: User) -> None:
    """Ask for the goal no more."""
    goal.retired_at = clock.now()
    record("retire", "goal", goal.id, {}, user)
    db.session.flush()


def _refuse_uncountable(words: GoalWords, period: Period) -> None:
    if not words.text_es.strip() or len(words.text_es) > LONGEST_TEXT or len(words.text_en) > LONGEST_TEXT:
        raise GoalError(_("La meta necesita un texto de hasta %(most)s letras.", most=LONGEST_TEXT))
    if len(words.programme_key) > LONGEST_KEY:
        raise GoalError(_("La clave programática tiene hasta %(most)s letras.", most=LONGEST_KEY))
    if not 1 <= words.number <= MOST:
        raise GoalError(_("El número de la meta va de 1 a %(most)s.", most=MOST))
    if not period.has_whole_months:
        raise GoalError(_("Una meta se cuenta por meses completos: elija un trimestre, un año o meses enteros."))
