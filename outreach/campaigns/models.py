"""Tables of what is written: kinds, senders, campaigns with their versions and blocks, approvals and renderings."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import User
from outreach.audiences.choice import Choice
from outreach.audiences.models import Audience
from outreach.campaigns.rules import BlockType, CampaignState, Language, Rendition
from outreach.db import Base


class Kind(Base):
    """What sort of mail a campaign is: boletín, convocatoria and the others; and what a new one begins with.

    An empty `template` means that nobody has said yet. `information_*` are the text of the report's row, with {nombre},
    {mes} and {año} ({name}, {month}, {year}) for the campaign's name and the day it is opened.
    """

    __tablename__ = "kinds"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name_es: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    template: Mapped[str] = mapped_column(String(60), default="", server_default="")
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("senders.id"))
    information_es: Mapped[str] = mapped_column(String(400), default="", server_default="")
    information_en: Mapped[str] = mapped_column(String(400), default="", server_default="")
    sends_both_to_all: Mapped[bool] = mapped_column(default=False, server_default=false())

    audience_links: Mapped[list["KindAudience"]] = relationship(
        order_by="KindAudience.position", cascade="all, delete-orphan"
    )


class KindAudience(Base):
    """An audience that campaigns of a kind usually go to, in its place."""

    __tablename__ = "kind_audiences"
    __table_args__ = (UniqueConstraint("kind_id", "audience_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("kinds.id"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    position: Mapped[int]


class Sender(Base):
    """A verified From address; bounces come back to `bounce_domain` (F-39)."""

    __tablename__ = "senders"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    reply_to: Mapped[str] = mapped_column(String(254))
    bounce_domain: Mapped[str] = mapped_column(String(190))


class Institution(Base):
    """Whose mail it is: the one row that every footer is made from."""

    __tablename__ = "institutions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_es: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    postal_address: Mapped[str] = mapped_column(String(300))
    privacy_url_es: Mapped[str] = mapped_column(String(300))
    privacy_url_en: Mapped[str] = mapped_column(String(300))
    privacy_text_es: Mapped[str] = mapped_column(Text)
    privacy_text_en: Mapped[str] = mapped_column(Text)
    website: Mapped[str] = mapped_column(String(300))
    is_one_person_office: Mapped[bool] = mapped_column(default=False)


class Campaign(Base):
    """One message in one or two languages for one or more audiences."""

    __tablename__ = "campaigns"
    __table_args__ = (Index(None, "state", "scheduled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind_id: Mapped[int] = mapped_column(ForeignKey("kinds.id"))
    sender_id: Mapped[int] = mapped_column(ForeignKey("senders.id"))
    template: Mapped[str] = mapped_column(String(60))
    state: Mapped[CampaignState] = mapped_column(String(20), default=CampaignState.DRAFT)
    state_reason: Mapped[str] = mapped_column(String(400), default="")
    sends_both_to_all: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    scheduled_at: Mapped[datetime | None]
    scheduled_zone: Mapped[str] = mapped_column(String(60), default="")
    not_after: Mapped[datetime | None]
    # What people asked for: kept through edits, and before there is an approval. `scheduled_at` is when it begins.
    planned_at: Mapped[datetime | None]
    planned_zone: Mapped[str] = mapped_column(String(60), default="", server_default="")
    # Everybody gets it when their own clocks show the planned hour.
    is_local_time: Mapped[bool] = mapped_column(default=False, server_default=false())
    grace_minutes: Mapped[int] = mapped_column(default=120)
    released_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    edit_count: Mapped[int] = mapped_column(default=0)
    # Exclusions and filters of its people, as `Choice.list_narrowing` writes them; the audiences have their own rows.
    narrowing: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    kind: Mapped[Kind] = relationship()
    sender: Mapped[Sender] = relationship()
    author: Mapped[User] = relationship()
    versions: Mapped[list["Version"]] = relationship(order_by="Version.language.desc()", cascade="all, delete-orphan")
    blocks: Mapped[list["Block"]] = relationship(
        primaryjoin="and_(Campaign.id == Block.campaign_id, Block.removed_at.is_(None))",
        order_by="Block.position",
        cascade="all, delete-orphan",
    )
    audience_links: Mapped[list["CampaignAudience"]] = relationship(
        order_by="CampaignAudience.position", cascade="all, delete-orphan"
    )

    @property
    def audiences(self) -> list[Audience]:
        """The audiences in the campaign's order: the first one that holds a contact owns it."""
        return [link.audience for link in self.audience_links]

    @property
    def choice(self) -> Choice:
        """Which people the campaign is for, audiences in its order."""
        return Choice(tuple(link.audience_id for link in self.audience_links)).narrow(self.narrowing or {})


class CampaignAudience(Base):
    """An audience's place in a campaign."""

    __tablename__ = "campaign_audiences"
    __table_args__ = (UniqueConstraint("campaign_id", "audience_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    position: Mapped[int]

    audience: Mapped[Audience] = relationship()


class Version(Base):
    """What a campaign says outside its blocks, in one language; `information` is the text of the report's row."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("campaign_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    language: Mapped[Language] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(400), default="")
    preheader: Mapped[str] = mapped_column(String(400), default="")
    information: Mapped[str] = mapped_column(String(2000), default="")
    changed_at: Mapped[datetime]


class Block(Base):
    """One piece of a campaign, shared by its languages: `fields` is {field: {language: text}}.

    A block that was taken out stays, with the place (from 0) it stood at, so that it can be brought back.
    `change_count` tells calendars which version of an event is the newer one.
    """

    __tablename__ = "blocks"
    __table_args__ = (UniqueConstraint("campaign_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    position: Mapped[int]
    type: Mapped[BlockType] = mapped_column(String(20))
    fields: Mapped[dict[str, Any]]
    changed_es_at: Mapped[datetime]
    changed_en_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_from: Mapped[int | None]
    change_count: Mapped[int] = mapped_column(default=0, server_default="0")


class Approval(Base):
    """A second person's yes to exactly the renderings whose hash it names; void after any edit."""

    __tablename__ = "approvals"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    content_sha256: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    is_self_approval: Mapped[bool] = mapped_column(default=False)
    # What was approved, as its differences are told (comparing.py).
    snapshot: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    user: Mapped[User] = relationship()
    renderings: Mapped[list["Rendering"]] = relationship(cascade="all, delete-orphan")


class Rendering(Base):
    """One rendition frozen at approval: what is approved is what leaves."""

    __tablename__ = "renderings"
    __table_args__ = (UniqueConstraint("approval_id", "rendition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    rendition: Mapped[Rendition] = mapped_column(String(4))
    subject: Mapped[str] = mapped_column(String(900))
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class Return(Base):
    """A campaign given back to whoever wrote it, and what for."""

    __tablename__ = "returns"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(400))
    returned_at: Mapped[datetime]

    user: Mapped[User] = relationship()
