"""The page where a campaign gets its time, and the buttons that take it away or end the campaign before it left."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.audiences.counting import count_recipients
from outreach.campaigns import scheduling
from outreach.campaigns.approving import APPROVABLE, find_valid_approval
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.errors import CampaignError, ScheduleError
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning import service
from outreach.campaigns.planning.departure import Departure, Turn, list_turns, read_departure
from outreach.campaigns.planning.forms import ScheduleForm
from outreach.campaigns.planning.notices import Outlook, look_at
from outreach.campaigns.planning.wording import describe_span, say_departure
from outreach.campaigns.planning.zones import DIASPORA, find_instants, place_wall
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.scheduling import SCHEDULABLE
from outreach.campaigns.times import describe, name_city
from outreach.campaigns.waiting import must_wait, render_waiting
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _

_USUAL_HOUR = 9


@dataclass(frozen=True, slots=True)
class View:
    """A departure as the page shows it: the same instant elsewhere, everybody's turn, and what it would meet."""

    departure: Departure
    places: list[str]
    turns: list[Turn]
    outlook: Outlook

    @property
    def codes(self) -> str:
        """Which warnings stand on the page; whoever presses the button has seen them."""
        return " ".join(sorted({found.code for found in self.outlook.findings}))


@blueprint.get("/<int:campaign_id>/programar")
@requires(Permission.SCHEDULE)
def schedule(campaign_id: int) -> str:
    """Ask when the campaign leaves."""
    campaign = get_campaign(campaign_id)
    form = ScheduleForm(formdata=None)
    departure = read_departure(campaign) or _suggest(campaign)
    if must_wait(campaign, departure):
        return render_waiting(campaign, _("Programar: %(name)s", name=campaign.name))
    form.offer([departure.zone, current_config().timezone], clock.now())
    form.fill(departure)
    return _render(campaign, form, _look(campaign, departure))


@blueprint.post("/<int:campaign_id>/programar/ver")
@requires(Permission.SCHEDULE)
def look_at_schedule(campaign_id: int) -> str:
    """Show what a time means and meets before it binds anybody: a part of the page, or without scripts the page."""
    campaign = get_campaign(campaign_id)
    form = _read_form(campaign)
    view = None
    try:
        view = _look(campaign, _read(form))
    except CampaignError as refusal:
        if request.form.get("at"):
            form.form_errors.append(str(refusal))
    if request.headers.get("HX-Request"):
        return render_template("campaigns/_departure.html", **_describe(campaign, form, view))
    return _render(campaign, form, view)


@blueprint.post("/<int:campaign_id>/programar")
@requires(Permission.SCHEDULE)
def confirm_schedule(campaign_id: int) -> Response | tuple[str, int]:
    """Let the campaign leave at the time that was typed, or now, once whatever it would meet was on the page."""
    campaign = get_campaign(campaign_id)
    form = _read_form(campaign)
    view = None
    if form.validate():
        try:
            view = _look(campaign, _read(form))
            if _has_seen(form, view) and _put_time(campaign, form, view):
                return redirect(_choose_page(campaign), 303)
        except CampaignError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
    return _render(campaign, form, view), 422


def _read_form(campaign: Campaign) -> ScheduleForm:
    form = ScheduleForm()
    form.offer([current_config().timezone, campaign.planned_zone], clock.now())
    return form


def _read(form: ScheduleForm) -> Departure:
    """Return the departure that was typed; raise ScheduleError for what is no time."""
    zone = form.zone.data
    end = place_wall(scheduling.parse_wall(form.not_after.data), zone) if form.not_after.data else None
    if form.when.data == "now":
        return Departure(clock.now(), zone, end)
    occurrence = int(form.occurrence.data) if form.occurrence.data else None
    at = scheduling.parse_local(form.at.data or "", zone, occurrence)
    return Departure(at, zone, end, form.is_local_time.data)


def _is_ambiguous(form: ScheduleForm) -> bool:
    """Tell whether clocks show the typed time twice, which the page then asks about."""
    with suppress(ScheduleError):
        return len(find_instants(scheduling.parse_wall(form.at.data or ""), form.zone.data)) > 1
    return False


def _look(campaign: Campaign, departure: Departure) -> View:
    return View(
        departure=departure,
        places=[describe(departure.at, zone) for zone in DIASPORA if zone != departure.zone],
        turns=list_turns(campaign, departure) if departure.is_local_time else [],
        outlook=look_at(campaign, departure),
    )


def _has_seen(form: ScheduleForm, view: View) -> bool:
    """Tell whether every warning stood beside the time; a page without scripts shows them and asks once more."""
    if set(view.codes.split()) <= set((form.seen.data or "").split()):
        return True
    form.form_errors.append(_("Lea los avisos de esta hora; si está de acuerdo, vuelva a pulsar el botón."))
    return False


def _put_time(campaign: Campaign, form: ScheduleForm, view: View) -> bool:
    """Schedule, or propose before there is an approval, and commit; a reason is kept even if another one is missing."""
    if campaign.state in APPROVABLE:
        scheduling.propose(campaign, view.departure)
        record("propose_time", "campaign", campaign.id, _show_time(view.departure), user=get_current_user())
        db.session.commit()
        flash(
            _("Quedó la propuesta: sale %(at)s en cuanto tenga visto bueno y se programe.", at=_say(campaign)),
            "success",
        )
        return True
    if form.reason.data and view.outlook.asks:
        service.confirm(campaign, view.outlook.asks, get_current_user(), form.reason.data)
        db.session.commit()
    if form.when.data == "now":
        scheduling.schedule_now(campaign, view.departure.zone, view.departure.not_after)
    else:
        departure = view.departure
        scheduling.schedule(
            campaign, departure.at, departure.zone, departure.not_after, is_local_time=departure.is_local_time
        )
    record("schedule", "campaign", campaign.id, _show_time(view.departure), user=get_current_user())
    db.session.commit()
    flash(_describe_departure(campaign), "success")
    return True


def _choose_page(campaign: Campaign) -> str:
    """Return where a person goes on: to the numbers when the campaign leaves at once, else to its overview."""
    leaves_now = campaign.scheduled_at is not None and campaign.scheduled_at <= clock.now()
    page = "dispatch.follow" if leaves_now and "dispatch.follow" in current_app.view_functions else "campaigns.show"
    return url_for(page, campaign_id=campaign.id)


@blueprint.post("/<int:campaign_id>/desprogramar")
@requires(Permission.SCHEDULE)
def unschedule(campaign_id: int) -> Response:
    """Take the time away; the approval stays."""
    return _move(campaign_id, "unschedule", scheduling.unschedule, _("La campaña ya no está programada."))


@blueprint.post("/<int:campaign_id>/descartar")
@requires(Permission.SCHEDULE)
def discard(campaign_id: int) -> Response:
    """End a campaign that has not left for good; one on its way is cancelled where its numbers are."""
    return _move(campaign_id, "cancel", scheduling.cancel, _("La campaña quedó cancelada."))


def _move(campaign_id: int, action: str, move: Callable[[Campaign], None], said: str) -> Response:
    campaign = get_campaign(campaign_id)
    try:
        move(campaign)
    except CampaignError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
    else:
        record(action, "campaign", campaign.id, user=get_current_user())
        db.session.commit()
        flash(said, "success")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


def _suggest(campaign: Campaign) -> Departure:
    """Return tomorrow at nine, by the clocks of the Institute."""
    zone = campaign.scheduled_zone or current_config().timezone
    tomorrow = clock.now().astimezone(ZoneInfo(zone)) + timedelta(days=1)
    return Departure(tomorrow.replace(hour=_USUAL_HOUR, minute=0, second=0, microsecond=0), zone)


def _show_time(departure: Departure) -> dict[str, object]:
    return {
        "at": departure.at.isoformat(),
        "zone": departure.zone,
        "is_local_time": departure.is_local_time,
    }


def _say(campaign: Campaign) -> str:
    departure = read_departure(campaign)
    return say_departure(departure) if departure else ""


def _describe_departure(campaign: Campaign) -> str:
    if campaign.scheduled_at is None or campaign.scheduled_at <= clock.now():
        return _("La campaña sale en este momento.")
    return _("La campaña sale %(at)s.", at=_say(campaign))


def _render(campaign: Campaign, form: ScheduleForm, view: View | None) -> str:
    return render_template(
        "campaigns/schedule.html",
        count=count_recipients(campaign.choice),
        now=describe(clock.now(), current_config().timezone),
        **_describe(campaign, form, view),
    )


def _describe(campaign: Campaign, form: ScheduleForm, view: View | None) -> dict[str, object]:
    """Return what the page and its changing part both show."""
    return {
        "campaign": campaign,
        "form": form,
        "view": view,
        "is_ambiguous": _is_ambiguous(form),
        "approval": find_valid_approval(campaign),
        "confirmations": service.list_confirmations(campaign),
        "can_be_scheduled": campaign.state in SCHEDULABLE,
        "can_be_proposed": campaign.state in APPROVABLE,
        "name_city": name_city,
        "say_departure": say_departure,
        "describe_span": describe_span,
    }
