"""Where the pages of series are hung up, and what all their templates use."""

from typing import Any

from flask import Blueprint

from outreach.campaigns.labels import LANGUAGE_LABELS
from outreach.campaigns.series.labels import (
    EDITION_LABELS,
    EDITION_TONES,
    OCCASION_LABELS,
    REMINDER_LABELS,
    REMINDER_TONES,
    SERIES_LABELS,
    SERIES_TONES,
    SHIFT_LABELS,
    describe_rule,
)
from outreach.campaigns.series.recurrence import read_rule
from outreach.campaigns.times import describe
from outreach.translation import current_language

blueprint = Blueprint("series", __name__, template_folder="../templates", url_prefix="/series")


@blueprint.context_processor
def _offer() -> dict[str, Any]:
    return {
        "series_labels": SERIES_LABELS,
        "series_tones": SERIES_TONES,
        "edition_labels": EDITION_LABELS,
        "edition_tones": EDITION_TONES,
        "occasion_labels": OCCASION_LABELS,
        "reminder_labels": REMINDER_LABELS,
        "reminder_tones": REMINDER_TONES,
        "shift_labels": SHIFT_LABELS,
        "language_labels": LANGUAGE_LABELS,
        "describe_rule": describe_rule,
        "read_rule": read_rule,
        "describe": describe,
        "language": current_language(),
    }
