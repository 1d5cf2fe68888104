"""The one way a campaign changes its state: a guarded UPDATE, so that of two who try only one succeeds."""

from sqlalchemy import update

from outreach import clock
from outreach.campaigns.errors import ForbiddenMoveError
from outreach.campaigns.labels import STATE_LABELS
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState, can_move
from outreach.db import db
from outreach.translation import gettext as _


def move(campaign: Campaign, target: CampaignState, **values: object) -> None:
    """Take `campaign` from the state it was read in to `target`, setting columns to `values` in the same statement.

    Raises ForbiddenMoveError if no arrow leads there, or if somebody else (or the engine) moved it first.
    """
    origin = campaign.state
    if not can_move(origin, target) or not _write(campaign, origin, {"state": target, "state_reason": "", **values}):
        raise refuse_move(campaign, target)


def change_while(campaign: Campaign, state: CampaignState, **values: object) -> None:
    """Set columns of `campaign` to `values` as long as it is in `state`; raise ForbiddenMoveError otherwise."""
    if not _write(campaign, state, values):
        raise refuse_move(campaign, state)


def _write(campaign: Campaign, origin: CampaignState, values: dict[str, object]) -> bool:
    db.session.flush()
    statement = (
        update(Campaign)
        .where(Campaign.id == campaign.id, Campaign.state == origin)
        .values(updated_at=clock.now(), **values)
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    )
    was_written = db.session.scalar(statement) is not None
    db.session.refresh(campaign)
    return was_written


def refuse_move(campaign: Campaign, target: CampaignState) -> ForbiddenMoveError:
    """Return the sentence for a campaign that cannot go to `target` from where it is."""
    return ForbiddenMoveError(
        _(
            "La campaña «%(name)s» está en estado «%(state)s» y de ahí no puede pasar a «%(target)s».",
            name=campaign.name,
            state=STATE_LABELS[campaign.state],
            target=STATE_LABELS[target],
        )
    )
