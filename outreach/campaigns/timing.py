"""The page where a campaign gets its time, and the buttons that take it away or end the campaign before it left."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.audiences.selection import count_recipients
from outreach.campaigns import scheduling
from outreach.campaigns.approving import find_valid_approval
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.forms import ScheduleForm
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.times import describe, name_zone
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _

_USUAL_HOUR = 9


@blueprint.get("/<int:campaign_id>/programar")
@requires(Permission.SCHEDULE)
def schedule(campaign_id: int) -> str:
    """Ask when the campaign leaves."""
    campaign = get_campaign(campaign_id)
    form = ScheduleForm()
    zone = _choose_zone(campaign)
    place = ZoneInfo(zone)
    end = campaign.not_after.astimezone(place) if campaign.not_after else None
    form.fill(campaign.scheduled_at.astimezone(place) if campaign.scheduled_at else _suggest(zone), end)
    return _render(campaign, form)


@blueprint.post("/<int:campaign_id>/programar")
@requires(Permission.SCHEDULE)
def confirm_schedule(campaign_id: int) -> Response | tuple[str, int]:
    """Let the campaign leave at the time that was typed, or now."""
    campaign = get_campaign(campaign_id)
    form = ScheduleForm()
    if form.validate_on_submit():
        try:
            _put_time(campaign, form)
        except CampaignError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            record("schedule", "campaign", campaign.id, _show_time(campaign), user=get_current_user())
            db.session.commit()
            flash(_describe_departure(campaign), "success")
            return redirect(_choose_page(campaign), 303)
    return _render(campaign, form), 422


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


def _put_time(campaign: Campaign, form: ScheduleForm) -> None:
    zone = _choose_zone(campaign)
    end = scheduling.parse_local(form.not_after.data, zone) if form.not_after.data else None
    if form.when.data == "now":
        scheduling.schedule_now(campaign, zone, end)
    else:
        scheduling.schedule(campaign, scheduling.parse_local(form.at.data or "", zone), zone, end)


def _choose_zone(campaign: Campaign) -> str:
    return campaign.scheduled_zone or current_config().timezone


def _suggest(zone: str) -> datetime:
    """Return tomorrow at nine in `zone`."""
    tomorrow = clock.now().astimezone(ZoneInfo(zone)) + timedelta(days=1)
    return tomorrow.replace(hour=_USUAL_HOUR, minute=0, second=0, microsecond=0)


def _show_time(campaign: Campaign) -> dict[str, str]:
    at = campaign.scheduled_at
    return {"at": at.isoformat() if at else "", "zone": campaign.scheduled_zone}


def _describe_departure(campaign: Campaign) -> str:
    if campaign.scheduled_at is None or campaign.scheduled_at <= clock.now():
        return _("La campaña sale en este momento.")
    return _("La campaña sale el %(at)s.", at=describe(campaign.scheduled_at, campaign.scheduled_zone))


def _render(campaign: Campaign, form: ScheduleForm) -> str:
    zone = _choose_zone(campaign)
    return render_template(
        "campaigns/schedule.html",
        campaign=campaign,
        form=form,
        zone_name=name_zone(zone, clock.now()),
        now=describe(clock.now(), zone),
        approval=find_valid_approval(campaign),
        count=count_recipients([link.audience_id for link in campaign.audience_links]),
        can_be_scheduled=campaign.state in {CampaignState.APPROVED, CampaignState.SCHEDULED, CampaignState.HELD},
        other_places=_list_other_places(campaign),
    )


def _list_other_places(campaign: Campaign) -> list[str]:
    """Return the scheduled instant where many of the diaspora live."""
    if campaign.scheduled_at is None:
        return []
    zones = ("America/Los_Angeles", "America/Chicago", "America/New_York", "Europe/Madrid")
    return [describe(campaign.scheduled_at, zone) for zone in zones]
