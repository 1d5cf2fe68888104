"""Series to test with."""

from dataclasses import replace
from typing import Any

import making
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.recurrence import read_rule
from outreach.campaigns.series.service import SeriesSettings, edit_series, start_series
from outreach.db import db


def read_settings(series: Series) -> SeriesSettings:
    """Return a series as its form would show it."""
    return SeriesSettings(
        name_es=series.name_es,
        name_en=series.name_en,
        kind_id=series.kind_id,
        template=series.template,
        sender_id=series.sender_id,
        audience_ids=tuple(link.audience_id for link in series.audience_links),
        user_ids=tuple(link.user_id for link in series.person_links),
        recurrence=read_rule(series.recurrence),
        zone=series.zone,
        is_bilingual=series.is_bilingual,
        shift=series.shift,
        hour=series.hour,
        lead_days=series.lead_days,
        reminder_days=series.reminder_days,
        next_number=series.next_number,
        ends_on=series.ends_on,
    )


def change(series: Series, **values: Any) -> Series:  # noqa: ANN401 - whatever the settings hold
    """Change some of what a series is."""
    edit_series(series, replace(read_settings(series), **values), making.get_user(making.WRITER))
    db.session.commit()
    return series


def give_people(series: Series) -> Series:
    """Let the writer, who reads Spanish, and the reviewer, who reads English, answer for a series."""
    writer, reviewer = making.get_user(making.WRITER), making.get_user(making.REVIEWER)
    reviewer.language = "en"
    return change(series, user_ids=(writer.id, reviewer.id))


def start(series: Series) -> Series:
    """Let the drafts of a series open by themselves."""
    start_series(series, making.get_user(making.WRITER))
    db.session.commit()
    return series
