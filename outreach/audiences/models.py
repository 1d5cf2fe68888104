"""Tables of the people written to: contacts, audiences, subscriptions with their consent, and suppressions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.audiences.rules import ConsentAction, ImportState, SuppressionReason
from outreach.db import Base


class Audience(Base):
    """A named group of contacts that the reports speak of; `phrase_*` are the report's words, as «a la Red de …»."""

    __tablename__ = "audiences"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_es: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    phrase_es: Mapped[str] = mapped_column(String(200))
    phrase_en: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class Contact(Base):
    """Somebody with an address; `email` is as typed, `email_key` identifies (F-22), `email_hash` meets suppressions."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    email_hash: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    institution: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(60), default="")
    language: Mapped[str | None] = mapped_column(String(2), index=True)
    country: Mapped[str] = mapped_column(String(60), default="")
    timezone: Mapped[str] = mapped_column(String(60), default="", index=True)
    attributes: Mapped[dict[str, str]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Facet(Base):
    """A country or a value of an attribute that somebody has, offered where people are filtered.

    `field` is the attribute's name, empty for the country. A value stays when the last person who had it goes.
    """

    __tablename__ = "facets"
    __table_args__ = (UniqueConstraint("field", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(200))


class SavedFilter(Base):
    """Exclusions and filters under a name, to be used again; a campaign keeps a copy of its own."""

    __tablename__ = "saved_filters"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    narrowing: Mapped[dict[str, Any]]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    saved_at: Mapped[datetime]


class Subscription(Base):
    """A contact's place in an audience; it lasts while `ended_at` is empty."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("audience_id", "contact_id"),
        # Holds all that the count of a campaign's people asks of a subscription, contact by contact.
        Index(None, "contact_id", "audience_id", "ended_at"),
        Index(
            "ix_subscriptions_ended",
            "contact_id",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(String(60), default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("contact_imports.id"))

    audience: Mapped[Audience] = relationship()
    contact: Mapped[Contact] = relationship()


class Consent(Base):
    """One grant or withdrawal as it happened, with the words the person saw (P-10); only ever added to."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "contact_id", "audience_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"))
    action: Mapped[ConsentAction] = mapped_column(String(10))
    recorded_at: Mapped[datetime]
    given_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    text_sha256: Mapped[str] = mapped_column(String(64))


class Suppression(Base):
    """An address that gets nothing, kept as a keyed hash so that it outlives the contact (B-11)."""

    __tablename__ = "suppressions"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[SuppressionReason] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]


class ContactImport(Base):
    """One file of people: how far it is on its way in, what came of its rows, and whether it was taken back.

    `headings` and `columns` say what each column is called and holds; `figures` count the rows done so far. The file
    itself lies under `upload_key` until it entered. Whoever works on it holds a lease.
    """

    __tablename__ = "contact_imports"
    __table_args__ = (
        Index(
            "ix_contact_imports_working",
            "id",
            sqlite_where=text("state IN ('checking', 'entering', 'undoing')"),
            postgresql_where=text("state IN ('checking', 'entering', 'undoing')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    filename: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
    state: Mapped[ImportState] = mapped_column(String(10), default=ImportState.DONE, server_default="done")
    upload_key: Mapped[str] = mapped_column(String(32), default="", server_default="")
    source: Mapped[str] = mapped_column(String(200), default="", server_default="")
    consent_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    headings: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    columns: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    rows_done: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_total: Mapped[int] = mapped_column(default=0, server_default="0")
    failure: Mapped[str] = mapped_column(String(400), default="", server_default="")
    leased_until: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    # A user's number; no reference, because SQLite would have to make this table, which others refer to, anew.
    undone_by_id: Mapped[int | None]
    undo_figures: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    audience: Mapped[Audience] = relationship()


class ImportProblem(Base):
    """A row that was refused, stays out or was noted, or somebody whom an undone import left; `cells` as they were."""

    __tablename__ = "import_problems"
    __table_args__ = (Index(None, "import_id", "kind", "row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("contact_imports.id"))
    row: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    cells: Mapped[list[str]] = mapped_column(JSON)


class ImportChange(Base):
    """What an import did to one person: `before` holds what it overwrote, `stamped_at` the contact's updated_at after.

    The contact may be gone, so that its number is no reference.
    """

    __tablename__ = "import_changes"
    __table_args__ = (UniqueConstraint("import_id", "contact_id"), Index(None, "contact_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("contact_imports.id"))
    contact_id: Mapped[int]
    row: Mapped[int]
    is_new: Mapped[bool]
    joined: Mapped[bool]
    stamped_at: Mapped[datetime]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
