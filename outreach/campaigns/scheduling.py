"""When a campaign leaves: times as people type them, and the moves to pause, resume and cancel."""

import contextlib
from datetime import datetime

from outreach import clock
from outreach.campaigns.approving import APPROVABLE, find_valid_approval, is_what_was_approved
from outreach.campaigns.errors import (
    AmbiguousTimeError,
    ApprovalError,
    ForbiddenMoveError,
    RestrictedPeriodError,
    ScheduleError,
)
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.departure import Departure, find_span, read_departure
from outreach.campaigns.planning.restrictions import find_hindrance
from outreach.campaigns.planning.zones import find_instants, list_neighbours
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.states import change_while, move
from outreach.campaigns.times import describe, name_place
from outreach.db import db
from outreach.translation import gettext as _

# From these a campaign with a valid approval gets its time.
SCHEDULABLE = frozenset({CampaignState.APPROVED, CampaignState.HELD, CampaignState.SCHEDULED})
_FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")


def parse_wall(text: str) -> datetime:
    """Return a wall time such as 2026-03-03T09:00, without a zone; raise ScheduleError if it is none."""
    for pattern in _FORMATS:
        with contextlib.suppress(ValueError):
            return datetime.strptime(text.strip(), pattern)  # noqa: DTZ007 - the caller puts the zone on
    raise ScheduleError(_("«%(text)s» no es una fecha con hora: escriba por ejemplo 2026-03-03T09:00.", text=text))


def parse_local(text: str, zone: str, occurrence: int | None = None) -> datetime:
    """Return the instant of a wall time such as 2026-03-03T09:00 in the IANA `zone`; raise ScheduleError if it is none.

    A time that the clocks skip is refused; one that comes twice is asked about (AmbiguousTimeError) unless
    `occurrence`, 1 or 2, tells which of the two is meant.
    """
    wall = parse_wall(text)
    instants = find_instants(wall, zone)
    if not instants:
        before, after = list_neighbours(wall, zone)
        raise ScheduleError(
            _(
                "A las %(at)s de ese día los relojes se adelantan (%(zone)s) y esa hora no existe: elija las "
                "%(before)s o las %(after)s.",
                at=f"{wall:%H:%M}",
                zone=name_place(zone),
                before=f"{before:%H:%M}",
                after=f"{after:%H:%M}",
            )
        )
    if len(instants) > 1 and occurrence not in {1, 2}:
        raise AmbiguousTimeError(
            _(
                "A las %(at)s de ese día los relojes se atrasan (%(zone)s) y esa hora se repite: diga si es la "
                "primera vez o la segunda.",
                at=f"{wall:%H:%M}",
                zone=name_place(zone),
            )
        )
    return instants[(occurrence or 1) - 1 if len(instants) > 1 else 0]


def schedule(
    campaign: Campaign, at: datetime, zone: str, not_after: datetime | None = None, *, is_local_time: bool = False
) -> None:
    """Let an approved campaign leave at `at`, typed in `zone`, and not after `not_after`.

    Raises ScheduleError for a time that has passed or in which a restricted period keeps it, ApprovalError without a
    valid approval, ForbiddenMoveError from a state in which nothing can be scheduled. A scheduled campaign may be
    given another time. With `is_local_time` it begins where that wall time comes first.
    """
    departure = Departure(at, zone, not_after, is_local_time)
    refuse_past(departure)
    _put_time(campaign, departure)


def schedule_now(campaign: Campaign, zone: str, not_after: datetime | None = None) -> None:
    """Let an approved campaign leave at once; raises what `schedule` raises."""
    _put_time(campaign, Departure(clock.now(), zone, not_after))


def propose(campaign: Campaign, departure: Departure) -> None:
    """Say when a campaign that nobody has approved yet should leave; nothing leaves by that alone."""
    refuse_past(departure)
    if campaign.state not in APPROVABLE:
        raise ForbiddenMoveError(_("La campaña «%(name)s» ya tiene visto bueno: prográmela.", name=campaign.name))
    change_while(campaign, campaign.state, **_keep(departure))


def refuse_past(departure: Departure) -> None:
    """Raise ScheduleError for a departure whose time has passed."""
    if departure.at <= clock.now():
        raise ScheduleError(
            _(
                "No se puede programar para el %(at)s, porque ya son las %(now)s: elija una hora posterior.",
                at=describe(departure.at, departure.zone),
                now=describe(clock.now(), departure.zone),
            )
        )


def unschedule(campaign: Campaign) -> None:
    """Take the time from a scheduled campaign; its approval stays."""
    if campaign.state != CampaignState.SCHEDULED:
        raise ForbiddenMoveError(_("La campaña «%(name)s» no está programada.", name=campaign.name))
    move(campaign, CampaignState.APPROVED, scheduled_at=None, scheduled_zone="", not_after=None)


def pause(campaign: Campaign) -> None:
    """Stop sending until somebody resumes; what already left has left."""
    move(campaign, CampaignState.PAUSED)


def resume(campaign: Campaign) -> None:
    """Go on with a paused campaign, or let one that was held leave now."""
    if campaign.state == CampaignState.HELD:
        _leave_late(campaign)
    else:
        _refuse_unless_paused(campaign)
        refuse_restricted(campaign, clock.now(), clock.now())
        move(campaign, CampaignState.SENDING)


def _leave_late(campaign: Campaign) -> None:
    """Let a held campaign begin now; whoever waits for their own hour goes on waiting for it."""
    departure = read_departure(campaign)
    if departure is not None and departure.is_local_time:
        _put_time(campaign, departure)
    else:
        schedule_now(campaign, campaign.scheduled_zone, campaign.not_after)


def cancel(campaign: Campaign) -> None:
    """End a campaign for good; what has not left will not."""
    move(campaign, CampaignState.CANCELLED, finished_at=clock.now())


def _put_time(campaign: Campaign, departure: Departure) -> None:
    first, last = find_span(campaign, departure)
    starts_at = max(first, clock.now())
    _refuse_early_end(departure, last)
    if campaign.state in SCHEDULABLE:
        _refuse_unapproved(campaign)
    refuse_restricted(campaign, starts_at, max(last, starts_at))
    values = {"scheduled_at": starts_at, "scheduled_zone": departure.zone, **_keep(departure)}
    if campaign.state == CampaignState.SCHEDULED:
        change_while(campaign, CampaignState.SCHEDULED, **values)
    else:
        move(campaign, CampaignState.SCHEDULED, **values)


def _keep(departure: Departure) -> dict[str, object]:
    return {
        "planned_at": departure.at,
        "planned_zone": departure.zone,
        "is_local_time": departure.is_local_time,
        "not_after": departure.not_after,
    }


def _refuse_early_end(departure: Departure, last: datetime) -> None:
    if departure.not_after is not None and departure.not_after <= last:
        raise ScheduleError(
            _(
                "«No enviar después de» (%(end)s) debe ser posterior a la salida (%(at)s).",
                end=describe(departure.not_after, departure.zone),
                at=describe(last, departure.zone),
            )
        )


def refuse_restricted(campaign: Campaign, first: datetime, last: datetime) -> None:
    """Raise RestrictedPeriodError while a period keeps `campaign` from leaving from `first` to `last`."""
    db.session.flush()
    hindrance = find_hindrance(db.session.connection(), campaign.id, first, last)
    if hindrance:
        raise RestrictedPeriodError(hindrance)


def _refuse_unapproved(campaign: Campaign) -> None:
    if find_valid_approval(campaign) is None or not is_what_was_approved(campaign):
        raise ApprovalError(
            _("La campaña «%(name)s» no tiene un visto bueno vigente: pídalo antes de programarla.", name=campaign.name)
        )


def _refuse_unless_paused(campaign: Campaign) -> None:
    """Keep people from starting a scheduled campaign early, which only the release may do."""
    if campaign.state != CampaignState.PAUSED:
        raise ForbiddenMoveError(_("La campaña «%(name)s» no está en pausa ni retenida.", name=campaign.name))
