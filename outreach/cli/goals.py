"""Commands for the goals of the annual programme."""

import json
from typing import Any

import click

from outreach import clock
from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission
from outreach.audiences.queries import get_audience
from outreach.campaigns.queries import list_kinds
from outreach.cli.running import by_option, in_application, json_option
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.log import LogFilter, check_filter
from outreach.dispatch.rules import Channel
from outreach.reports.goals.labels import STANDING_LABELS
from outreach.reports.goals.queries import GoalProgress, get_goal, list_goals, measure_goals
from outreach.reports.goals.rules import Measure
from outreach.reports.goals.service import MOST, GoalWords, add_goal, retire_goal
from outreach.reports.periods import parse_period
from outreach.translation import current_language
from outreach.translation import gettext as _


@click.group()
def goals() -> None:
    """Goals of the annual programme, counted from the dispatch log."""


@goals.command("list")
@json_option
@in_application
def list_all(*, as_json: bool) -> None:
    """Show every goal, what was performed of it and what is missing.

    Example: outreach goals list --json
    """
    today = clock.day_in(current_config().timezone, clock.now())
    found = [_describe(one) for one in measure_goals(list_goals(), today)]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        standing = str(STANDING_LABELS[each["standing"]])
        click.echo(f"{each['id']:>4}  {each['performed']:>6} / {each['wanted']:<6}  {standing:<12}  {each['text']}")


@goals.command("add")
@click.argument("text")
@click.option("--period", required=True, metavar="PERIOD", help="A quarter, a year, a month or two dates.")
@click.option("--number", required=True, type=click.IntRange(1, MOST), help="How many dispatches at least.")
@click.option("--monthly", is_flag=True, help="The number is asked of each month.")
@click.option("--audience", metavar="SLUG", help="Only dispatches to this audience.")
@click.option("--kind", default="", metavar="KIND", help="Only this kind, as boletin.")
@click.option("--channel", type=click.Choice([channel.value for channel in Channel]), default="email")
@click.option("--programme-key", default="", metavar="KEY", help="The programme key it is reported under.")
@by_option
@in_application
def add(text: str, by: str | None, **given: Any) -> None:  # noqa: ANN401 - the options above
    r"""Add a goal and print its number.

    \b
    Example: outreach goals add "Al menos 20 correos a la diáspora" --period 2026-07-01/2026-12-31 \
             --number 20 --audience diaspora
    """
    user = get_acting_user(by, Permission.WRITE)
    check_filter(LogFilter(kind=given["kind"]))
    words = GoalWords(
        text_es=text,
        number=given["number"],
        measure=Measure.MONTHLY if given["monthly"] else Measure.TOTAL,
        programme_key=given["programme_key"],
        audience_id=get_audience(given["audience"]).id if given["audience"] else None,
        kind_id=next((kind.id for kind in list_kinds() if kind.slug == given["kind"]), None),
        channel=Channel(given["channel"]),
    )
    goal = add_goal(words, parse_period(given["period"]), user)
    db.session.commit()
    click.echo(str(goal.id))


@goals.command("retire")
@click.argument("goal_id", metavar="ID", type=int)
@by_option
@in_application
def retire(goal_id: int, by: str | None) -> None:
    """Ask for a goal no more.

    Example: outreach goals retire 3
    """
    retire_goal(get_goal(goal_id), get_acting_user(by, Permission.WRITE))
    db.session.commit()
    click.echo(_("La meta se retiró."))


def _describe(measured: GoalProgress) -> dict[str, Any]:
    goal, progress = measured.goal, measured.progress
    return {
        "id": goal.id,
        "text": goal.text(current_language()),
        "programme_key": goal.programme_key,
        "audience": goal.audience.slug if goal.audience else None,
        "kind": goal.kind.slug if goal.kind else None,
        "channel": goal.channel,
        "from": goal.first_on.isoformat(),
        "to": goal.last_on.isoformat(),
        "measure": progress.measure,
        "number": goal.number,
        "wanted": progress.wanted,
        "performed": progress.performed,
        "missing": progress.missing,
        "missing_months": [f"{month:%Y-%m}" for month in progress.missing_months],
        "due_on": progress.due_on.isoformat(),
        "standing": progress.standing,
    }
