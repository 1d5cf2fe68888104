"""The pages between a draft and its approval: what the checks say, who asks, and the second person's answer."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, may, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.audiences.counting import count_recipients
from outreach.campaigns import service
from outreach.campaigns.approving import APPROVABLE, approve, can_approve, find_last_approval
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.composing import compose
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.findings import list_findings
from outreach.campaigns.forms import ApprovalForm, ReturnForm
from outreach.campaigns.labels import RENDITION_LABELS
from outreach.campaigns.models import Campaign
from outreach.campaigns.progress import find_language_states
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rendering import list_renditions
from outreach.campaigns.rules import CampaignState
from outreach.db import db
from outreach.translation import gettext as _


@blueprint.get("/<int:campaign_id>/revisar")
@requires()
def review(campaign_id: int) -> str:
    """Show the summary, the sum of its readers, and what the checks found."""
    campaign = get_campaign(campaign_id)
    return render_template(
        "campaigns/review.html",
        campaign=campaign,
        states=find_language_states(campaign),
        count=count_recipients(campaign.choice),
        findings=list_findings(campaign),
        can_submit=campaign.state == CampaignState.DRAFT and may(Permission.WRITE),
    )


@blueprint.post("/<int:campaign_id>/revisar")
@requires(Permission.WRITE)
def submit(campaign_id: int) -> Response:
    """Hand the campaign to whoever approves."""
    campaign = get_campaign(campaign_id)
    try:
        service.submit(campaign)
    except CampaignError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
        return redirect(url_for("campaigns.review", campaign_id=campaign_id), 303)
    record("submit", "campaign", campaign.id, {"edit_count": campaign.edit_count}, user=get_current_user())
    db.session.commit()
    flash(_("La campaña espera ahora el visto bueno de otra persona."), "success")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@blueprint.get("/<int:campaign_id>/visto-bueno")
@requires(Permission.APPROVE)
def approval(campaign_id: int) -> str:
    """Show everything that the second person answers for."""
    campaign = get_campaign(campaign_id)
    form = ApprovalForm()
    form.edit_count.data = str(campaign.edit_count)
    return _render_approval(campaign, form, ReturnForm())


@blueprint.post("/<int:campaign_id>/visto-bueno")
@requires(Permission.APPROVE)
def confirm_approval(campaign_id: int) -> Response | tuple[str, int]:
    """Approve exactly what was shown."""
    campaign = get_campaign(campaign_id)
    form = ApprovalForm()
    if form.validate_on_submit():
        try:
            approve(campaign, get_current_user(), _read_count(form.edit_count.data))
        except CampaignError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("La campaña tiene visto bueno: ahora se puede programar."), "success")
            return redirect(url_for("campaigns.schedule", campaign_id=campaign_id), 303)
    form.edit_count.data = str(campaign.edit_count)
    form.has_looked.data = False
    return _render_approval(campaign, form, ReturnForm()), 422


@blueprint.post("/<int:campaign_id>/devolver")
@requires(Permission.APPROVE)
def return_to_author(campaign_id: int) -> Response | tuple[str, int]:
    """Give the campaign back with a note."""
    campaign = get_campaign(campaign_id)
    form = ReturnForm()
    if form.validate_on_submit():
        try:
            service.return_to_author(campaign, form.note.data)
        except CampaignError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            record("return", "campaign", campaign.id, user=get_current_user())
            db.session.commit()
            flash(_("La campaña volvió a borrador con su nota."), "success")
            return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
    answer = ApprovalForm(formdata=None)
    answer.edit_count.data = str(campaign.edit_count)
    return _render_approval(campaign, answer, form), 422


def _render_approval(campaign: Campaign, form: ApprovalForm, return_form: ReturnForm) -> str:
    last = find_last_approval(campaign)
    return render_template(
        "campaigns/approval.html",
        campaign=campaign,
        form=form,
        return_form=return_form,
        renditions={each: RENDITION_LABELS[each] for each in list_renditions(compose(campaign))},
        count=count_recipients(campaign.choice),
        findings=list_findings(campaign),
        may_approve=can_approve(campaign, get_current_user()),
        is_open=campaign.state in APPROVABLE,
        lapsed=last if last and last.voided_at else None,
    )


def _read_count(text: str) -> int:
    return int(text) if text.isdecimal() else abort(400)
