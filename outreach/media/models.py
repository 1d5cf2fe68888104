"""The table of files that mails show or link to; the bytes themselves lie in the data folder (storage.py)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base
from outreach.media.rules import TYPES, FileType


class StoredFile(Base):
    """One file as it is served, named by its content; who brings the same content again gets the same row.

    `key` stands in its public address and cannot be guessed. `name` is that of the first original, only ever shown.
    `width` and `height` are pixels, 0 for what is no picture; the texts are the last ones that described a picture.
    """

    __tablename__ = "stored_files"
    __table_args__ = (Index(None, "is_picture", "last_used_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(22), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    extension: Mapped[str] = mapped_column(String(5))
    is_picture: Mapped[bool]
    is_transparent: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    alt_es: Mapped[str] = mapped_column(String(400), default="")
    alt_en: Mapped[str] = mapped_column(String(400), default="")
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    uploaded_at: Mapped[datetime]
    last_used_at: Mapped[datetime]

    uploaded_by: Mapped[User] = relationship()

    @property
    def type(self) -> FileType:
        """What kind of file it is."""
        return TYPES[self.extension]
