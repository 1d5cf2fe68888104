"""Tables of what was translated before, and of the traces by which a similar sentence is found."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class Translation(Base):
    """A sentence, or a whole line, in both languages, as an approved campaign said it last."""

    __tablename__ = "translations"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    field: Mapped[str] = mapped_column(String(20))
    es: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    used_at: Mapped[datetime]


class TranslationTrace(Base):
    """Two neighbouring words of a translation, as a number; read from the newest translation back."""

    __tablename__ = "translation_traces"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own attribute

    trace: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translations.id"), primary_key=True)
