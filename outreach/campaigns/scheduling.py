"""When a campaign leaves: times as people type them, and the moves to pause, resume and cancel."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach import clock
from outreach.campaigns.approving import find_valid_approval, is_what_was_approved
from outreach.campaigns.errors import ApprovalError, ForbiddenMoveError, ScheduleError
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.states import change_while, move
from outreach.campaigns.times import describe
from outreach.translation import gettext as _

_FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")


def parse_local(text: str, zone: str) -> datetime:
    """Return the instant of a wall time such as 2026-03-03T09:00 in the IANA `zone`; raise ScheduleError if it is none.

    A time that the clocks skip moves forward by what they skip; of a time that comes twice, the first counts (T-10).
    """
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise ScheduleError(
            _("«%(zone)s» no es una zona horaria: escriba una como America/Mexico_City.", zone=zone)
        ) from problem
    for pattern in _FORMATS:
        try:
            wall = datetime.strptime(text.strip(), pattern)  # noqa: DTZ007 - the zone is put on below
        except ValueError:
            continue
        # With fold 0, zoneinfo reads a skipped time with the offset before the change, which moves it forward.
        return wall.replace(tzinfo=place, fold=0).astimezone(ZoneInfo("UTC"))
    raise ScheduleError(_("«%(text)s» no es una fecha con hora: escriba por ejemplo 2026-03-03T09:00.", text=text))


def schedule(campaign: Campaign, at: datetime, zone: str, not_after: datetime | None = None) -> None:
    """Let an approved campaign leave at `at`, typed in `zone`, and not after `not_after`.

    Raises ScheduleError for a time that has passed, ApprovalError without a valid approval, ForbiddenMoveError from a
    state in which nothing can be scheduled. A scheduled campaign may be given another time.
    """
    if at <= clock.now():
        raise ScheduleError(
            _(
                "No se puede programar para el %(at)s, porque ya son las %(now)s: elija una hora posterior.",
                at=describe(at, zone),
                now=describe(clock.now(), zone),
            )
        )
    _put_time(campaign, at, zone, not_after)


def schedule_now(campaign: Campaign, zone: str, not_after: datetime | None = None) -> None:
    """Let an approved campaign leave at once; raises what `schedule` raises."""
    _put_time(campaign, clock.now(), zone, not_after)


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
        schedule_now(campaign, campaign.scheduled_zone, campaign.not_after)
    else:
        _refuse_unless_paused(campaign)
        move(campaign, CampaignState.SENDING)


def cancel(campaign: Campaign) -> None:
    """End a campaign for good; what has not left will not."""
    move(campaign, CampaignState.CANCELLED, finished_at=clock.now())


def _put_time(campaign: Campaign, at: datetime, zone: str, not_after: datetime | None) -> None:
    if not_after is not None and not_after <= at:
        raise ScheduleError(
            _(
                "«No enviar después de» (%(end)s) debe ser posterior a la salida (%(at)s).",
                end=describe(not_after, zone),
                at=describe(at, zone),
            )
        )
    if campaign.state in {CampaignState.APPROVED, CampaignState.HELD, CampaignState.SCHEDULED}:
        _refuse_unapproved(campaign)
    values = {"scheduled_at": at, "scheduled_zone": zone, "not_after": not_after}
    if campaign.state == CampaignState.SCHEDULED:
        change_while(campaign, CampaignState.SCHEDULED, **values)
    else:
        move(campaign, CampaignState.SCHEDULED, **values)


def _refuse_unapproved(campaign: Campaign) -> None:
    if find_valid_approval(campaign) is None or not is_what_was_approved(campaign):
        raise ApprovalError(
            _("La campaña «%(name)s» no tiene un visto bueno vigente: pídalo antes de programarla.", name=campaign.name)
        )


def _refuse_unless_paused(campaign: Campaign) -> None:
    """Keep people from starting a scheduled campaign early, which only the release may do."""
    if campaign.state != CampaignState.PAUSED:
        raise ForbiddenMoveError(_("La campaña «%(name)s» no está en pausa ni retenida.", name=campaign.name))
