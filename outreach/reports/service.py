"""Writes of the reports: the layouts that an installation begins with."""

from sqlalchemy import select

from outreach.db import db
from outreach.reports.layouts import list_shipped_presets
from outreach.reports.models import LayoutPreset


def seed_layouts() -> None:
    """Add the shipped layouts that are missing; what somebody changed stays as it is."""
    known = set(db.session.scalars(select(LayoutPreset.slug)))
    for preset in list_shipped_presets():
        if preset.slug not in known:
            db.session.add(
                LayoutPreset(
                    slug=preset.slug, name_es=preset.name_es, name_en=preset.name_en, options=dict(preset.options)
                )
            )
    db.session.flush()
