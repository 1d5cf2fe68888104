"""The page of the audit trail."""

from datetime import date, datetime, timedelta

from flask import render_template, request
from sqlalchemy import select

from outreach.accounts.access import requires
from outreach.accounts.deeds import SUBJECTS, find_page, name_action, name_origin, name_subject
from outreach.accounts.models import User
from outreach.accounts.rules import Permission
from outreach.accounts.settings.blueprint import blueprint
from outreach.accounts.trail import TrailFilter, list_entries
from outreach.clock import midnight_in
from outreach.config import current_config
from outreach.db import db

_LARGEST_NUMBER = 2**63 - 1


@blueprint.get("/registro")
@requires(Permission.CONFIGURE)
def show_trail() -> str:
    """Show who did what, the latest first, by person, by what it was done to, and by days."""
    subject = request.args.get("sobre", "")
    first, last = _read_day("desde"), _read_day("hasta")
    wanted = TrailFilter(
        user_id=_read_number("persona"),
        subject=subject if subject in SUBJECTS else "",
        subject_id=_read_number("numero"),
        since=_begin(first),
        until=_begin(last + timedelta(days=1)) if last and last < date.max else None,
        before=_read_number("antes"),
    )
    entries, next_before = list_entries(wanted)
    return render_template(
        "settings/trail.html",
        entries=entries,
        next_before=next_before,
        wanted=wanted,
        first=first,
        last=last,
        subjects=SUBJECTS,
        people=db.session.execute(select(User.id, User.name).order_by(User.name)).all(),
        name_action=name_action,
        name_subject=name_subject,
        name_origin=name_origin,
        find_page=find_page,
    )


def _read_number(name: str) -> int | None:
    given = request.args.get(name, type=int)
    return given if given and 0 < given <= _LARGEST_NUMBER else None


def _read_day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _begin(day: date | None) -> datetime | None:
    is_sound = day is not None and date.min < day
    return midnight_in(current_config().timezone, day) if day and is_sound else None
