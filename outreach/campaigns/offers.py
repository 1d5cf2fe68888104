"""What the page that chooses a campaign's people offers, and what its form says."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from werkzeug.datastructures import MultiDict

from outreach.audiences.choice import NO_LANGUAGE, Choice
from outreach.audiences.facets import COUNTRY, list_fields, list_values
from outreach.audiences.models import Audience, Subscription
from outreach.campaigns.models import Campaign
from outreach.db import db

_VALUES_SHOWN = 60
_CAMPAIGNS_SHOWN = 8
_NO_LANGUAGE = "none"


@dataclass(frozen=True, slots=True)
class OfferedValues:
    """The values of a country or an attribute that can be ticked; `has_more` when there are others."""

    field: str
    name: str
    values: tuple[str, ...]
    ticked: frozenset[str]
    has_more: bool


@dataclass(frozen=True, slots=True)
class OfferedCampaign:
    """An earlier campaign; `use` is received, excluded or empty."""

    campaign: Campaign
    use: str


def list_audiences_with_places() -> list[tuple[Audience, int]]:
    """Return every audience with the number of its subscriptions, ended ones too: what the sum starts from."""
    counts = (
        select(Subscription.audience_id, func.count().label("places")).group_by(Subscription.audience_id).subquery()
    )
    query = select(Audience, func.coalesce(counts.c.places, 0)).outerjoin(counts, counts.c.audience_id == Audience.id)
    return [(audience, int(places)) for audience, places in db.session.execute(query.order_by(Audience.id))]


def list_offered_values(choice: Choice) -> list[OfferedValues]:
    """Return the countries, then each attribute; what is ticked stays on offer although nobody may have it now."""
    ticked = {COUNTRY: choice.countries, **dict(choice.attributes)}
    fields = [COUNTRY, *sorted({*list_fields(), *dict(choice.attributes)})]
    return [_offer(field, ticked.get(field, ())) for field in fields]


def _offer(field: str, ticked: Sequence[str]) -> OfferedValues:
    values = list(list_values(field, _VALUES_SHOWN + 1))
    shown = sorted({*values[:_VALUES_SHOWN], *ticked})
    name = f"attribute:{field}" if field else "country"
    return OfferedValues(field, name, tuple(shown), frozenset(ticked), len(values) > _VALUES_SHOWN)


def list_offered_campaigns(campaign: Campaign, choice: Choice, words: str) -> list[OfferedCampaign]:
    """Return the campaigns that are used, then the latest released ones whose name holds `words`."""
    matching = select(Campaign.id).where(Campaign.released_at.is_not(None), Campaign.id != campaign.id)
    if words.strip():
        matching = matching.where(Campaign.name.icontains(words.strip(), autoescape=True))
    latest = db.session.scalars(matching.order_by(Campaign.id.desc()).limit(_CAMPAIGNS_SHOWN)).all()
    wanted = or_(Campaign.id.in_(latest), Campaign.id.in_(choice.campaign_ids))
    uses = dict.fromkeys(choice.received_campaign_ids, "received")
    uses |= dict.fromkeys(choice.excluded_campaign_ids, "excluded")
    found = db.session.scalars(select(Campaign).where(wanted).order_by(Campaign.id.desc())).all()
    offered = [OfferedCampaign(each, uses.get(each.id, "")) for each in found]
    return sorted(offered, key=lambda each: not each.use)


def read_form(form: MultiDict[str, str], order: Sequence[int]) -> Choice:
    """Return what the page's form says; audiences of `order` keep their place, others follow."""
    ticked = [number for number in form.getlist("audience", type=int) if number > 0]
    uses = {int(name[9:]): form[name] for name in form if name.startswith("campaign-") and name[9:].isdecimal()}
    attributes = {name[10:]: _read_values(form, name) for name in form if name.startswith("attribute:") and name[10:]}
    languages = {"es": "es", "en": "en", _NO_LANGUAGE: NO_LANGUAGE}
    return Choice(
        audience_ids=tuple(dict.fromkeys([*(number for number in order if number in ticked), *ticked])),
        excluded_audience_ids=tuple(dict.fromkeys(form.getlist("exclude", type=int))),
        excluded_campaign_ids=tuple(number for number, use in uses.items() if use == "excluded"),
        languages=tuple(code for name, code in languages.items() if name in form.getlist("language")),
        countries=_read_values(form, "country"),
        attributes=tuple(sorted((name, values) for name, values in attributes.items() if values)),
        received_campaign_ids=tuple(number for number, use in uses.items() if use == "received"),
    )


def _read_values(form: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in form.getlist(name) if value.strip()))
