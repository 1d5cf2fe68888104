"""Writes of restricted periods, and of the word people give for a send in one; nothing here commits."""

from collections.abc import Sequence

from sqlalchemy import select

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.accounts.rules import Permission, Role, is_allowed
from outreach.audiences.models import Audience
from outreach.campaigns.errors import ScheduleError
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.models import PeriodConfirmation, RestrictedPeriod
from outreach.campaigns.planning.restrictions import Restriction
from outreach.campaigns.planning.rules import PeriodLevel
from outreach.db import db
from outreach.errors import NotFoundError
from outreach.translation import gettext as _

LONGEST_NAME = 200
LONGEST_BASIS = 600
LONGEST_REASON = 400


def list_periods() -> Sequence[RestrictedPeriod]:
    """Return every restricted period, the latest first."""
    statement = select(RestrictedPeriod).order_by(RestrictedPeriod.starts_at.desc(), RestrictedPeriod.id.desc())
    return db.session.scalars(statement).all()


def list_audience_rows() -> Sequence[Audience]:
    """Return every audience without counting anybody, for a list to choose from."""
    return db.session.scalars(select(Audience).order_by(Audience.id)).all()


def get_period(period_id: int) -> RestrictedPeriod:
    """Return the restricted period, or raise NotFoundError."""
    period = db.session.get(RestrictedPeriod, period_id)
    if period is None:
        raise NotFoundError(_("No hay ningún periodo restringido con el número %(number)s.", number=period_id))
    return period


def save_period(period: RestrictedPeriod, user: User) -> None:
    """Keep a new or changed period; raise ScheduleError if it cannot be taken."""
    period.name, period.legal_basis = period.name.strip(), period.legal_basis.strip()
    if not period.name or len(period.name) > LONGEST_NAME or not period.name.isprintable():
        raise ScheduleError(
            _("Escriba el nombre del periodo en una línea de hasta %(most)s caracteres.", most=LONGEST_NAME)
        )
    if len(period.legal_basis) > LONGEST_BASIS:
        raise ScheduleError(_("El fundamento tiene más de %(most)s caracteres: acórtelo.", most=LONGEST_BASIS))
    if period.ends_at <= period.starts_at:
        raise ScheduleError(_("El periodo debe terminar después de empezar: corrija las fechas."))
    is_new = period.id is None
    db.session.add(period)
    db.session.flush()
    detail = {"level": period.level, "is_active": period.is_active}
    record("add" if is_new else "edit", "restricted_period", period.id, detail, user)


def confirm(campaign: Campaign, restrictions: Sequence[Restriction], user: User, reason: str) -> int:
    """Record `user`'s word that `campaign` may leave in these periods, once each; return how many were recorded.

    It holds until the campaign is edited. Raises ScheduleError without a reason; nobody lifts a period that stops.
    """
    text = reason.strip()
    if not text or len(text) > LONGEST_REASON:
        raise ScheduleError(_("Escriba el motivo del envío, en hasta %(most)s caracteres.", most=LONGEST_REASON))
    asking = [each for each in restrictions if each.level is not PeriodLevel.STOPS]
    fresh = [each for each in asking if user.id not in {given.user_id for given in each.confirmed}]
    for each in fresh:
        db.session.add(
            PeriodConfirmation(
                campaign_id=campaign.id,
                period_id=each.period_id,
                user_id=user.id,
                edit_count=campaign.edit_count,
                may_approve=is_allowed(Role(user.role), Permission.APPROVE),
                reason=text,
                confirmed_at=clock.now(),
            )
        )
        record("confirm_period", "campaign", campaign.id, {"period": each.period_id}, user)
    db.session.flush()
    return len(fresh)


def list_confirmations(campaign: Campaign) -> Sequence[PeriodConfirmation]:
    """Return the words given for `campaign` as it is now, in their order."""
    statement = (
        select(PeriodConfirmation)
        .where(
            PeriodConfirmation.campaign_id == campaign.id,
            PeriodConfirmation.edit_count == campaign.edit_count,
        )
        .order_by(PeriodConfirmation.id)
    )
    return db.session.scalars(statement).all()
