"""Reads of kinds, senders and campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from outreach.campaigns.errors import ContentError
from outreach.campaigns.models import Block, Campaign, Institution, Kind, Sender
from outreach.campaigns.rules import CampaignState
from outreach.db import db
from outreach.errors import NotFoundError
from outreach.translation import gettext as _

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """Which campaigns are wanted; an empty part does not filter, `words` are looked for in the name."""

    state: CampaignState | None = None
    kind_id: int | None = None
    words: str = ""


def get_campaign(campaign_id: int) -> Campaign:
    """Return the campaign, or raise NotFoundError."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFoundError(_("No hay ninguna campaña con el número %(number)s.", number=campaign_id))
    return campaign


def get_block(campaign: Campaign, block_id: int) -> Block:
    """Return a block of this campaign, or raise NotFoundError."""
    for block in campaign.blocks:
        if block.id == block_id:
            return block
    raise NotFoundError(_("Ese bloque ya no está en la campaña: abra de nuevo la página."))


def get_removed_block(campaign: Campaign, block_id: int) -> Block:
    """Return a block that was taken out of this campaign, or raise NotFoundError."""
    wanted = (Block.campaign_id == campaign.id, Block.id == block_id, Block.removed_at.is_not(None))
    block = db.session.scalars(select(Block).where(*wanted)).first()
    if block is None:
        raise NotFoundError(_("Ese bloque no está entre los que se quitaron: abra de nuevo la página."))
    return block


def list_removed_blocks(campaign: Campaign, limit: int = 20) -> Sequence[Block]:
    """Return the blocks that were taken out of this campaign, the latest first."""
    statement = select(Block).where(Block.campaign_id == campaign.id, Block.removed_at.is_not(None))
    return db.session.scalars(statement.order_by(Block.removed_at.desc(), Block.id.desc()).limit(limit)).all()


def list_campaigns(wanted: CampaignFilter, page: int = 1) -> Pagination:
    """Return one page (from 1, of PAGE_SIZE) of the campaigns that are wanted, the newest first."""
    statement = (
        select(Campaign)
        .where(*_conditions(wanted))
        .options(joinedload(Campaign.kind), joinedload(Campaign.author))
        .order_by(Campaign.id.desc())
    )
    return db.paginate(statement, page=max(page, 1), per_page=PAGE_SIZE, error_out=False)


def count_campaigns(wanted: CampaignFilter) -> int:
    """Return how many campaigns are wanted in all."""
    return db.session.scalar(select(func.count(Campaign.id)).where(*_conditions(wanted))) or 0


def _conditions(wanted: CampaignFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state:
        conditions.append(Campaign.state == wanted.state)
    if wanted.kind_id:
        conditions.append(Campaign.kind_id == wanted.kind_id)
    if wanted.words.strip():
        conditions.append(Campaign.name.icontains(wanted.words.strip(), autoescape=True))
    return conditions


def list_due(now: datetime) -> Sequence[Campaign]:
    """Return the scheduled campaigns whose time has come, the longest due first."""
    statement = (
        select(Campaign)
        .where(Campaign.state == CampaignState.SCHEDULED, Campaign.scheduled_at <= now)
        .order_by(Campaign.scheduled_at, Campaign.id)
    )
    return db.session.scalars(statement).all()


def list_kinds() -> Sequence[Kind]:
    """Return every kind, in the order they were made."""
    return db.session.scalars(select(Kind).order_by(Kind.id)).all()


def list_senders() -> Sequence[Sender]:
    """Return every verified From address."""
    return db.session.scalars(select(Sender).order_by(Sender.address)).all()


def get_institution() -> Institution:
    """Return whose mail it is; raise ContentError before `outreach init` has said so."""
    institution = db.session.scalars(select(Institution).order_by(Institution.id).limit(1)).first()
    if institution is None:
        raise ContentError(_("Falta la identidad de la institución: ejecute «outreach init»."))
    return institution
