"""Tables of what reports are made with, of periods that were closed, and of the annual programme's goals."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.audiences.models import Audience
from outreach.campaigns.models import Kind
from outreach.db import Base
from outreach.dispatch.rules import Channel
from outreach.reports.goals.rules import Measure


class LayoutPreset(Base):
    """A named way in which a report prints its table; `options` has the keys of design §8."""

    __tablename__ = "layouts"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_es: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    options: Mapped[dict[str, Any]]


class WrittenPhrase(Base):
    """A phrase that the institution put in the place of the one that ships under `name`."""

    __tablename__ = "phrases"
    __table_args__ = (UniqueConstraint("language", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)


class WordTemplate(Base):
    """A Word file of the institution that DOCX reports are printed in; the newest that is not retired is in use."""

    __tablename__ = "word_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    is_retired: Mapped[bool] = mapped_column(default=False)

    uploaded_by: Mapped[User] = relationship()


class Closing(Base):
    """A period whose figures and documents were frozen; nothing in its rows ever changes.

    `figures` is what was counted, with the hashes of the documents; `sha256` is the hash of those figures as canonical
    JSON. After a reopening the period may be closed once more, under the next `version`.
    """

    __tablename__ = "closings"
    __table_args__ = (UniqueConstraint("first_on", "last_on", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    version: Mapped[int]
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    figures: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))

    closed_by: Mapped[User] = relationship()
    documents: Mapped[list["ClosingDocument"]] = relationship(order_by="ClosingDocument.id", viewonly=True)
    reopening: Mapped["Reopening | None"] = relationship(viewonly=True)


class ClosingLine(Base):
    """A dispatch that counted when its period was closed."""

    __tablename__ = "closing_lines"

    closing_id: Mapped[int] = mapped_column(ForeignKey("closings.id"), primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id"), primary_key=True)


class ClosingDocument(Base):
    """A document as it was when its period was closed."""

    __tablename__ = "closing_documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    closing_id: Mapped[int] = mapped_column(ForeignKey("closings.id"), index=True)
    filename: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))


class Reopening(Base):
    """Somebody's decision that a closed period may be closed anew; what was closed stays as it is."""

    __tablename__ = "reopenings"

    id: Mapped[int] = mapped_column(primary_key=True)
    closing_id: Mapped[int] = mapped_column(ForeignKey("closings.id"), unique=True)
    reopened_at: Mapped[datetime]
    reopened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(400))

    reopened_by: Mapped[User] = relationship()


class Goal(Base):
    """A target of the annual programme: `number` dispatches in the period, or in each of its months."""

    __tablename__ = "goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    text_es: Mapped[str] = mapped_column(String(300))
    text_en: Mapped[str] = mapped_column(String(300), default="")
    programme_key: Mapped[str] = mapped_column(String(60), default="")
    audience_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kinds.id"))
    channel: Mapped[Channel | None] = mapped_column(String(20))
    first_on: Mapped[date]
    last_on: Mapped[date]
    measure: Mapped[Measure] = mapped_column(String(10))
    number: Mapped[int]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    audience: Mapped[Audience | None] = relationship()
    kind: Mapped[Kind | None] = relationship()

    def text(self, language: str) -> str:
        """Return the goal in `language`; Spanish where nobody wrote the English."""
        return self.text_en if language == "en" and self.text_en else self.text_es


class DismissedSteps(Base):
    """Somebody who does not want to see the first steps on their first page any more."""

    __tablename__ = "dismissed_steps"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    dismissed_at: Mapped[datetime]
