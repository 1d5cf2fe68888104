"""The two bulletins of an installation; they wait until somebody names who answers for them and starts them."""

from datetime import date

from sqlalchemy import select

from outreach.audiences.models import Audience
from outreach.campaigns.models import Kind, Sender
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.recurrence import MONDAY, Pattern, Recurrence
from outreach.campaigns.series.service import SeriesSettings, create_series
from outreach.db import db

_AUDIENCE = "diaspora"
# A Monday: every second one from here on.
_FIRST_PULSE = date(2026, 1, 12)
_BULLETINS = (
    (
        "corazon-chilango",
        "Corazón Chilango",
        "boletin",
        Recurrence(Pattern.MONTH_WEEKDAY, ordinal=1, weekday=MONDAY),
    ),
    ("pulso-migrante", "Pulso Migrante", "pulso", Recurrence(Pattern.WEEKS, weeks=2, anchor_on=_FIRST_PULSE)),
)


def seed_series(zone: str) -> None:
    """Add the series that are missing, none of them started; touch nothing that is there."""
    known = set(db.session.scalars(select(Series.slug)))
    kinds = {kind.slug: kind.id for kind in db.session.scalars(select(Kind))}
    sender_id = db.session.scalar(select(Sender.id).order_by(Sender.id).limit(1))
    audience_id = db.session.scalar(select(Audience.id).where(Audience.slug == _AUDIENCE))
    for template, name, kind, rule in _BULLETINS:
        if template in known or sender_id is None or audience_id is None or kind not in kinds:
            continue
        settings = SeriesSettings(
            name_es=name,
            name_en=name,
            kind_id=kinds[kind],
            template=template,
            sender_id=sender_id,
            audience_ids=(audience_id,),
            user_ids=(),
            recurrence=rule,
            zone=zone,
        )
        create_series(settings)
