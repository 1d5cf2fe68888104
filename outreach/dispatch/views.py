"""A campaign on its way: its ledger, the people behind each figure, and the buttons that pause, resume and stop it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns import scheduling
from outreach.campaigns.labels import RENDITION_LABELS, STATE_LABELS, STATE_TONES
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.restrictions import find_hindrance
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import CampaignState, can_move
from outreach.campaigns.states import refuse_move
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch import inspecting, receipts
from outreach.dispatch.blueprint import blueprint
from outreach.dispatch.labels import LEDGER_FILTERS, OUTCOME_LABELS, OUTCOME_TONES, REASON_LABELS
from outreach.dispatch.ledger import Ledger, find_message_id, read_ledger
from outreach.dispatch.listing import list_deliveries
from outreach.dispatch.progress import read_progress
from outreach.dispatch.waits import list_waits
from outreach.translation import gettext as _
from outreach.translation import ngettext
from outreach.web.filters import number

__all__ = ["blueprint", "inspecting", "receipts"]

_MOVING = frozenset({CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED})
_LARGEST_NUMBER = 2**63 - 1


@blueprint.get("/campanas/<int:campaign_id>/avance")
@requires()
def follow(campaign_id: int) -> str:
    """Show how far a campaign is, its ledger, and the deliveries behind the chosen figure."""
    campaign = get_campaign(campaign_id)
    chosen = _read_chosen()
    outcomes = LEDGER_FILTERS[chosen].outcomes if chosen else ()
    return render_template(
        "dispatch/follow.html",
        chosen=chosen,
        page=list_deliveries(campaign_id, outcomes, after=_read_number("despues"), before=_read_number("antes")),
        labels=OUTCOME_LABELS,
        tones=OUTCOME_TONES,
        reasons=REASON_LABELS,
        renditions=RENDITION_LABELS,
        message_id=find_message_id,
        mail_server=current_config().smtp.host,
        **_describe_progress(campaign),
    )


@blueprint.get("/campanas/<int:campaign_id>/avance/cifras")
@requires()
def figures(campaign_id: int) -> Response:
    """Give the part of the page that changes; when the state did, its buttons and list did too: all is loaded anew."""
    campaign = get_campaign(campaign_id)
    part = render_template("dispatch/_figures.html", chosen=_read_chosen(), **_describe_progress(campaign))
    response = make_response(part)
    if request.args.get("estado", campaign.state) != campaign.state:
        response.headers["HX-Refresh"] = "true"
    return response


def _read_chosen() -> str:
    asked = request.args.get("resultado", "")
    return asked if asked in LEDGER_FILTERS else ""


def _read_number(name: str) -> int:
    given = request.args.get(name, 0, type=int)
    return given if 0 <= given <= _LARGEST_NUMBER else abort(404)


def _describe_progress(campaign: Campaign) -> dict[str, Any]:
    now = clock.now()
    progress = read_progress(campaign, now)
    return {
        "campaign": campaign,
        "progress": progress,
        "ledger": progress.ledger,
        "filters": LEDGER_FILTERS,
        "state_label": STATE_LABELS[campaign.state],
        "state_tone": STATE_TONES[campaign.state],
        "is_moving": campaign.state in _MOVING,
        "waits": list_waits(campaign.id, now) if campaign.is_local_time else [],
        "is_restricted": _is_restricted(campaign, now),
        "now": now,
    }


def _is_restricted(campaign: Campaign, now: datetime) -> bool:
    is_stopped = campaign.state == CampaignState.PAUSED
    return is_stopped and bool(find_hindrance(db.session.connection(), campaign.id, now))


@blueprint.post("/campanas/<int:campaign_id>/pausar")
@requires(Permission.SCHEDULE)
def pause(campaign_id: int) -> Response:
    """Pause a campaign that is being sent."""
    return _move(campaign_id, scheduling.pause, "pause", _tell_pause)


@blueprint.post("/campanas/<int:campaign_id>/reanudar")
@requires(Permission.SCHEDULE)
def resume(campaign_id: int) -> Response:
    """Go on with a paused campaign, or let one that was held leave."""
    return _move(campaign_id, scheduling.resume, "resume", lambda _ledger: _("El envío continúa."))


@blueprint.get("/campanas/<int:campaign_id>/detener")
@requires(Permission.SCHEDULE)
def stop(campaign_id: int) -> str:
    """Ask whether to end a campaign, saying what has left and what will not."""
    campaign = get_campaign(campaign_id)
    if not can_move(campaign.state, CampaignState.CANCELLED):
        raise refuse_move(campaign, CampaignState.CANCELLED)
    return render_template("dispatch/stop.html", campaign=campaign, ledger=read_progress(campaign, clock.now()).ledger)


@blueprint.post("/campanas/<int:campaign_id>/cancelar")
@requires(Permission.SCHEDULE)
def cancel(campaign_id: int) -> Response:
    """End a campaign; what has not left will not."""
    return _move(campaign_id, scheduling.cancel, "cancel", _tell_end)


def _move(
    campaign_id: int, change: Callable[[Campaign], None], action: str, describe: Callable[[Ledger], str]
) -> Response:
    campaign = get_campaign(campaign_id)
    change(campaign)
    ledger = read_ledger(campaign_id)
    figures = {"sent": ledger.sent, "pending": ledger.pending} if ledger.intended else {}
    record(action, "campaign", campaign.id, figures, get_current_user())
    db.session.commit()
    flash(describe(ledger), "success")
    return redirect(url_for("dispatch.follow", campaign_id=campaign_id), 303)


def _tell_pause(ledger: Ledger) -> str:
    rest = ngettext("falta %(num)s", "faltan %(num)s", ledger.pending, num=number(ledger.pending))
    return _("El envío quedó en pausa: %(left)s y %(rest)s.", left=_count_left(ledger), rest=rest)


def _tell_end(ledger: Ledger) -> str:
    if not ledger.sent:
        return _("La campaña quedó cancelada: no salió ningún mensaje.")
    return _("El envío se detuvo: %(left)s, y lo que faltaba ya no saldrá.", left=_count_left(ledger))


def _count_left(ledger: Ledger) -> str:
    return ngettext("salió %(num)s mensaje", "salieron %(num)s mensajes", ledger.sent, num=number(ledger.sent))
