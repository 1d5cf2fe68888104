"""What stands beside the texts of the editor and follows them: translations made before, and unknown placeholders."""

from flask import render_template

from outreach.accounts.access import requires
from outreach.accounts.rules import Permission
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.memory.offers import list_offers
from outreach.campaigns.panels import make_sheet
from outreach.campaigns.personal import list_known, list_markers, list_notes
from outreach.campaigns.queries import get_campaign


@blueprint.get("/<int:campaign_id>/junto")
@requires(Permission.WRITE)
def beside(campaign_id: int) -> str:
    """Give the parts below the texts, as they are saved; htmx puts each into its place."""
    campaign = get_campaign(campaign_id)
    sheet = make_sheet(campaign)
    return render_template(
        "campaigns/_beside_parts.html",
        campaign=campaign,
        names=[each.name for row in sheet.rows if row.kind.is_text for each in row.inputs],
        offers={offer.name: offer for offer in list_offers(sheet)},
        notes=list_notes(sheet, list_known(list_markers(campaign))),
    )


@blueprint.context_processor
def _offer_markers() -> dict[str, object]:
    return {"list_markers": list_markers}
