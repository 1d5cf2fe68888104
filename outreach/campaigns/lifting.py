"""The page where people give their word for a campaign that a restricted period stopped on its way."""

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns import scheduling
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.planning import service
from outreach.campaigns.planning.forms import ReasonForm
from outreach.campaigns.planning.restrictions import list_restrictions
from outreach.campaigns.planning.wording import describe_span
from outreach.campaigns.queries import get_campaign
from outreach.db import db
from outreach.translation import gettext as _


@blueprint.route("/<int:campaign_id>/periodo-restringido", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def lift_restriction(campaign_id: int) -> Response | str | tuple[str, int]:
    """Take a person's word for a campaign that a period stopped on its way, and go on once there are enough."""
    campaign = get_campaign(campaign_id)
    form = ReasonForm()
    asked = list_restrictions(db.session.connection(), campaign.id, clock.now())
    if form.validate_on_submit():
        try:
            service.confirm(campaign, asked, get_current_user(), form.reason.data)
            db.session.commit()
            scheduling.resume(campaign)
        except CampaignError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            record("resume", "campaign", campaign.id, user=get_current_user())
            db.session.commit()
            flash(_("El envío continúa."), "success")
            return redirect(_find_numbers(campaign.id), 303)
    page = render_template(
        "campaigns/lift_restriction.html",
        campaign=campaign,
        form=form,
        restrictions=list_restrictions(db.session.connection(), campaign.id, clock.now()),
        confirmations=service.list_confirmations(campaign),
        describe_span=describe_span,
    )
    return (page, 422) if form.is_submitted() else page


def _find_numbers(campaign_id: int) -> str:
    page = "dispatch.follow" if "dispatch.follow" in current_app.view_functions else "campaigns.show"
    return url_for(page, campaign_id=campaign_id)
