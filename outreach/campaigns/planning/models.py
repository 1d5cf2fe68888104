"""Tables of the calendar that scheduling looks at: days off, restricted periods, and who answered for a send in one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.campaigns.planning.rules import PeriodLevel
from outreach.db import Base


class DayOff(Base):
    """Days, both ends included, that the Institute declared non-working, or working although the law gives them off."""

    __tablename__ = "days_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(200))
    is_working: Mapped[bool] = mapped_column(default=False)


class RestrictedPeriod(Base):
    """A time in which some mail may not simply leave, from `starts_at` until just before `ends_at` (E-01).

    Without kinds it concerns every kind, without audiences every audience. It holds nothing up while not `is_active`.
    """

    __tablename__ = "restricted_periods"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    level: Mapped[PeriodLevel] = mapped_column(String(12))
    legal_basis: Mapped[str] = mapped_column(String(600), default="")
    kind_ids: Mapped[list[Any]] = mapped_column(JSON)
    audience_ids: Mapped[list[Any]] = mapped_column(JSON)
    is_active: Mapped[bool] = mapped_column(default=False)


class PeriodConfirmation(Base):
    """A person's word that a campaign, as it was after `edit_count` edits, may leave in a restricted period (E-04)."""

    __tablename__ = "period_confirmations"
    __table_args__ = (
        UniqueConstraint("campaign_id", "period_id", "user_id", "edit_count", name="uq_period_confirmations_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("restricted_periods.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    edit_count: Mapped[int]
    may_approve: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(400))
    confirmed_at: Mapped[datetime]

    user: Mapped[User] = relationship()
    period: Mapped[RestrictedPeriod] = relationship()
