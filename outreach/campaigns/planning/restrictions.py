"""Restricted periods against a campaign: what concerns it, what lifts it, and what is stopped on its way (E-03).

Everything here reads over a plain connection, because sending threads ask as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from outreach.accounts.audit import current_origin
from outreach.accounts.models import AuditEntry
from outreach.campaigns.models import Campaign, CampaignAudience, Institution
from outreach.campaigns.planning.models import PeriodConfirmation, RestrictedPeriod
from outreach.campaigns.planning.rules import Confirmed, PeriodLevel, concerns, is_lifted
from outreach.campaigns.rules import CampaignState
from outreach.translation import gettext as _

_LONGEST_REASON = 400
_ACTIVE = (
    select(*RestrictedPeriod.__table__.columns)
    .where(
        RestrictedPeriod.is_active,
        RestrictedPeriod.starts_at <= bindparam("last"),
        RestrictedPeriod.ends_at > bindparam("first"),
    )
    .order_by(RestrictedPeriod.starts_at, RestrictedPeriod.id)
)


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restricted period that concerns a campaign, and whether people have lifted it for the campaign as it is."""

    period_id: int
    name: str
    level: PeriodLevel
    legal_basis: str
    starts_at: datetime
    ends_at: datetime
    confirmed: tuple[Confirmed, ...]
    is_lifted: bool

    @property
    def sentence(self) -> str:
        """What the period asks, as one sentence."""
        match self.level:
            case PeriodLevel.STOPS:
                return _(
                    "El periodo restringido «%(name)s» impide este envío: elija otra fecha, o pida a la "
                    "administración que revise el periodo.",
                    name=self.name,
                )
            case PeriodLevel.ASKS:
                return _("El periodo restringido «%(name)s» pide un motivo para este envío.", name=self.name)
            case PeriodLevel.ASKS_SECOND if self.confirmed:
                return _(
                    "El periodo restringido «%(name)s» pide el motivo de dos personas, al menos una con permiso de dar "
                    "el visto bueno: falta el de otra.",
                    name=self.name,
                )
            case _:
                return _(
                    "El periodo restringido «%(name)s» pide el motivo de dos personas, al menos una con permiso de dar "
                    "el visto bueno.",
                    name=self.name,
                )


def list_restrictions(
    connection: Connection, campaign_id: int, first: datetime, last: datetime | None = None
) -> list[Restriction]:
    """Return the active periods that concern a campaign from `first` to `last`, or at `first` alone, in order."""
    periods = _list_periods(connection, first, last or first)
    if not periods:
        return []
    campaign = connection.execute(
        select(Campaign.kind_id, Campaign.edit_count).where(Campaign.id == campaign_id)
    ).one_or_none()
    if campaign is None:
        return []
    reached = connection.scalars(
        select(CampaignAudience.audience_id).where(CampaignAudience.campaign_id == campaign_id)
    ).all()
    concerned = [row for row in periods if concerns(row.kind_ids, row.audience_ids, campaign.kind_id, reached)]
    if not concerned:
        return []
    given = _list_confirmed(connection, campaign_id, campaign.edit_count)
    is_one_person_office = bool(connection.scalar(select(Institution.is_one_person_office).limit(1)))
    return [_restrict(row, given, is_one_person_office=is_one_person_office) for row in concerned]


def find_hindrance(connection: Connection, campaign_id: int, first: datetime, last: datetime | None = None) -> str:
    """Return the sentences of the periods that keep a campaign from leaving then; empty when it may leave."""
    found = list_restrictions(connection, campaign_id, first, last)
    return " ".join(each.sentence for each in found if not each.is_lifted)


def pause_restricted(connection: Connection, now: datetime) -> None:
    """Pause every campaign on its way that a period now concerns, with the reason, in the caller's transaction."""
    if not _list_periods(connection, now, now):
        return
    running = connection.scalars(select(Campaign.id).where(Campaign.state == CampaignState.SENDING)).all()
    for campaign_id in running:
        reason = find_hindrance(connection, campaign_id, now)
        if not reason:
            continue
        paused = connection.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id, Campaign.state == CampaignState.SENDING)
            .values(state=CampaignState.PAUSED, state_reason=reason[:_LONGEST_REASON], updated_at=now)
        )
        if paused.rowcount:
            entry = {"at": now, "action": "pause", "subject": "campaign", "subject_id": campaign_id}
            connection.execute(insert(AuditEntry), {**entry, "detail": {}, "origin": current_origin()})


def _list_periods(connection: Connection, first: datetime, last: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    return connection.execute(_ACTIVE, {"first": first, "last": last}).all()


def _list_confirmed(connection: Connection, campaign_id: int, edit_count: int) -> dict[int, list[Confirmed]]:
    table = PeriodConfirmation
    given: dict[int, list[Confirmed]] = {}
    for row in connection.execute(
        select(table.period_id, table.user_id, table.may_approve)
        .where(table.campaign_id == campaign_id, table.edit_count == edit_count)
        .order_by(table.id)
    ):
        given.setdefault(row.period_id, []).append(Confirmed(row.user_id, row.may_approve))
    return given


def _restrict(
    row: Row[*tuple[Any, ...]], given: dict[int, list[Confirmed]], *, is_one_person_office: bool
) -> Restriction:
    level, confirmed = PeriodLevel(row.level), tuple(given.get(row.id, ()))
    return Restriction(
        period_id=row.id,
        name=row.name,
        level=level,
        legal_basis=row.legal_basis,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        confirmed=confirmed,
        is_lifted=is_lifted(level, confirmed, is_one_person_office=is_one_person_office),
    )
