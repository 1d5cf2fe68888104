"""What the clock asks of the series: open drafts, remind people. Doing it again changes nothing."""

import logging
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from outreach import clock
from outreach.campaigns.series.errors import SeriesError
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.opening import open_edition, skip_date
from outreach.campaigns.series.planning import MARGIN, drop_known_months, list_dates, list_days_off_around
from outreach.campaigns.series.queries import list_active, list_known_days
from outreach.campaigns.series.recurrence import PlannedDate, read_rule
from outreach.campaigns.series.reminders import OpenTransport, plan_reminders, send_reminders
from outreach.campaigns.series.rules import choose_openings
from outreach.config import Config
from outreach.db import db
from outreach.translation import SOURCE_LANGUAGE, speaking
from outreach.translation import gettext as _

_LOG = logging.getLogger(__name__)


def prepare(config: Config, open_transport: OpenTransport | None = None) -> int:
    """Open what is due, remind whoever answers for what is open, and return how many editions opened."""
    now = clock.now()
    opened = open_due(now)
    plan_reminders(now)
    send_reminders(config, now, open_transport)
    return opened


def open_due(now: datetime) -> int:
    """Open each edition whose opening day has come in its series' zone, one transaction each; return how many opened.

    Dates that went by while nothing ran are written down as skipped, except the last one where no later one opens.
    """
    opened = 0
    for series_id in [series.id for series in list_active()]:
        series = db.session.get_one(Series, series_id)
        try:
            opened += _open_series(series, clock.day_in(series.zone, now))
        except IntegrityError:
            db.session.rollback()  # another process wrote the same dates down
        except SeriesError as refusal:
            db.session.rollback()
            _LOG.warning("%s", refusal)
    return opened


def _open_series(series: Series, today: date) -> int:
    coming, missed = choose_openings(_list_due(series, today), list_known_days(series), today)
    with speaking(SOURCE_LANGUAGE):
        for planned in missed:
            skip_date(series, planned, _("Nada estaba en marcha cuando tocaba abrirla."), None, clock.now())
    opened = 0
    for planned in coming:
        opened += open_edition(series, planned) is not None
        db.session.commit()
    db.session.commit()
    return opened


def _list_due(series: Series, today: date) -> list[PlannedDate]:
    """Return the dates since the series was started whose opening day has come."""
    lead = timedelta(days=series.lead_days)
    span = ((series.since_on or today) - MARGIN, today + lead)
    dates = list_dates(series, *span, list_days_off_around(*span))
    known = list_known_days(series)
    return [
        each
        for each in drop_known_months(read_rule(series.recurrence), dates, known)
        if each.sends_on - lead <= today and each.sends_on >= (series.since_on or today)
    ]
