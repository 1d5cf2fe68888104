"""Pages that cannot be whole before very many people are counted: they open at once, and the count follows by itself.

Without scripts a link asks for it. Where people are few, or were counted a moment ago, nothing of this is seen.
"""

from flask import render_template, request, url_for

from outreach.audiences.counting import are_zones_at_hand, is_count_at_hand
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.departure import Departure

_ASKED = "contar"


def must_wait(campaign: Campaign, departure: Departure | None = None) -> bool:
    """Tell whether the page would have to count for long, which nobody has asked of it yet."""
    if _ASKED in request.args:
        return False
    is_local = departure is not None and departure.is_local_time
    return not is_count_at_hand(campaign.choice) or (is_local and not are_zones_at_hand(campaign.choice))


def render_waiting(campaign: Campaign, title: str) -> str:
    """Show the page `title` without what is counted, which it then asks for."""
    endpoint = request.endpoint or "campaigns.show"
    address = url_for(endpoint, campaign_id=campaign.id, contar=1)
    return render_template("campaigns/waiting.html", campaign=campaign, title=title, address=address)
