"""The page that chooses a campaign's people with its live sum, and the lists behind the numbers of the sum."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.audiences import listing, savedfilters
from outreach.audiences.choice import Choice, read_choice
from outreach.audiences.counting import count_recipients
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.models import Campaign
from outreach.campaigns.offers import (
    list_audiences_with_places,
    list_offered_campaigns,
    list_offered_values,
    read_form,
)
from outreach.campaigns.people import check_choice, set_choice
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import EDITABLE
from outreach.db import db
from outreach.errors import OutreachError
from outreach.translation import gettext as _


@blueprint.get("/<int:campaign_id>/destinatarios")
@requires(Permission.WRITE)
def choose(campaign_id: int) -> str:
    """Offer audiences, exclusions and filters; the sum follows by itself, or at the press of a button."""
    campaign = get_campaign(campaign_id)
    return _render(campaign, campaign.choice, seen=campaign.edit_count)


@blueprint.post("/<int:campaign_id>/destinatarios")
@requires(Permission.WRITE)
def confirm_choice(campaign_id: int) -> Response | str | tuple[str, int]:
    """Save the choice, or do what another button asks with what was chosen so far."""
    campaign = get_campaign(campaign_id)
    seen = request.form.get("edit_count", campaign.edit_count, type=int)
    choice = read_form(request.form, campaign.choice.audience_ids)
    action, _colon, number = request.form.get("then", "save").partition(":")
    try:
        if action == "save":
            return _save(campaign, choice, seen)
        if action == "keep":
            savedfilters.save_filter(request.form.get("filter_name", ""), choice.list_narrowing(), get_current_user())
        elif action == "forget":
            savedfilters.remove_filter(savedfilters.get_filter(_read_number(number)), get_current_user())
        elif action == "use":
            choice = choice.narrow(savedfilters.get_filter(request.form.get("saved", 0, type=int)).narrowing)
        elif action == "clear":
            choice = Choice(choice.audience_ids)
        db.session.commit()
        check_choice(campaign, choice)
    except OutreachError as refusal:
        db.session.rollback()
        return _render(campaign, choice, seen=get_campaign(campaign_id).edit_count, refusal=str(refusal)), 422
    return _render(campaign, choice, seen=seen, has_sum=True)


def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else abort(400)


def _save(campaign: Campaign, choice: Choice, seen: int) -> Response:
    if set_choice(campaign, choice, seen):
        record("choose_people", "campaign", campaign.id, {"edit_count": campaign.edit_count}, user=get_current_user())
        flash(_("Guardado."), "success")
    db.session.commit()
    return redirect(url_for("campaigns.review", campaign_id=campaign.id), 303)


@blueprint.post("/<int:campaign_id>/destinatarios/suma")
@requires(Permission.WRITE)
def count(campaign_id: int) -> str:
    """Return the sum of what the form says now, or why there is none; nothing is saved."""
    campaign = get_campaign(campaign_id)
    choice = read_form(request.form, campaign.choice.audience_ids)
    try:
        check_choice(campaign, choice)
    except CampaignError as refusal:
        return render_template("campaigns/_sum.html", refusal=str(refusal))
    return render_template("campaigns/_sum.html", **describe_sum(campaign, choice))


def describe_sum(campaign: Campaign, choice: Choice) -> dict[str, Any]:
    """Return what the template of the sum shows; its links carry a choice that is not the campaign's own."""
    return {
        "campaign": campaign,
        "count": count_recipients(choice),
        "choice_text": None if choice == campaign.choice else choice.write(),
    }


def _render(campaign: Campaign, choice: Choice, *, seen: int, refusal: str = "", has_sum: bool = False) -> str:
    words = request.form.get("words", "")[:100]
    return render_template(
        "campaigns/choose.html",
        **(describe_sum(campaign, choice) if has_sum else {"campaign": campaign}),
        choice=choice,
        seen=seen,
        refusal=refusal,
        words=words,
        audiences=list_audiences_with_places(),
        offered_values=list_offered_values(choice),
        offered_campaigns=list_offered_campaigns(campaign, choice, words),
        saved_filters=savedfilters.list_filters(),
        is_editable=campaign.state in EDITABLE,
    )


@blueprint.get("/<int:campaign_id>/destinatarios/<figure>")
@requires()
def list_people(campaign_id: int, figure: str) -> str:
    """Show the people behind one number of the sum, a page at a time."""
    campaign = get_campaign(campaign_id)
    asked = request.args.get("eleccion")
    choice = read_choice(asked) if asked else campaign.choice
    if not listing.is_figure(figure):
        abort(404)
    page = listing.list_people(choice, figure, max(request.args.get("desde", 0, type=int), 0))
    return render_template(
        "campaigns/people.html",
        campaign=campaign,
        figure=figure,
        page=page,
        choice_text=asked,
        audience_id=listing.find_audience_id(figure),
        is_first=not request.args.get("desde"),
    )
