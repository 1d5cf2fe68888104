"""Which days the Institute does not work: Mexico's statutory ones, as its own rows add to them or take from them."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.campaigns.errors import ScheduleError
from outreach.campaigns.holidays import StatutoryDay, list_statutory_days
from outreach.campaigns.planning.models import DayOff
from outreach.campaigns.planning.rules import is_weekend
from outreach.db import db
from outreach.errors import NotFoundError
from outreach.translation import current_language
from outreach.translation import gettext as _

LONGEST_STRETCH = timedelta(days=366)
LONGEST_NAME = 200


def list_days_off(first: date, last: date) -> dict[date, str]:
    """Return the non-working days from `first` to `last`, both included, with their names, in order; no weekends."""
    days: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        days |= {rest.on: _name(rest) for rest in list_statutory_days(year) if first <= rest.on <= last}
    for row in list_rows(first, last):
        for day in _walk(max(first, row.starts_on), min(last, row.ends_on)):
            if row.is_working:
                days.pop(day, None)
            else:
                days[day] = row.name
    return dict(sorted(days.items()))


def list_statutory(year: int) -> dict[date, str]:
    """Return the law's days of rest of `year` with their names, whatever the Institute's rows say."""
    return {rest.on: _name(rest) for rest in list_statutory_days(year)}


def is_working_day(day: date) -> bool:
    """Tell whether the Institute works on `day`: neither a weekend nor a non-working day."""
    return not is_weekend(day) and day not in list_days_off(day, day)


def list_rows(first: date, last: date) -> Sequence[DayOff]:
    """Return the Institute's own rows that touch `first` to `last`; working days last, because they overrule."""
    statement = select(DayOff).where(DayOff.starts_on <= last, DayOff.ends_on >= first)
    return db.session.scalars(statement.order_by(DayOff.is_working, DayOff.starts_on, DayOff.id)).all()


def get_row(row_id: int) -> DayOff:
    """Return one of the Institute's own rows, or raise NotFoundError."""
    row = db.session.get(DayOff, row_id)
    if row is None:
        raise NotFoundError(_("Ese renglón ya no está en el calendario: abra de nuevo la página."))
    return row


def add_days(row: DayOff, user: User) -> None:
    """Put days into the calendar; raise ScheduleError for an end before the start or more than a year."""
    row.name = row.name.strip()
    if not row.name or len(row.name) > LONGEST_NAME or not row.name.isprintable():
        raise ScheduleError(_("Escriba el motivo en una línea de hasta %(most)s caracteres.", most=LONGEST_NAME))
    if row.ends_on < row.starts_on:
        raise ScheduleError(_("El último día no puede ser anterior al primero: corrija las fechas."))
    if row.ends_on - row.starts_on > LONGEST_STRETCH:
        raise ScheduleError(_("Un renglón abarca cuando mucho un año: corrija las fechas."))
    db.session.add(row)
    db.session.flush()
    record("add", "days_off", row.id, user=user)


def remove_days(row: DayOff, user: User) -> None:
    """Take days out of the calendar."""
    record("remove", "days_off", row.id, user=user)
    db.session.delete(row)
    db.session.flush()


def _name(rest: StatutoryDay) -> str:
    return rest.name_en if current_language() == "en" else rest.name_es


def _walk(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
