"""Tables of the dispatch log, the ledger of deliveries, and the workers that send them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.audiences.models import Audience, Contact
from outreach.campaigns.models import Campaign, Kind
from outreach.campaigns.rules import Rendition
from outreach.db import Base
from outreach.dispatch.rules import Channel, Origin, Outcome


class Dispatch(Base):
    """One campaign to one audience: one line of the reports from the day `sent_on` (Mexico City) on.

    `intended` is how many contacts the release wrote down for it: what became of them must add up to it. A dispatch of
    the system is written at the release and becomes a line when its first message is accepted; from then
    on nothing in it changes. A correction is a new line that names the one it `corrects`.
    """

    __tablename__ = "dispatches"
    __table_args__ = (
        UniqueConstraint("campaign_id", "audience_id"),
        Index(None, "sent_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"), index=True)
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kinds.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id"))
    channel: Mapped[Channel] = mapped_column(String(20))
    origin: Mapped[Origin] = mapped_column(String(20))
    sender: Mapped[str] = mapped_column(String(254), default="")
    information_es: Mapped[str] = mapped_column(String(2000))
    information_en: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime]
    intended: Mapped[int] = mapped_column(default=0)
    first_accepted_at: Mapped[datetime | None]
    sent_on: Mapped[date | None]

    campaign: Mapped[Campaign | None] = relationship()
    audience: Mapped[Audience | None] = relationship()
    kind: Mapped[Kind | None] = relationship()


class Delivery(Base):
    """One message to one contact; nobody has two in a campaign."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("campaign_id", "contact_id"),
        Index(
            "ix_deliveries_due",
            "campaign_id",
            "next_attempt_at",
            "id",
            sqlite_where=text("outcome IN ('queued', 'waiting')"),
            postgresql_where=text("outcome IN ('queued', 'waiting')"),
        ),
        Index(
            "ix_deliveries_claimed",
            "worker_id",
            sqlite_where=text("outcome = 'claimed'"),
            postgresql_where=text("outcome = 'claimed'"),
        ),
        Index(None, "campaign_id", "outcome"),
        Index(None, "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    rendition: Mapped[Rendition] = mapped_column(String(4))
    outcome: Mapped[Outcome] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"))
    finished_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(String(1024), default="")

    contact: Mapped[Contact] = relationship()
    dispatch: Mapped[Dispatch] = relationship()
    campaign: Mapped[Campaign] = relationship()


class Attempt(Base):
    """One try that did not end in acceptance, or was looked at by a person: stage and answer as they were (S-01)."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[Outcome] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(20))
    reply: Mapped[str] = mapped_column(String(1024), default="")


class Worker(Base):
    """A process that sends. It holds its claims as long as it lives and says so in `seen_at`.

    `token` names the file in the data folder that the process keeps locked while it lives, beside its journal; `boot`
    tells whether the machine went down since, in which case the journal may lack its last lines.
    """

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    host: Mapped[str] = mapped_column(String(255))
    boot: Mapped[str] = mapped_column(String(64))
    process: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
