"""A campaign as somebody approved it, kept so that the next person sees what changed since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from outreach.audiences.models import Audience
from outreach.audiences.wording import pick_name
from outreach.campaigns.labels import LANGUAGE_LABELS
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.departure import Departure, read_departure
from outreach.campaigns.planning.wording import say_departure
from outreach.campaigns.rendering import find_look
from outreach.campaigns.rules import Language
from outreach.db import db
from outreach.translation import current_language
from outreach.translation import gettext as _


def take_snapshot(campaign: Campaign, recipients: int) -> dict[str, Any]:
    """Return what an approval answers for, as plain values in no language of the page: settings, words and blocks.

    `recipients` is how many people would get the campaign, which the caller has counted.
    """
    departure = read_departure(campaign)
    return {
        "settings": {
            "name": campaign.name,
            "kind": [campaign.kind.name_es, campaign.kind.name_en],
            "sender": f"{campaign.sender.name} <{campaign.sender.address}>",
            "template": campaign.template,
            "audiences": [[audience.name_es, audience.name_en] for audience in campaign.audiences],
            "people": campaign.choice.list_narrowing(),
            "languages": [version.language for version in campaign.versions],
            "both_to_all": campaign.sends_both_to_all,
            "departure": _keep(departure) if departure else None,
            "recipients": recipients,
        },
        "words": {
            version.language: {
                "subject": version.subject,
                "preheader": version.preheader,
                "information": version.information,
            }
            for version in campaign.versions
        },
        "blocks": [
            {"id": block.id, "type": block.type, "fields": {name: dict(texts) for name, texts in block.fields.items()}}
            for block in campaign.blocks
        ],
    }


def put_into_words(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings of a snapshot as the page's language says them."""
    look = find_look(settings["template"])
    languages = ", ".join(LANGUAGE_LABELS[Language(code)] for code in settings["languages"])
    return {
        "name": settings["name"],
        "kind": _choose(settings["kind"]),
        "sender": settings["sender"],
        "audiences": ", ".join(_choose(names) for names in settings["audiences"]),
        "people": _say_people(settings["people"]),
        "template": look.name.get(current_language(), look.name["es"]) if look else settings["template"],
        "languages": _("%(languages)s, los dos a todas las personas", languages=languages)
        if settings["both_to_all"]
        else languages,
        "departure": _say(settings["departure"]),
        "recipients": f"{settings['recipients']:,}",
    }


def _choose(names: list[str]) -> str:
    return names[1] if current_language() == "en" else names[0]


def _say_people(narrowing: Mapping[str, Any]) -> str:
    """Return exclusions and filters in one line; audiences and campaigns by the names they have now."""
    exclude, wanted = narrowing.get("exclude", {}), narrowing.get("filter", {})
    parts = [
        (_("sin quienes están en"), _name_audiences(exclude.get("audiences", []))),
        (_("sin quienes recibieron"), _name_campaigns(exclude.get("campaigns", []))),
        (_("solo quienes leen"), [code or _("ningún idioma indicado") for code in wanted.get("languages", [])]),
        (_("solo de"), wanted.get("countries", [])),
        *((_("solo con %(name)s", name=name), values) for name, values in wanted.get("attributes", {}).items()),
        (_("solo quienes recibieron"), _name_campaigns(wanted.get("received", []))),
    ]
    return "; ".join(f"{label}: {', '.join(values)}" for label, values in parts if values)


def _name_audiences(audience_ids: Sequence[int]) -> list[str]:
    rows = db.session.scalars(select(Audience).where(Audience.id.in_(audience_ids)).order_by(Audience.id))
    return [pick_name(audience) for audience in rows] if audience_ids else []


def _name_campaigns(campaign_ids: Sequence[int]) -> list[str]:
    names = select(Campaign.name).where(Campaign.id.in_(campaign_ids)).order_by(Campaign.id)
    return list(db.session.scalars(names)) if campaign_ids else []


def _keep(departure: Departure) -> dict[str, Any]:
    return {
        "at": departure.at.isoformat(),
        "zone": departure.zone,
        "is_local_time": departure.is_local_time,
    }


def _say(kept: Mapping[str, Any] | None) -> str:
    if kept is None:
        return _("sin fecha")
    at = datetime.fromisoformat(kept["at"])
    return say_departure(Departure(at, kept["zone"], is_local_time=kept["is_local_time"]))
