"""Tables of the dispatch log, the ledger of deliveries, and the workers that send them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    case,
    exists,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, column_property, foreign, mapped_column, relationship

from outreach.accounts.models import User
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
        Index(None, "content_key"),
        Index(
            "ix_dispatches_unsealed",
            "id",
            sqlite_where=text("sha256 IS NULL"),
            postgresql_where=text("sha256 IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"), index=True)
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kinds.id"))
    # Unique: a line is corrected once, and a further correction names that correction.
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id"), unique=True)
    original_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("log_imports.id"), index=True)
    import_row: Mapped[int | None]
    channel: Mapped[Channel] = mapped_column(String(20))
    origin: Mapped[Origin] = mapped_column(String(20))
    sender: Mapped[str] = mapped_column(String(254), default="")
    information_es: Mapped[str] = mapped_column(String(2000))
    information_en: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime]
    intended: Mapped[int] = mapped_column(default=0)
    first_accepted_at: Mapped[datetime | None]
    sent_on: Mapped[date | None]
    # The first of the month stands for a day that nobody knows.
    is_month_only: Mapped[bool] = mapped_column(default=False)
    printed_date: Mapped[str] = mapped_column(String(200), default="")
    is_audience_guessed: Mapped[bool] = mapped_column(default=False)
    programme_key: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(String(400), default="")
    reach: Mapped[int | None]
    reach_source: Mapped[str] = mapped_column(String(200), default="")
    evidence_name: Mapped[str] = mapped_column(String(200), default="")
    evidence_sha256: Mapped[str] = mapped_column(String(64), default="")
    content_key: Mapped[str] = mapped_column(String(64), default="")
    sequence: Mapped[int | None] = mapped_column(unique=True)
    previous_sha256: Mapped[str] = mapped_column(String(64), default="")
    sha256: Mapped[str | None] = mapped_column(String(64))

    campaign: Mapped[Campaign | None] = relationship()
    audience: Mapped[Audience | None] = relationship()
    kind: Mapped[Kind | None] = relationship()


class LogImport(Base):
    """A table of old dispatches that was brought into the log; `findings` are those of its audit, in its own order.

    `first_on` and `last_on` are the days its rows speak of, empty when none could be read.
    """

    __tablename__ = "log_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    filename: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    rows: Mapped[int]
    dispatches: Mapped[int]
    imported: Mapped[int]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    findings: Mapped[list[Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()


class ClaimedDelivery(Base):
    """A delivery that a worker has in its hands: nobody else touches it until this row is gone.

    A table of its own, for a claim is for moments: to write it into the delivery would cost a new entry in each of the
    delivery's indexes. It refers to nothing, as every message would pay for that twice; deliveries and workers stay.
    """

    __tablename__ = "claimed_deliveries"

    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    worker_id: Mapped[int]


class Delivery(Base):
    """One message to one contact; nobody has two in a campaign.

    It refers to its contact alone. That its dispatch is there and is one of its campaign's is checked once for all
    deliveries of a release, which the figures count by their dispatches, and a dispatch with figures cannot go.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        # In this order it also finds what somebody got.
        UniqueConstraint("contact_id", "campaign_id"),
        Index(
            "ix_deliveries_due",
            "campaign_id",
            "next_attempt_at",
            "id",
            sqlite_where=text("outcome IN ('queued', 'waiting')"),
            postgresql_where=text("outcome IN ('queued', 'waiting')"),
        ),
        # Counts the people of a quarter's dispatches without reading their deliveries.
        Index(
            "ix_deliveries_sent",
            "dispatch_id",
            "contact_id",
            sqlite_where=text("outcome = 'sent'"),
            postgresql_where=text("outcome = 'sent'"),
        ),
        # Lists who is behind a figure, in the order of their numbers.
        Index(None, "campaign_id", "outcome", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int]
    dispatch_id: Mapped[int]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    rendition: Mapped[Rendition] = mapped_column(String(4))
    outcome: Mapped[Outcome] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(String(1024), default="")
    # The outcome as people are told it: a pending one that a worker has in its hands is *claimed*.
    standing: Mapped[Outcome] = column_property(
        case(
            (exists().where(ClaimedDelivery.delivery_id == id), literal(Outcome.CLAIMED.value)),  # noqa: A003  the column
            else_=outcome,
        ),
        deferred=True,
    )

    contact: Mapped[Contact] = relationship()
    dispatch: Mapped[Dispatch] = relationship(
        primaryjoin=lambda: foreign(Delivery.dispatch_id) == Dispatch.id, viewonly=True
    )
    campaign: Mapped[Campaign] = relationship(
        primaryjoin=lambda: foreign(Delivery.campaign_id) == Campaign.id, viewonly=True
    )


# Written out as the partial indexes have them: SQLite takes such an index only for a statement that says the same.
IS_DUE = Delivery.outcome.in_((literal_column("'queued'"), literal_column("'waiting'")))
# Asked of each delivery by itself: PostgreSQL would read the whole table to join it with what is claimed.
IS_FREE = (
    select(ClaimedDelivery.worker_id)
    .where(ClaimedDelivery.delivery_id == Delivery.id)
    .correlate(Delivery)
    .scalar_subquery()
    .is_(None)
)
IS_SENT = Delivery.outcome == literal_column("'sent'")


def has_deliveries(condition: ColumnElement[bool], *order: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Tell of each campaign in a query whether it has such deliveries; `order` is that of the index that knows.

    It asks for the first one, not whether there is one: for that PostgreSQL would read the whole table.
    """
    mine = select(Delivery.id).where(Delivery.campaign_id == Campaign.id, condition)
    return mine.order_by(*order).limit(1).scalar_subquery().is_not(None)


class Tally(Base):
    """How many deliveries of a dispatch have an outcome, all pending ones as *queued*: see `tallies`."""

    __tablename__ = "tallies"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id"), primary_key=True)
    outcome: Mapped[Outcome] = mapped_column(String(10), primary_key=True)
    number: Mapped[int]


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
    tells whether the machine went down since, in which case the journal may lack its last lines. `claims` counts the
    chunks it took; the same count lies in its folder, and tells a database that was put back from one that was not.
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
    claims: Mapped[int] = mapped_column(default=0)


class Turn(Base):
    """The next free moment, in POSIX seconds, of a mail server or of a domain behind it: see `turns`."""

    __tablename__ = "turns"

    name: Mapped[str] = mapped_column(String(600), primary_key=True)
    next_at: Mapped[float]


class BookedMinute(Base):
    """How many messages were booked to leave by a mail server in one minute since 1970: see `quota`."""

    __tablename__ = "booked_minutes"

    server: Mapped[str] = mapped_column(String(300), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class Arming(Base):
    """A person's word (or the installation's own, on its first day) that this database sends from this place."""

    __tablename__ = "armings"

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(64))
    armed_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
