"""A campaign on its way: its ledger, the people behind each figure, and the buttons that pause, resume and stop it."""

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_sqlalchemy.pagination import Pagination
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns import scheduling
from outreach.campaigns.labels import RENDITION_LABELS, STATE_LABELS, STATE_TONES
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import CampaignState
from outreach.db import db
from outreach.dispatch import ledger
from outreach.dispatch.forms import ResolutionForm
from outreach.dispatch.labels import LEDGER_FILTERS, OUTCOME_LABELS, OUTCOME_TONES, REASON_LABELS, STAGE_LABELS
from outreach.dispatch.rules import Outcome
from outreach.dispatch.service import resolve
from outreach.translation import gettext as _

blueprint = Blueprint("dispatch", __name__, template_folder="templates")

_MOVING = frozenset({CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED})


@blueprint.get("/campanas/<int:campaign_id>/avance")
@requires()
def follow(campaign_id: int) -> str:
    """Show how far a campaign is, its ledger, and the deliveries behind the chosen figure."""
    campaign = get_campaign(campaign_id)
    chosen = request.args.get("resultado", "")
    return render_template(
        "dispatch/follow.html",
        campaign=campaign,
        chosen=chosen,
        deliveries=_list_page(campaign_id, chosen),
        labels=OUTCOME_LABELS,
        tones=OUTCOME_TONES,
        reasons=REASON_LABELS,
        renditions=RENDITION_LABELS,
        **_describe_progress(campaign),
    )


@blueprint.get("/campanas/<int:campaign_id>/avance/cifras")
@requires()
def figures(campaign_id: int) -> Response:
    """Give the part of the page that changes; when the state did, its buttons and list did too: all is loaded anew."""
    campaign = get_campaign(campaign_id)
    chosen = request.args.get("resultado", "")
    part = render_template("dispatch/_figures.html", campaign=campaign, chosen=chosen, **_describe_progress(campaign))
    response = make_response(part)
    if request.args.get("estado", campaign.state) != campaign.state:
        response.headers["HX-Refresh"] = "true"
    return response


def _describe_progress(campaign: Campaign) -> dict[str, object]:
    return {
        "ledger": ledger.read_ledger(campaign.id),
        "dispatches": ledger.list_dispatches(campaign.id),
        "filters": LEDGER_FILTERS,
        "state_label": STATE_LABELS[campaign.state],
        "state_tone": STATE_TONES[campaign.state],
        "is_moving": campaign.state in _MOVING,
        "now": clock.now(),
    }


def _list_page(campaign_id: int, chosen: str) -> Pagination:
    outcomes = LEDGER_FILTERS[chosen].outcomes if chosen in LEDGER_FILTERS else ()
    statement = ledger.select_deliveries(campaign_id, outcomes)
    return db.paginate(statement, per_page=ledger.PAGE_SIZE, error_out=False)


@blueprint.post("/campanas/<int:campaign_id>/pausar")
@requires(Permission.SCHEDULE)
def pause(campaign_id: int) -> Response:
    """Pause a campaign that is being sent."""
    return _move(campaign_id, scheduling.pause, "pause", _("El envío quedó en pausa."))


@blueprint.post("/campanas/<int:campaign_id>/reanudar")
@requires(Permission.SCHEDULE)
def resume(campaign_id: int) -> Response:
    """Go on with a paused campaign, or let one that was held leave."""
    return _move(campaign_id, scheduling.resume, "resume", _("El envío continúa."))


@blueprint.post("/campanas/<int:campaign_id>/cancelar")
@requires(Permission.SCHEDULE)
def cancel(campaign_id: int) -> Response:
    """End a campaign; what has not left will not."""
    return _move(
        campaign_id, scheduling.cancel, "cancel", _("La campaña quedó cancelada: lo que no había salido no saldrá.")
    )


def _move(campaign_id: int, change: Callable[[Campaign], None], action: str, sentence: str) -> Response:
    campaign = get_campaign(campaign_id)
    change(campaign)
    record(action, "campaign", campaign.id, user=get_current_user())
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("dispatch.follow", campaign_id=campaign_id), 303)


@blueprint.route("/entregas/<int:delivery_id>", methods=["GET"])
@requires()
def show_delivery(delivery_id: int) -> str:
    """Show one delivery: what was tried, and what to look for in the mail server's log."""
    return _render_delivery(delivery_id, ResolutionForm(formdata=None))


@blueprint.post("/entregas/<int:delivery_id>")
@requires(Permission.SCHEDULE)
def resolve_delivery(delivery_id: int) -> Response | tuple[str, int]:
    """Take a person's word on an uncertain delivery."""
    form = ResolutionForm()
    if not form.validate_on_submit():
        return _render_delivery(delivery_id, form), 422
    delivery = ledger.get_delivery(delivery_id)
    resolve(delivery, Outcome(form.outcome.data), get_current_user(), form.reason.data)
    db.session.commit()
    flash(_("La entrega quedó resuelta."), "success")
    return redirect(url_for("dispatch.follow", campaign_id=delivery.campaign_id, resultado="uncertain"), 303)


def _render_delivery(delivery_id: int, form: ResolutionForm) -> str:
    delivery = ledger.get_delivery(delivery_id)
    return render_template(
        "dispatch/delivery.html",
        delivery=delivery,
        attempts=ledger.list_attempts(delivery_id),
        message_id=ledger.find_message_id(delivery),
        stages=STAGE_LABELS,
        form=form if delivery.outcome == Outcome.UNCERTAIN else None,
        labels=OUTCOME_LABELS,
        tones=OUTCOME_TONES,
        reasons=REASON_LABELS,
    )
