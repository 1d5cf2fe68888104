"""Tables of the editor: the states that a campaign's content had, and who is writing at this moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.db import Base


class Snapshot(Base):
    """What a campaign said after somebody's work on it; `number` counts from 1 within the campaign.

    `packed` is the content as compressed JSON; where there is a `base`, without what is the same there, so that a state
    costs about what changed. `changes` says which texts and blocks differ from the state before.
    """

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    number: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    base_id: Mapped[int | None] = mapped_column(ForeignKey("snapshots.id"))
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    changes: Mapped[dict[str, Any]]

    user: Mapped[User | None] = relationship()
    base: Mapped["Snapshot | None"] = relationship(remote_side="Snapshot.id")


class Presence(Base):
    """Somebody has the editor of a campaign open, and wrote last in the block `block_id`; it counts for a while."""

    __tablename__ = "presences"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    seen_at: Mapped[datetime]
    block_id: Mapped[int | None]

    user: Mapped[User] = relationship()
