"""The page of sentences translated before, and the same beside the texts of the editor."""

import json

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.memory.offers import Choice, list_offers, name_source, read_choice, take
from outreach.campaigns.models import Campaign
from outreach.campaigns.panels import Row, Sheet, make_sheet
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import EDITABLE
from outreach.campaigns.writing.merging import Outcome, Typed, save_texts
from outreach.campaigns.writing.spots import read_marks, write_marks
from outreach.db import db
from outreach.translation import gettext as _


@blueprint.get("/<int:campaign_id>/traducciones")
@requires(Permission.WRITE)
def remembered(campaign_id: int) -> str:
    """Show what was translated before beside each text that lacks a translation."""
    campaign = get_campaign(campaign_id)
    return render_template(
        "campaigns/remembered.html",
        campaign=campaign,
        offers=list_offers(make_sheet(campaign)),
        marks=write_marks(campaign),
        is_editable=campaign.state in EDITABLE,
    )


@blueprint.post("/<int:campaign_id>/traducciones")
@requires(Permission.WRITE)
def take_remembered(campaign_id: int) -> Response:
    """Take one translation: into the saved campaign, or, for the editor, into the text that is being written."""
    campaign = get_campaign(campaign_id)
    choice = read_choice(request.form.get("take", ""))
    if "HX-Request" in request.headers:
        return _answer_editor(campaign, choice)
    if choice is None:
        flash(_("Esa traducción ya no está: elija otra."), "warning")
        return redirect(url_for("campaigns.remembered", campaign_id=campaign_id), 303)
    try:
        outcome = _save(campaign, choice)
    except CampaignError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
    else:
        _tell(campaign, outcome)
        db.session.commit()
    return redirect(url_for("campaigns.remembered", campaign_id=campaign_id), 303)


def _tell(campaign: Campaign, outcome: Outcome) -> None:
    if outcome.is_late:
        flash(_("Otra persona cambió ese texto mientras tanto: léalo antes de elegir."), "warning")
    elif outcome.saved:
        record(
            "take_translation", "campaign", campaign.id, {"edit_count": campaign.edit_count}, user=get_current_user()
        )
        flash(_("La traducción quedó en su lugar: léala en su contexto."), "success")
    for sentence in outcome.refusals.values():
        flash(sentence, "danger")


def _answer_editor(campaign: Campaign, choice: Choice | None) -> Response:
    """Tell the page what the input holds after taking; nothing is saved, the page does that."""
    row = _find_row(make_sheet(campaign), choice.field) if choice else None
    if choice is None or row is None:
        return Response(status=204)
    source, target = request.form.get(name_source(choice.field), ""), request.form.get(choice.field, "")
    event = {"outreach:put": {"field": choice.field, "text": take(choice, source, target, row.kind)}}
    return Response(status=204, headers={"HX-Trigger": json.dumps(event)})


def _save(campaign: Campaign, choice: Choice) -> Outcome:
    sheet = make_sheet(campaign)
    row = _find_row(sheet, choice.field)
    texts = {each.name: each.value for each_row in sheet.rows for each in each_row.inputs}
    if row is None or name_source(choice.field) not in texts:
        return Outcome()
    text = take(choice, texts[name_source(choice.field)], texts[choice.field], row.kind)
    marks = read_marks(request.form.get("seen", ""))
    return save_texts(campaign, Typed({choice.field: text}, marks), get_current_user())


def _find_row(sheet: Sheet, field: str) -> Row | None:
    """Return the row of texts that an input belongs to; None for one that is not on the page any more."""
    return next((row for row in sheet.rows if any(each.name == field for each in row.inputs)), None)
