"""The button that sends a test mail of a campaign to staff."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.queries import list_users
from outreach.accounts.rules import Permission
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import Rendition
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.proofs import describe_result, prepare_proofs, send_proofs
from outreach.errors import OutreachError

blueprint = Blueprint("proofs", __name__)


@blueprint.post("/campanas/<int:campaign_id>/prueba")
@requires(Permission.SCHEDULE)
def send(campaign_id: int) -> Response:
    """Send the chosen versions to the chosen colleagues, at once, and say what the mail server answered."""
    campaign = get_campaign(campaign_id)
    chosen = set(request.form.getlist("people", type=int))
    people = [user for user in list_users() if user.id in chosen]
    renditions = [each for each in Rendition if each in request.form.getlist("renditions")]
    back = redirect(url_for("campaigns.preview", campaign_id=campaign_id, _anchor="prueba"), 303)
    try:
        proofs = prepare_proofs(campaign, renditions, people, get_current_user())
    except OutreachError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
        return back
    db.session.commit()
    result = send_proofs(current_config(), proofs)
    flash(describe_result(result), "danger" if result.problems else "success")
    return back
