"""Where the pages of campaigns are hung up, and what all their templates use; each module of pages adds its own."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, current_app, url_for
from sqlalchemy import select

from outreach.audiences.models import Audience
from outreach.campaigns.labels import LANGUAGE_LABELS, STATE_LABELS, STATE_TONES
from outreach.campaigns.models import Campaign, Kind
from outreach.campaigns.progress import LANGUAGE_STATE_LABELS
from outreach.campaigns.rules import EDITABLE, CampaignState, Language
from outreach.campaigns.times import describe
from outreach.config import current_config
from outreach.db import db
from outreach.translation import current_language

blueprint = Blueprint("campaigns", __name__, template_folder="templates", url_prefix="/campanas")

_FOLLOWED = {CampaignState.SENDING, CampaignState.PAUSED, CampaignState.FINISHED, CampaignState.CANCELLED}


@blueprint.context_processor
def _offer() -> dict[str, Any]:
    return {
        "state_labels": STATE_LABELS,
        "state_tones": STATE_TONES,
        "language_labels": LANGUAGE_LABELS,
        "language_state_labels": LANGUAGE_STATE_LABELS,
        "editable_states": EDITABLE,
        "zone": current_config().timezone,
        "describe": describe,
        "named": name,
        "audience_names": name_audiences,
        "follow_url": find_follow_url,
        "place_url": find_place_url,
    }


def name(named: Kind | Audience) -> str:
    """Return the name of a kind or an audience in the page's language."""
    return named.name_en if current_language() == Language.EN else named.name_es


def name_audiences(audience_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of audiences in the page's language, by their numbers."""
    found = db.session.scalars(select(Audience).where(Audience.id.in_(list(audience_ids))))
    return {audience.id: name(audience) for audience in found}


def find_follow_url(campaign: Campaign) -> str:
    """Return the page with the numbers of a campaign that was released; empty before."""
    has_numbers = campaign.state in _FOLLOWED and campaign.released_at is not None
    if not has_numbers or "dispatch.follow" not in current_app.view_functions:
        return ""
    return url_for("dispatch.follow", campaign_id=campaign.id)


def find_place_url(campaign: Campaign, place: str) -> str:
    """Return the page, and the field of it, where what a finding's `place` names can be mended; empty for none."""
    what, *rest = place.split("/")
    if what == "institution":
        return ""
    if what in {"audiences", "template"}:
        return url_for("campaigns.settings", campaign_id=campaign.id, _anchor=what)
    if what == "schedule":
        return url_for("campaigns.schedule", campaign_id=campaign.id)
    if what == "message":
        return url_for("campaigns.preview", campaign_id=campaign.id, version=rest[0] if rest else None)
    return url_for("campaigns.edit", campaign_id=campaign.id, _anchor=_find_anchor(campaign, what, rest))


def _find_anchor(campaign: Campaign, what: str, rest: list[str]) -> str:
    match what, rest:
        case "version", [language, word]:
            return f"words-{language}-{word}"
        case "block", [number, *where] if number.isdecimal() and 0 < int(number) <= len(campaign.blocks):
            block_id = campaign.blocks[int(number) - 1].id
            return f"block-{block_id}-{where[1]}-{where[0]}" if len(where) > 1 else f"bloque-{block_id}"
        case _:
            return "bloques"
