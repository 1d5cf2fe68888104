"""Tables of series, their editions, and the reminders about them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.audiences.models import Audience
from outreach.campaigns.models import Campaign, Kind, Sender
from outreach.campaigns.series.recurrence import Shift
from outreach.campaigns.series.rules import Occasion, ReminderState, SeriesState
from outreach.db import Base


class Series(Base):
    """A recurring bulletin: what each edition starts with, on which days, and who answers for it.

    `recurrence` is what `recurrence.read_rule` reads; `hour` is a wall time such as 09:00 in `zone`. Editions before
    `since_on` are nobody's business: the series had not begun, or rested.
    """

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_es: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    kind_id: Mapped[int] = mapped_column(ForeignKey("kinds.id"))
    template: Mapped[str] = mapped_column(String(60))
    sender_id: Mapped[int] = mapped_column(ForeignKey("senders.id"))
    is_bilingual: Mapped[bool] = mapped_column(default=True)
    recurrence: Mapped[dict[str, Any]]
    shift: Mapped[Shift] = mapped_column(String(10), default=Shift.BEFORE)
    hour: Mapped[str] = mapped_column(String(5), default="09:00")
    zone: Mapped[str] = mapped_column(String(60))
    lead_days: Mapped[int] = mapped_column(default=10)
    reminder_days: Mapped[int] = mapped_column(default=3)
    next_number: Mapped[int] = mapped_column(default=1)
    state: Mapped[SeriesState] = mapped_column(String(10), default=SeriesState.IDLE)
    since_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    kind: Mapped[Kind] = relationship()
    sender: Mapped[Sender] = relationship()
    audience_links: Mapped[list["SeriesAudience"]] = relationship(
        order_by="SeriesAudience.position", cascade="all, delete-orphan"
    )
    person_links: Mapped[list["SeriesPerson"]] = relationship(
        order_by="SeriesPerson.position", cascade="all, delete-orphan"
    )

    @property
    def audiences(self) -> list[Audience]:
        """The audiences its editions go to, in their order."""
        return [link.audience for link in self.audience_links]

    @property
    def people(self) -> list[User]:
        """The people who answer for it; the first of them who may write is the author of the drafts that open."""
        return [link.user for link in self.person_links]

    def name(self, language: str) -> str:
        """Return its name in `language`, `es` or `en`."""
        return self.name_en if language == "en" else self.name_es


class SeriesAudience(Base):
    """An audience's place in a series."""

    __tablename__ = "series_audiences"
    __table_args__ = (UniqueConstraint("series_id", "audience_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    position: Mapped[int]

    audience: Mapped[Audience] = relationship()


class SeriesPerson(Base):
    """Somebody who answers for a series and is reminded of its editions."""

    __tablename__ = "series_people"
    __table_args__ = (UniqueConstraint("series_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    position: Mapped[int]

    user: Mapped[User] = relationship()


class Edition(Base):
    """One number of a series, known by the day of its rule; its content is a campaign, unless it was skipped before.

    `opened_edits` is the campaign's edit_count when it opened: a higher one means that somebody works on it.
    """

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("series_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    due_on: Mapped[date]
    sends_on: Mapped[date] = mapped_column(index=True)
    number: Mapped[int | None]
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"), unique=True)
    opened_at: Mapped[datetime | None]
    opened_edits: Mapped[int] = mapped_column(default=0)
    skipped_at: Mapped[datetime | None]
    skipped_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    skip_reason: Mapped[str] = mapped_column(String(400), default="")

    series: Mapped[Series] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    skipped_by: Mapped[User | None] = relationship()
    reminders: Mapped[list["Reminder"]] = relationship(order_by="Reminder.id")


class StandingMark(Base):
    """Somebody's word on whether a block's texts stay in the next edition; without one its type decides."""

    __tablename__ = "standing_marks"

    block_id: Mapped[int] = mapped_column(ForeignKey("blocks.id", ondelete="CASCADE"), primary_key=True)
    is_standing: Mapped[bool] = mapped_column(Boolean)


class Reminder(Base):
    """One mail to one person about one edition; the row comes first, so that it never leaves twice."""

    __tablename__ = "edition_reminders"
    __table_args__ = (UniqueConstraint("edition_id", "user_id", "occasion"), Index(None, "state", "retry_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    occasion: Mapped[Occasion] = mapped_column(String(10))
    state: Mapped[ReminderState] = mapped_column(String(10), default=ReminderState.QUEUED)
    made_at: Mapped[datetime]
    retry_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(String(400), default="")

    edition: Mapped[Edition] = relationship(back_populates="reminders")
    user: Mapped[User] = relationship()
