"""The moment a campaign starts: its recipients are frozen, one dispatch an audience, one delivery a contact."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, insert, literal, select, text, update

from outreach.audiences.models import Contact
from outreach.audiences.selection import RECEIVES, select_recipients
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.departure import read_departure
from outreach.campaigns.planning.zones import spread
from outreach.campaigns.rules import CampaignState, Language, Rendition, choose_rendition
from outreach.db import UtcDateTime
from outreach.dispatch.errors import ReleaseError
from outreach.dispatch.models import Delivery, Dispatch, Tally
from outreach.dispatch.rules import Channel, Origin, Outcome
from outreach.dispatch.tallies import open_tallies
from outreach.translation import gettext as _


def release(connection: Connection, campaign: Campaign, now: datetime) -> bool:
    """Release a scheduled campaign in the caller's transaction; False when another process was first.

    The guarded update of the state comes first and takes the lock, so that two schedulers cannot both start it. Raises
    ReleaseError when what was written is not all counted in the campaign's dispatches.
    """
    started = connection.execute(
        update(Campaign)
        .where(Campaign.id == campaign.id, Campaign.state == CampaignState.SCHEDULED)
        .values(state=CampaignState.SENDING, state_reason="", released_at=now, updated_at=now)
    )
    if started.rowcount != 1:
        return False
    _write_dispatches(connection, campaign, now)
    written = _write_deliveries(connection, campaign, now)
    counted = _count_intended(connection, campaign.id)
    if counted != written:
        raise ReleaseError(
            _(
                "Se escribieron %(written)s entregas de «%(name)s» y sus envíos cuentan %(counted)s: no se envía nada."
                " Avise a quien mantiene el sistema.",
                written=written,
                counted=counted,
                name=campaign.name,
            )
        )
    return True


def _write_dispatches(connection: Connection, campaign: Campaign, now: datetime) -> None:
    information = {version.language: version.information for version in campaign.versions}
    spanish = information.get(Language.ES) or information.get(Language.EN, "")
    rows: list[dict[str, Any]] = [
        {
            "campaign_id": campaign.id,
            "audience_id": audience.id,
            "kind_id": campaign.kind_id,
            "channel": Channel.EMAIL,
            "origin": Origin.SYSTEM,
            "sender": campaign.sender.address,
            "information_es": spanish,
            "information_en": information.get(Language.EN, ""),
            "intended": 0,
            "created_at": now,
        }
        for audience in campaign.audiences
    ]
    connection.execute(insert(Dispatch), rows)


def _write_deliveries(connection: Connection, campaign: Campaign, now: datetime) -> int:
    """Write down who gets what, and return how many deliveries that are."""
    recipients = select_recipients(campaign.choice).subquery()
    receives = recipients.c.reason == RECEIVES
    at = literal(now, UtcDateTime)
    waits = _wait_column(connection, campaign, recipients.c.contact_id, now)
    rows = select(
        literal(campaign.id),
        Dispatch.id,
        recipients.c.contact_id,
        _rendition_column(campaign, recipients.c.language),
        case((receives, literal(Outcome.QUEUED.value)), else_=literal(Outcome.SKIPPED.value)),
        recipients.c.reason,
        literal(0),
        waits,
        case((receives, literal(None, UtcDateTime)), else_=at),
        literal(""),
    ).join(Dispatch, (Dispatch.audience_id == recipients.c.audience_id) & (Dispatch.campaign_id == campaign.id))
    columns = (
        *("campaign_id", "dispatch_id", "contact_id", "rendition", "outcome", "reason"),
        *("attempts", "next_attempt_at", "finished_at", "reply"),
    )
    writing = insert(Delivery).from_select(columns, rows).execution_options(preserve_rowcount=True)
    written: int = connection.execute(writing).rowcount
    if connection.dialect.name == "postgresql":
        # What is claimed in the next minute must not be planned for the table as it was before.
        connection.execute(text("ANALYZE deliveries"))
    return written


def _count_intended(connection: Connection, campaign_id: int) -> int:
    """Begin the figures of the campaign's dispatches, and return how many deliveries all of them intend."""
    open_tallies(connection, campaign_id)
    of_dispatch = select(func.sum(Tally.number)).where(Tally.dispatch_id == Dispatch.id).scalar_subquery()
    mine = Dispatch.campaign_id == campaign_id
    connection.execute(update(Dispatch).where(mine).values(intended=of_dispatch))
    return connection.scalar(select(func.sum(Dispatch.intended)).where(mine)) or 0


def _rendition_column(campaign: Campaign, reads: ColumnElement[str | None]) -> ColumnElement[str]:
    """Put the rule of `choose_rendition` into SQL: its answer for each language, and for none."""
    written = frozenset(version.language for version in campaign.versions)

    def choose(language: str | None) -> Rendition:
        return choose_rendition(language, written, both_to_all=campaign.sends_both_to_all)

    known = {language.value: literal(choose(language).value) for language in Language}
    return case(known, value=reads, else_=literal(choose(None).value))


def _wait_column(
    connection: Connection, campaign: Campaign, contact_id: ColumnElement[int], now: datetime
) -> ColumnElement[datetime]:
    """Say when each delivery may leave: now, or at the planned hour of the contact's own time zone."""
    departure = read_departure(campaign)
    if departure is None or not departure.is_local_time:
        return literal(now, UtcDateTime)
    zones = connection.scalars(select(Contact.timezone).distinct()).all()
    turns = {zone: literal(max(at, now), UtcDateTime) for zone, at in spread(departure.wall, zones).items()}
    own = select(Contact.timezone).where(Contact.id == contact_id).scalar_subquery()
    usual = literal(max(departure.at, now), UtcDateTime)
    return case(turns, value=own, else_=usual) if turns else usual
