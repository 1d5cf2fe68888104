"""The pages of one delivery: what happened to it, a person's word on an uncertain one, and its mail."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, may, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.labels import RENDITION_LABELS
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.blueprint import blueprint
from outreach.dispatch.forms import ResolutionForm
from outreach.dispatch.labels import OUTCOME_LABELS, OUTCOME_TONES, REASON_LABELS
from outreach.dispatch.ledger import find_message_id, get_delivery
from outreach.dispatch.models import Delivery
from outreach.dispatch.rebuilding import note_opening, rebuild_mail
from outreach.dispatch.rules import Outcome
from outreach.dispatch.service import resolve
from outreach.dispatch.timeline import list_events
from outreach.translation import gettext as _
from outreach.web.security import preview_response


@blueprint.get("/entregas/<int:delivery_id>")
@requires()
def show_delivery(delivery_id: int) -> str:
    """Show one delivery: what was tried, and what to look for in the mail server's log."""
    return _render_delivery(get_delivery(delivery_id), None)


@blueprint.post("/entregas/<int:delivery_id>")
@requires(Permission.SCHEDULE)
def resolve_delivery(delivery_id: int) -> Response | tuple[str, int]:
    """Take a person's word on an uncertain delivery, and lead to the next one."""
    form = ResolutionForm()
    form.reason.id = f"reason-{delivery_id}"  # a page may hold several of these
    delivery = get_delivery(delivery_id)
    if not form.validate_on_submit():
        return _render_delivery(delivery, form), 422
    resolve(delivery, Outcome(form.outcome.data), get_current_user(), form.reason.data)
    db.session.commit()
    has_more = db.session.scalar(
        select(Delivery.id)
        .where(Delivery.campaign_id == delivery.campaign_id, Delivery.outcome == Outcome.UNCERTAIN)
        .limit(1)
    )
    flash(_("La entrega quedó resuelta."), "success")
    chosen = "uncertain" if has_more else None
    return redirect(url_for("dispatch.follow", campaign_id=delivery.campaign_id, resultado=chosen), 303)


def _render_delivery(delivery: Delivery, form: ResolutionForm | None) -> str:
    return render_template(
        "dispatch/delivery.html",
        delivery=delivery,
        campaign=delivery.campaign,
        events=list_events(delivery),
        message_id=find_message_id,
        mail_server=current_config().smtp.host,
        form=form,
        may_resolve=delivery.outcome == Outcome.UNCERTAIN and may(Permission.SCHEDULE),
        labels=OUTCOME_LABELS,
        tones=OUTCOME_TONES,
        reasons=REASON_LABELS,
        renditions=RENDITION_LABELS,
    )


@blueprint.get("/entregas/<int:delivery_id>/correo")
@requires(Permission.OPEN_MAIL)
def show_mail(delivery_id: int) -> str:
    """Show the mail of a delivery as its reader has it; that it was opened is kept."""
    delivery = get_delivery(delivery_id)
    mail = rebuild_mail(delivery)
    if note_opening(delivery, get_current_user()):
        db.session.commit()
    return render_template(
        "dispatch/mail.html",
        delivery=delivery,
        mail=mail,
        rendition=RENDITION_LABELS[delivery.rendition],
        has_left=delivery.outcome in {Outcome.SENT, Outcome.UNCERTAIN},
    )


@blueprint.get("/entregas/<int:delivery_id>/correo.html")
@requires(Permission.OPEN_MAIL)
def frame_mail(delivery_id: int) -> FlaskResponse:
    """Answer with the HTML part alone, for the frame of its page."""
    delivery = get_delivery(delivery_id)
    mail = rebuild_mail(delivery)
    if note_opening(delivery, get_current_user()):
        db.session.commit()
    return preview_response(mail.html)
