"""What is to be known before a campaign leaves at a given time; the same for the page, the checks and the commands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from outreach import clock
from outreach.audiences.choice import Choice
from outreach.audiences.models import Subscription
from outreach.audiences.selection import RECEIVES, select_recipients
from outreach.campaigns.facts import Finding, Severity
from outreach.campaigns.models import Campaign, CampaignAudience
from outreach.campaigns.phrases import quote
from outreach.campaigns.planning.calendar import list_days_off
from outreach.campaigns.planning.departure import Departure, find_span, list_turns, read_departure
from outreach.campaigns.planning.restrictions import Restriction, list_restrictions
from outreach.campaigns.planning.rules import PeriodLevel, is_night, is_weekend
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.times import name_city
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _
from outreach.translation import ngettext

PLACE = "schedule"
# The checks tell of campaigns of the same kind in their own words, also before there is a time.
SAME_KIND = "kind-today"
_LEAVES = (CampaignState.SCHEDULED, CampaignState.SENDING, CampaignState.PAUSED, CampaignState.FINISHED)
_MOST_OTHERS = 5
_MOST_COUNTED = 1000
_CODES = {
    PeriodLevel.ASKS: "restricted-asks",
    PeriodLevel.ASKS_SECOND: "restricted-asks-second",
    PeriodLevel.STOPS: "restricted-stops",
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a departure would meet: things to know, and the restricted periods among them."""

    findings: tuple[Finding, ...]
    restrictions: tuple[Restriction, ...]

    @property
    def asks(self) -> list[Restriction]:
        """The periods that wait for a reason."""
        return [each for each in self.restrictions if not each.is_lifted and each.level is not PeriodLevel.STOPS]


def look_at(campaign: Campaign, departure: Departure) -> Outlook:
    """Return what `campaign` would meet if it left then; nothing is refused here."""
    first, last = find_span(campaign, departure)
    start = max(first, min(departure.at, clock.now()))
    db.session.flush()
    restrictions = list_restrictions(db.session.connection(), campaign.id, start, max(last, start))
    findings = (
        *_tell_restrictions(restrictions),
        *_tell_wall_time(departure),
        *_tell_passed(campaign, departure),
        *_tell_others(campaign, departure),
    )
    return Outlook(findings, tuple(restrictions))


def list_notices(campaign: Campaign) -> tuple[Finding, ...]:
    """Return what the checks say of the time that `campaign` was given or proposed; of today's periods without one."""
    departure = read_departure(campaign)
    if departure is not None and (departure.at > clock.now() or campaign.state in _LEAVES):
        return tuple(found for found in look_at(campaign, departure).findings if found.code != SAME_KIND)
    db.session.flush()
    now = clock.now()
    # Nobody knows yet when it leaves, so even a period that stops only warns.
    return tuple(_tell_restrictions(list_restrictions(db.session.connection(), campaign.id, now), Severity.WARNING))


def _tell_restrictions(restrictions: Sequence[Restriction], gravest: Severity = Severity.ERROR) -> Iterator[Finding]:
    for each in restrictions:
        if not each.is_lifted:
            severity = gravest if each.level is PeriodLevel.STOPS else Severity.WARNING
            yield Finding(_CODES[each.level], severity, each.sentence, PLACE)


def _tell_wall_time(departure: Departure) -> Iterator[Finding]:
    """Warn of days and hours at which mail is not read, by the clocks of whoever set the time; now needs no telling."""
    if departure.at <= clock.now():
        return
    wall = departure.wall
    name = list_days_off(wall.date(), wall.date()).get(wall.date())
    if name:
        yield _warn("non-working-day", _("Ese día es inhábil: %(name)s.", name=name))
    elif is_weekend(wall.date()):
        yield _warn("weekend", _("Ese día es fin de semana."))
    if is_night(wall.time()):
        yield _warn("night", _("A esa hora pocas personas leen su correo: sale entre las 21:00 y las 8:00."))


def _tell_passed(campaign: Campaign, departure: Departure) -> Iterator[Finding]:
    """Warn of zones in which the wall time is over, whose people get the campaign at once."""
    if not departure.is_local_time:
        return
    now = clock.now()
    late = [turn for turn in list_turns(campaign, departure) if turn.zone and turn.at <= now]
    if late:
        yield _warn(
            "local-time-passed",
            ngettext(
                "En %(places)s ya pasó esa hora: %(num)s persona recibirá el correo en cuanto empiece el envío.",
                "En %(places)s ya pasó esa hora: %(num)s personas recibirán el correo en cuanto empiece el envío.",
                sum(turn.people for turn in late),
                places=", ".join(name_city(turn.zone) for turn in late),
            ),
        )


def _tell_others(campaign: Campaign, departure: Departure) -> Iterator[Finding]:
    """Warn of other campaigns that reach the same audiences, or some of the same people, on that day."""
    own = {link.audience_id for link in campaign.audience_links}
    others = _list_others(campaign, departure.at)
    same = [(name, kind_id) for name, kind_id, reached in others if not own.isdisjoint(reached)]
    for code, names in (
        (SAME_KIND, [name for name, kind_id in same if kind_id == campaign.kind_id]),
        ("audience-today", [name for name, kind_id in same if kind_id != campaign.kind_id]),
    ):
        if names:
            yield _warn(code, _say_same(names))
    apart = [(name, reached) for name, _kind, reached in others if own.isdisjoint(reached)]
    shared = _count_shared(campaign.choice, {number for _name, reached in apart for number in reached})
    if shared:
        yield _warn("people-today", _say_shared(shared, ", ".join(quote(name) for name, _reached in apart)))


def _say_same(names: Sequence[str]) -> str:
    return ngettext(
        "Ese día ya sale otra campaña a la misma audiencia (%(names)s).",
        "Ese día ya salen %(num)s campañas a la misma audiencia (%(names)s).",
        len(names),
        names=", ".join(quote(name) for name in names),
    )


def _say_shared(shared: int, names: str) -> str:
    if shared > _MOST_COUNTED:
        return _(
            "Ese día más de %(most)s de estas personas reciben también otro correo (%(names)s).",
            most=f"{_MOST_COUNTED:,}",
            names=names,
        )
    return ngettext(
        "Ese día %(num)s de estas personas recibe también otro correo (%(names)s).",
        "Ese día %(num)s de estas personas reciben también otro correo (%(names)s).",
        shared,
        names=names,
    )


def _list_others(campaign: Campaign, at: datetime) -> list[tuple[str, int, frozenset[int]]]:
    """Return name, kind and audiences of the first other campaigns that leave on the calendar day of `at`."""
    zone = current_config().timezone
    day = clock.day_in(zone, at.astimezone(ZoneInfo(zone)))
    start, end = clock.midnight_in(zone, day), clock.midnight_in(zone, day + timedelta(days=1))
    leaves_at = func.coalesce(Campaign.released_at, Campaign.scheduled_at)
    statement = (
        select(Campaign.id, Campaign.name, Campaign.kind_id)
        .where(Campaign.id != campaign.id, Campaign.state.in_(_LEAVES), leaves_at >= start, leaves_at < end)
        .order_by(Campaign.id)
        .limit(_MOST_OTHERS)
    )
    found = db.session.execute(statement).all()
    links = select(CampaignAudience.campaign_id, CampaignAudience.audience_id)
    reached: dict[int, set[int]] = {row.id: set() for row in found}
    for campaign_id, audience_id in db.session.execute(links.where(CampaignAudience.campaign_id.in_(reached))):
        reached[campaign_id].add(audience_id)
    return [(row.name, row.kind_id, frozenset(reached[row.id])) for row in found]


def _count_shared(choice: Choice, others: set[int]) -> int:
    """Count people of `choice` who are in `others` as well, up to one more than _MOST_COUNTED."""
    if not choice.audience_ids or not others:
        return 0
    chosen = select_recipients(choice).subquery()
    is_in_other = select(Subscription.id).where(
        Subscription.contact_id == chosen.c.contact_id,
        Subscription.audience_id.in_(others),
        Subscription.ended_at.is_(None),
    )
    people = select(chosen.c.contact_id).where(chosen.c.reason == RECEIVES, is_in_other.exists())
    counted = people.limit(_MOST_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0


def _warn(code: str, message: str) -> Finding:
    return Finding(code, Severity.WARNING, message, PLACE)
