"""At nine of each person's own clocks: everybody once, each at their hour (T-10, T-11)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

import making
from outreach import clock
from outreach.audiences.models import Contact
from outreach.campaigns.approving import approve
from outreach.campaigns.errors import ScheduleError
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.departure import Departure, list_turns
from outreach.campaigns.planning.notices import look_at
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.scheduling import parse_local, schedule
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.dispatch.models import Delivery
from outreach.dispatch.waits import list_waits
from outreach.mail.memory import MemoryTransport

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]

ZONE = "America/Mexico_City"
PEOPLE = {
    "auckland@example.org": "Pacific/Auckland",
    "madrid@example.org": "Europe/Madrid",
    "york@example.org": "America/New_York",
    "mexico@example.org": "America/Mexico_City",
    "nowhere@example.org": "",
    "mars@example.org": "Marte/Olimpo",
    "angeles@example.org": "America/Los_Angeles",
}
# Nine o'clock of Sunday 8 March 2026, the day on which the United States change their clocks, in UTC.
NINE = {
    "auckland@example.org": "2026-03-07T20:00",
    "madrid@example.org": "2026-03-08T08:00",
    "york@example.org": "2026-03-08T13:00",
    "mexico@example.org": "2026-03-08T15:00",
    "nowhere@example.org": "2026-03-08T15:00",
    "mars@example.org": "2026-03-08T15:00",
    "angeles@example.org": "2026-03-08T16:00",
}


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 6, 15, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def make_campaign() -> Campaign:
    making.add_people("diaspora", [(email, "es") for email in PEOPLE])
    for contact in db.session.scalars(select(Contact)):
        contact.timezone = PEOPLE[contact.email]
    text = making.BILINGUAL.format(audiences='"diaspora"')
    campaign = import_campaign(read_campaign(text.encode()), making.get_user(making.WRITER))
    approve(campaign, making.get_user(making.REVIEWER))
    db.session.commit()
    return campaign


def read_utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def pass_hours(travel: time_machine.Traveller, config: Config, outbox: MemoryTransport, first: str, last: str) -> None:
    """Let the clock run from hour to hour, doing what is due at each."""
    instant = read_utc(first)
    while instant <= read_utc(last):
        travel.move_to(instant)
        jobs.tick(config, lambda: outbox)
        instant += timedelta(hours=1)


def test_everybody_gets_it_at_nine_of_their_own_clocks(
    travel: time_machine.Traveller, config: Config, outbox: MemoryTransport
) -> None:
    campaign = make_campaign()
    schedule(campaign, parse_local("2026-03-08T09:00", ZONE), ZONE, is_local_time=True)
    db.session.commit()
    assert campaign.scheduled_at == read_utc("2026-03-07T20:00")
    got: dict[str, datetime] = {}
    travel.move_to(read_utc("2026-03-07T19:59"))
    assert jobs.tick(config, lambda: outbox) == 0
    for instant in sorted(set(map(read_utc, NINE.values()))):
        travel.move_to(instant - timedelta(seconds=1))
        jobs.tick(config, lambda: outbox)
        travel.move_to(instant)
        before = len(outbox.outbox)
        jobs.tick(config, lambda: outbox)
        got |= {envelope.rcpt_to: instant for envelope, _ in outbox.outbox[before:]}
        assert making.read_balanced(campaign).pending == len(PEOPLE) - len(got)
    assert got == {email: read_utc(text) for email, text in NINE.items()}
    assert db.session.get_one(Campaign, campaign.id).state == CampaignState.FINISHED


def test_the_ledger_says_how_many_wait_until_when(
    travel: time_machine.Traveller, config: Config, outbox: MemoryTransport
) -> None:
    campaign = make_campaign()
    schedule(campaign, parse_local("2026-03-08T09:00", ZONE), ZONE, is_local_time=True)
    db.session.commit()
    pass_hours(travel, config, outbox, "2026-03-07T20:00", "2026-03-08T08:00")
    waits = list_waits(campaign.id, clock.now())
    assert [(wait.until, wait.people) for wait in waits] == [
        (read_utc("2026-03-08T13:00"), 1),
        (read_utc("2026-03-08T15:00"), 3),
        (read_utc("2026-03-08T16:00"), 1),
    ]


def test_where_the_hour_is_over_people_get_it_at_the_start_and_the_page_says_so(
    travel: time_machine.Traveller, config: Config, outbox: MemoryTransport
) -> None:
    campaign = make_campaign()
    travel.move_to(read_utc("2026-03-08T10:00"))
    departure = Departure(parse_local("2026-03-08T09:00", ZONE), ZONE, is_local_time=True)
    told = {each.code: each.message for each in look_at(campaign, departure).findings}
    assert told["local-time-passed"].startswith("En Auckland, Madrid ya pasó esa hora: 2 personas")
    schedule(campaign, departure.at, ZONE, is_local_time=True)
    db.session.commit()
    assert campaign.scheduled_at == clock.now()
    jobs.tick(config, lambda: outbox)
    assert {envelope.rcpt_to for envelope, _ in outbox.outbox} == {"auckland@example.org", "madrid@example.org"}


def test_the_turns_add_up_to_everybody(travel: time_machine.Traveller) -> None:
    assert travel
    campaign = make_campaign()
    departure = Departure(parse_local("2026-03-10T09:00", ZONE), ZONE, is_local_time=True)
    turns = list_turns(campaign, departure)
    assert [(turn.zone, turn.people) for turn in turns] == [
        ("Pacific/Auckland", 1),
        ("Europe/Madrid", 1),
        ("America/New_York", 1),
        ("", 3),
        ("America/Los_Angeles", 1),
    ]
    assert [turn.zone for turn in list_turns(campaign, Departure(departure.at, ZONE))] == [""]


def test_an_end_before_the_last_zones_hour_is_refused(travel: time_machine.Traveller) -> None:
    assert travel
    campaign = make_campaign()
    at = parse_local("2026-03-08T09:00", ZONE)
    with pytest.raises(ScheduleError, match="No enviar después de"):
        schedule(campaign, at, ZONE, at + timedelta(minutes=30), is_local_time=True)
    schedule(campaign, at, ZONE, at + timedelta(minutes=61), is_local_time=True)


def test_a_person_whose_zone_is_learnt_later_is_not_sent_twice(
    travel: time_machine.Traveller, config: Config, outbox: MemoryTransport
) -> None:
    campaign = make_campaign()
    schedule(campaign, parse_local("2026-03-08T09:00", ZONE), ZONE, is_local_time=True)
    db.session.commit()
    pass_hours(travel, config, outbox, "2026-03-07T20:00", "2026-03-08T08:00")
    for contact in db.session.scalars(select(Contact)):
        contact.timezone = "America/Los_Angeles"
    db.session.commit()
    pass_hours(travel, config, outbox, "2026-03-08T08:00", "2026-03-08T17:00")
    assert sorted(envelope.rcpt_to for envelope, _ in outbox.outbox) == sorted(PEOPLE)
    assert db.session.scalars(select(Delivery.attempts)).all()
