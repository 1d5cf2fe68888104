"""Table of the report layouts that an installation keeps."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class LayoutPreset(Base):
    """A named way in which a report prints its table; `options` has the keys of design §8."""

    __tablename__ = "layouts"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_es: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    options: Mapped[dict[str, Any]]
