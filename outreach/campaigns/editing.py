"""The door every change of a campaign goes through: it takes the campaign back to draft and its approval with it."""

from sqlalchemy import case, select, true, update

from outreach import clock
from outreach.campaigns.approving import void
from outreach.campaigns.errors import CampaignError, NotEditableError, StaleEditError
from outreach.campaigns.labels import STATE_LABELS
from outreach.campaigns.models import Block, Campaign, Version
from outreach.campaigns.rules import EDITABLE, CampaignState
from outreach.campaigns.writing.history import catch_up
from outreach.db import db
from outreach.translation import gettext as _


def open_edit(campaign: Campaign, seen: int | None) -> None:
    """Make `campaign` a draft without approval, one edit further.

    `seen` is the edit_count that the person looked at, None for whatever is there now. Raises NotEditableError once
    the campaign is sent or over, StaleEditError if somebody saved it after `seen`. Until the transaction ends nobody
    else changes the campaign, and its texts are those that were saved last.
    """
    db.session.flush()
    changed_at = campaign.updated_at
    is_expected = true() if seen is None else Campaign.edit_count == seen
    statement = (
        update(Campaign)
        .where(Campaign.id == campaign.id, is_expected, Campaign.state.in_(EDITABLE))
        .values(
            edit_count=Campaign.edit_count + 1,
            state=CampaignState.DRAFT,
            # A note that the campaign came back with stays until it is handed in again.
            state_reason=case((Campaign.state == CampaignState.DRAFT, Campaign.state_reason), else_=""),
            scheduled_at=None,
            scheduled_zone="",
            updated_at=clock.now(),
        )
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    )
    was_opened = db.session.scalar(statement) is not None
    db.session.refresh(campaign)
    if not was_opened:
        raise _refuse(campaign)
    _read_again(campaign)
    catch_up(campaign, changed_at)
    void(campaign)


def _read_again(campaign: Campaign) -> None:
    for rows in (
        select(Block).where(Block.campaign_id == campaign.id, Block.removed_at.is_(None)),
        select(Version).where(Version.campaign_id == campaign.id),
    ):
        db.session.scalars(rows.execution_options(populate_existing=True)).all()
    db.session.expire(campaign, ["blocks", "versions"])


def _refuse(campaign: Campaign) -> CampaignError:
    if campaign.state not in EDITABLE:
        return NotEditableError(
            _(
                "La campaña «%(name)s» está en estado «%(state)s»: su contenido ya no se puede cambiar.",
                name=campaign.name,
                state=STATE_LABELS[campaign.state],
            )
        )
    return StaleEditError(
        _(
            "Otra persona guardó la campaña «%(name)s» mientras tanto: compare lo que escribió y guarde de nuevo.",
            name=campaign.name,
        )
    )
