"""Writes of whom a campaign is for."""

from collections.abc import Sequence

from sqlalchemy import select

from outreach.audiences.choice import Choice
from outreach.audiences.models import Audience
from outreach.campaigns.editing import open_edit
from outreach.campaigns.errors import ContentError
from outreach.campaigns.models import Campaign
from outreach.campaigns.service import place_audiences
from outreach.db import db
from outreach.translation import gettext as _


def set_choice(campaign: Campaign, choice: Choice, seen: int | None = None) -> bool:
    """Choose the campaign's people, and tell whether that changed anything; an approval lapses as by any edit.

    `seen` is the edit_count that the person looked at. Raises ContentError for what does not exist or contradicts
    itself.
    """
    check_choice(campaign, choice)
    if choice == campaign.choice:
        return False
    open_edit(campaign, seen)
    place_audiences(campaign, choice.audience_ids)
    campaign.narrowing = choice.list_narrowing()
    db.session.flush()
    return True


def check_choice(campaign: Campaign | None, choice: Choice) -> None:
    """Raise ContentError, with one sentence, for a choice that no campaign may have."""
    both = set(choice.audience_ids) & set(choice.excluded_audience_ids)
    if both:
        names = ", ".join(_find_names(sorted(both)))
        raise ContentError(_("Está elegida y excluida a la vez: %(names)s. Quítela de un lado.", names=names))
    twice = set(choice.excluded_campaign_ids) & set(choice.received_campaign_ids)
    if twice or (campaign is not None and campaign.id in choice.campaign_ids):
        raise ContentError(_("Una campaña anterior no puede incluir y excluir a la vez, ni ser esta misma campaña."))
    audiences = {*choice.audience_ids, *choice.excluded_audience_ids}
    if len(_find_names(sorted(audiences))) < len(audiences):
        raise ContentError(_("Una de las audiencias elegidas ya no existe: abra de nuevo la página."))
    released = select(Campaign.id).where(Campaign.id.in_(choice.campaign_ids), Campaign.released_at.is_not(None))
    if len(db.session.scalars(released).all()) < len(set(choice.campaign_ids)):
        raise ContentError(_("Una de las campañas anteriores no existe o todavía no ha salido: elija otra."))


def _find_names(audience_ids: Sequence[int]) -> Sequence[str]:
    return db.session.scalars(select(Audience.name_es).where(Audience.id.in_(audience_ids)).order_by(Audience.id)).all()
