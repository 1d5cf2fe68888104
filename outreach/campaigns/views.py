"""The list of campaigns, one's overview and its settings; the other pages stand in modules of their own."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import outreach.campaigns.attaching  # noqa: F401 - its pages hang on the same blueprint
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns import (
    autosaving,
    beside,
    choosing,
    editor,
    lifting,
    opening,
    preview,
    retracing,
    reviewing,
    timing,
)
from outreach.campaigns.approving import can_approve, find_valid_approval
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.forms import SettingsForm
from outreach.campaigns.labels import STATE_LABELS
from outreach.campaigns.memory import views as remembering
from outreach.campaigns.models import Campaign
from outreach.campaigns.progress import find_language_states
from outreach.campaigns.queries import CampaignFilter, get_campaign, list_campaigns, list_kinds
from outreach.campaigns.rules import EDITABLE, CampaignState
from outreach.campaigns.service import edit_settings, list_returns, read_settings
from outreach.db import db
from outreach.translation import gettext as _

__all__ = [
    "autosaving",
    "beside",
    "blueprint",
    "choosing",
    "editor",
    "lifting",
    "opening",
    "preview",
    "remembering",
    "retracing",
    "reviewing",
    "timing",
]


@blueprint.get("")
@requires()
def index() -> str:
    """List campaigns, the newest first."""
    wanted = _read_filter()
    return render_template(
        "campaigns/index.html",
        campaigns=list_campaigns(wanted, request.args.get("page", 1, type=int)),
        wanted=wanted,
        states=STATE_LABELS,
        kinds=list_kinds(),
    )


def _read_filter() -> CampaignFilter:
    state = request.args.get("state", "")
    return CampaignFilter(
        state=CampaignState(state) if state in set(CampaignState) else None,
        kind_id=request.args.get("kind", type=int),
        words=request.args.get("words", "")[:100],
    )


@blueprint.get("/<int:campaign_id>")
@requires()
def show(campaign_id: int) -> str:
    """Show where a campaign stands and what comes next."""
    campaign = get_campaign(campaign_id)
    user = get_current_user()
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        states=find_language_states(campaign),
        approval=find_valid_approval(campaign),
        may_approve=can_approve(campaign, user),
        is_editable=campaign.state in EDITABLE,
        returned=next(iter(list_returns(campaign)), None),
    )


@blueprint.route("/<int:campaign_id>/ajustes", methods=["GET", "POST"])
@requires(Permission.WRITE)
def settings(campaign_id: int) -> Response | str | tuple[str, int]:
    """Change what a campaign is apart from its content."""
    campaign = get_campaign(campaign_id)
    form = SettingsForm()
    form.offer()
    if not form.is_submitted():
        form.fill(read_settings(campaign), campaign.edit_count)
        return render_template("campaigns/settings.html", form=form, campaign=campaign)
    if form.validate():
        refusal = _save_settings(campaign, form)
        if not refusal:
            return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
        form.form_errors.append(refusal)
    return render_template("campaigns/settings.html", form=form, campaign=get_campaign(campaign_id)), 422


def _save_settings(campaign: Campaign, form: SettingsForm) -> str:
    """Save and commit; return why not, else nothing. After a stale edit the form carries the new count."""
    order = tuple(link.audience_id for link in campaign.audience_links)
    try:
        has_changed = edit_settings(campaign, form.read(order), form.edit_count.data)
    except CampaignError as refusal:
        db.session.rollback()
        form.edit_count.data = campaign.edit_count
        form.edit_count.raw_data = None
        return str(refusal)
    if has_changed:
        record("edit_settings", "campaign", campaign.id, {"edit_count": campaign.edit_count}, user=get_current_user())
        flash(_("Guardado."), "success")
    db.session.commit()
    return ""
