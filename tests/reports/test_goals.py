"""Goals of the annual programme: how they stand, and that the log counts them."""

from datetime import date

import pytest
from flask import Flask

from log_samples import Log, open_log
from outreach.accounts.rules import Role
from outreach.db import db
from outreach.dispatch.rules import Channel
from outreach.reports.goals.errors import GoalError
from outreach.reports.goals.queries import list_goals, measure_goals
from outreach.reports.goals.rules import Measure, Standing, measure_monthly, measure_total
from outreach.reports.goals.service import GoalWords, add_goal, edit_goal, retire_goal
from outreach.reports.models import Goal
from outreach.reports.periods import parse_period
from signing import Client, make_user

HALF = parse_period("2026-07-01/2026-12-31")


@pytest.mark.parametrize(
    ("dispatches", "today", "standing", "missing"),
    [
        (20, date(2026, 7, 5), Standing.REACHED, 0),
        (25, date(2027, 1, 1), Standing.REACHED, 0),
        (0, date(2026, 6, 1), Standing.ON_THE_WAY, 20),
        (0, date(2026, 7, 1), Standing.ON_THE_WAY, 20),
        (10, date(2026, 9, 30), Standing.ON_THE_WAY, 10),
        (9, date(2026, 12, 1), Standing.LATE, 11),
        (19, date(2026, 12, 31), Standing.ON_THE_WAY, 1),
        (19, date(2027, 1, 1), Standing.MISSED, 1),
    ],
)
def test_a_goal_of_the_whole_period(dispatches: int, today: date, standing: Standing, missing: int) -> None:
    progress = measure_total(20, HALF, dispatches, today)
    assert (progress.standing, progress.missing, progress.due_on) == (standing, missing, date(2026, 12, 31))
    assert 0 <= progress.share <= 100


@pytest.mark.parametrize(
    ("months", "today", "standing", "missing_months", "due_on"),
    [
        ([7, 8, 9, 10, 11, 12], date(2026, 12, 20), Standing.REACHED, [], date(2026, 12, 31)),
        ([], date(2026, 6, 1), Standing.ON_THE_WAY, [], date(2026, 7, 31)),
        ([], date(2026, 7, 10), Standing.ON_THE_WAY, [7], date(2026, 7, 31)),
        ([7], date(2026, 7, 10), Standing.ON_THE_WAY, [], date(2026, 8, 31)),
        ([8], date(2026, 9, 10), Standing.LATE, [7, 9], date(2026, 9, 30)),
        ([7, 8, 9, 10, 11], date(2027, 1, 1), Standing.MISSED, [12], date(2026, 12, 31)),
    ],
)
def test_a_goal_of_every_month(
    months: list[int], today: date, standing: Standing, missing_months: list[int], due_on: date
) -> None:
    progress = measure_monthly(1, HALF, {date(2026, month, 1): 1 for month in months}, today)
    assert (progress.standing, progress.due_on) == (standing, due_on)
    assert [month.month for month in progress.missing_months] == missing_months
    assert (progress.wanted, progress.performed) == (6, len(months))


@pytest.fixture
def log(app: Flask) -> Log:
    assert app
    return open_log()


def _words(**given: object) -> GoalWords:
    return GoalWords("Al menos dos correos a la diáspora", 2, **given)  # type: ignore[arg-type] # what each test asks


def test_only_the_dispatches_that_the_goal_speaks_of_are_counted(log: Log) -> None:
    user = make_user(Role.WRITER)
    mine = {"audience_id": log.diaspora.id, "kind_id": log.boletin.id}
    log.add("2026-07-01", **mine)
    log.add("2026-12-31", **mine)
    wrong = log.add("2026-08-01", **mine)
    log.add(None, corrects_id=wrong.id, **mine)
    log.add("2026-06-30", **mine)
    log.add("2026-08-01", audience_id=log.red.id, kind_id=log.boletin.id)
    log.add("2026-08-01", audience_id=log.diaspora.id)
    log.add("2026-08-01", channel=Channel.WHATSAPP, **mine)
    add_goal(_words(audience_id=log.diaspora.id, kind_id=log.boletin.id, channel=Channel.EMAIL), HALF, user)
    add_goal(_words(measure=Measure.MONTHLY), HALF, user)
    first, second = measure_goals(list_goals(), date(2026, 12, 31))
    assert (first.progress.performed, first.progress.standing) == (2, Standing.REACHED)
    assert [month.month for month in second.progress.missing_months] == [7, 9, 10, 11, 12]


def test_goals_of_another_period_are_not_asked_for(log: Log) -> None:
    assert log
    user = make_user(Role.WRITER)
    add_goal(_words(), parse_period("2026"), user)
    add_goal(_words(), parse_period("2025"), user)
    assert [goal.first_on.year for goal in list_goals(parse_period("2026-T1"))] == [2026]


def test_a_retired_goal_is_kept_and_asked_for_no_more(log: Log) -> None:
    assert log
    user = make_user(Role.WRITER)
    goal = add_goal(_words(), HALF, user)
    retire_goal(goal, user)
    assert not list_goals()
    assert db.session.get(Goal, goal.id)


@pytest.mark.parametrize(
    ("words", "period", "reason"),
    [
        (GoalWords("  ", 2), "2026", "necesita un texto"),
        (GoalWords("x" * 301, 2), "2026", "necesita un texto"),
        (GoalWords("Meta", 0), "2026", "va de 1 a"),
        (GoalWords("Meta", 2, programme_key="9" * 61), "2026", "clave programática"),
        (GoalWords("Meta", 2), "2026-03-03/2026-04-09", "por meses completos"),
    ],
)
def test_a_goal_that_cannot_be_counted_is_refused(log: Log, words: GoalWords, period: str, reason: str) -> None:
    assert log
    user = make_user(Role.WRITER)
    with pytest.raises(GoalError, match=reason):
        add_goal(words, parse_period(period), user)
    goal = add_goal(_words(), HALF, user)
    with pytest.raises(GoalError, match=reason):
        edit_goal(goal, words, parse_period(period), user)


FIELDS = {
    "text_es": "Un <boletín> al mes",
    "number": "1",
    "measure": "monthly",
    "period": "2026-T1",
    "channel": "email",
}


@pytest.mark.usefixtures("now")
def test_a_goal_is_written_changed_and_retired_by_page(log: Log, signed_in: Client) -> None:
    log.add("2026-01-15", audience_id=log.diaspora.id)
    db.session.commit()
    assert "Todavía no hay metas" in signed_in.get("/metas").text
    assert signed_in.submit("/metas/nueva", FIELDS).status_code == 303
    page = signed_in.get("/metas").text
    assert "Un &lt;boletín&gt; al mes" in page
    assert "Falta en:" in page
    assert "febrero, marzo de 2026" in page
    assert 'value="2026-T1"' in signed_in.get("/metas/1").text
    assert "Un &lt;boletín&gt; al mes" in signed_in.get("/").text
    assert signed_in.submit("/metas/1", {**FIELDS, "number": "2", "measure": "total"}).status_code == 303
    assert "Realizado: 1 de 2." in signed_in.get("/metas").text
    refused = signed_in.submit("/metas/1", {**FIELDS, "period": "nunca"})
    assert refused.status_code == 422
    assert "«nunca» no es un periodo" in refused.text
    assert signed_in.submit("/metas/nueva", {**FIELDS, "number": "muchos"}).status_code == 422
    assert signed_in.submit("/metas/1/retirar").status_code == 303
    assert signed_in.get("/metas/1").status_code == 404
