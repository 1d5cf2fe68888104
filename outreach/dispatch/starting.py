"""What the clock asks of the campaigns: start those that are due, close those that are over."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from outreach.accounts.audit import record as record_audit
from outreach.campaigns.approving import is_what_was_approved
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.restrictions import find_hindrance
from outreach.campaigns.queries import list_due
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.states import move
from outreach.db import db
from outreach.dispatch.models import IS_DUE, IS_FREE, Delivery, Worker, has_deliveries
from outreach.dispatch.release import release
from outreach.dispatch.rules import PENDING, Outcome, SkipReason, is_late
from outreach.dispatch.tallies import recount
from outreach.translation import gettext as _


def start_due(now: datetime) -> int:
    """Release each campaign whose time has come, one transaction each; return how many started.

    One that is late beyond its grace, past its end, no longer what was approved, or kept by a restricted period is
    held, and a person is asked.
    """
    started = 0
    for campaign in list_due(now):
        db.session.refresh(campaign, with_for_update=True)
        if campaign.state != CampaignState.SCHEDULED:
            continue  # another process was first
        obstacle = find_obstacle(campaign, now)
        if obstacle:
            move(campaign, CampaignState.HELD, state_reason=obstacle)
            record_audit("hold", "campaign", campaign.id)
        elif release(db.session.connection(), campaign, now):
            record_audit("release", "campaign", campaign.id)
            started += 1
        db.session.commit()
    return started


def find_obstacle(campaign: Campaign, now: datetime) -> str | None:
    """Return the sentence that says why a due campaign must not start by itself; None when it may."""
    if campaign.not_after and now >= campaign.not_after:
        return _("Pasó la hora de «no enviar después de» antes de que pudiera salir.")
    if campaign.scheduled_at and is_late(campaign.scheduled_at, campaign.grace_minutes, now):
        return _("La hora programada pasó hace más de lo permitido: confirme si todavía debe salir.")
    if not is_what_was_approved(campaign):
        return _("El contenido ya no es el que recibió el visto bueno.")
    return find_hindrance(db.session.connection(), campaign.id, now) or None


def pause_interrupted(now: datetime) -> None:
    """Pause what was on its way when everything stood still for longer than its grace (T-21); commits.

    Only people who were never tried count: a message that a mail server postponed goes on by itself.
    """
    seen = db.session.scalar(select(func.max(Worker.seen_at)))
    if seen is None:
        return
    is_overdue = IS_DUE & (Delivery.outcome == Outcome.QUEUED) & (Delivery.next_attempt_at <= now)
    has_queued = has_deliveries(is_overdue, Delivery.next_attempt_at)
    running = select(Campaign).where(Campaign.state == CampaignState.SENDING, has_queued)
    for campaign in db.session.scalars(running).all():
        if is_late(max(seen, campaign.released_at or seen), campaign.grace_minutes, now):
            reason = _("El envío estuvo detenido más de lo permitido: confirme si lo que falta todavía debe salir.")
            move(campaign, CampaignState.PAUSED, state_reason=reason)
            record_audit("pause", "campaign", campaign.id)
    db.session.commit()


def close_ended(now: datetime) -> None:
    """Skip what a cancelled or expired campaign has not sent, and finish those with nothing left; commits."""
    _skip_rest(Campaign.state == CampaignState.CANCELLED, SkipReason.CANCELLED, now)
    is_expired = (Campaign.state.in_((CampaignState.SENDING, CampaignState.PAUSED))) & (Campaign.not_after <= now)
    _skip_rest(is_expired, SkipReason.EXPIRED, now)
    has_pending = has_deliveries(Delivery.outcome.in_(PENDING), Delivery.outcome, Delivery.id)
    db.session.execute(
        update(Campaign)
        .where(
            or_(Campaign.state == CampaignState.SENDING, is_expired),
            ~has_pending,
        )
        .values(state=CampaignState.FINISHED, finished_at=now, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def _skip_rest(condition: ColumnElement[bool], reason: SkipReason, now: datetime) -> None:
    """Skip what no worker has in its hands, once each campaign is locked: see `claim`."""
    is_left = has_deliveries(IS_DUE & IS_FREE, Delivery.next_attempt_at)
    left = select(Campaign.id).where(condition, is_left).order_by(Campaign.id).with_for_update(key_share=True)
    for campaign_id in db.session.scalars(left).all():
        db.session.execute(
            update(Delivery)
            .where(IS_DUE, IS_FREE, Delivery.campaign_id == campaign_id)
            .values(outcome=Outcome.SKIPPED, reason=reason, finished_at=now)
            .execution_options(synchronize_session=False)
        )
        recount(db.session.connection(), campaign_id)
