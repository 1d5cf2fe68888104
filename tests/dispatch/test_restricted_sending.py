"""A restricted period is looked at again when a campaign starts and at each chunk on its way (E-03)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

import making
from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.campaigns import scheduling
from outreach.campaigns.errors import RestrictedPeriodError
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.models import RestrictedPeriod
from outreach.campaigns.planning.restrictions import list_restrictions
from outreach.campaigns.planning.rules import PeriodLevel
from outreach.campaigns.planning.service import confirm
from outreach.campaigns.rules import CampaignState
from outreach.config import Config
from outreach.db import db
from outreach.dispatch import jobs
from outreach.mail.memory import ACCEPT, MemoryTransport, ScriptedReply
from outreach.mail.transport import Envelope

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]


def add_period(starts_at: datetime, level: PeriodLevel = PeriodLevel.STOPS) -> int:
    period = RestrictedPeriod(
        name="Veda",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=30),
        level=level,
        kind_ids=[],
        audience_ids=[],
        is_active=True,
    )
    db.session.add(period)
    db.session.commit()
    return period.id


def read_campaign(campaign_id: int) -> Campaign:
    db.session.expire_all()
    return db.session.get_one(Campaign, campaign_id)


def test_a_campaign_whose_start_falls_into_a_period_added_since_is_held(
    config: Config, outbox: MemoryTransport
) -> None:
    making.add_people("diaspora", making.make_people(2))
    campaign = making.schedule_campaign()
    period_id = add_period(clock.now() - timedelta(seconds=1))
    jobs.tick(config, lambda: outbox)
    kept = read_campaign(campaign.id)
    assert kept.state == CampaignState.HELD
    assert kept.state_reason.startswith("El periodo restringido «Veda» impide este envío")
    assert outbox.outbox == []
    db.session.get_one(RestrictedPeriod, period_id).is_active = False
    scheduling.resume(kept)
    db.session.commit()
    jobs.tick(config, lambda: outbox)
    assert making.read_balanced(campaign).sent == 2


def test_a_send_that_crosses_into_a_period_stops_at_its_first_instant(config: Config) -> None:
    """The clock jumps to the first instant of the period while the third message is on its way."""
    making.add_people("diaspora", making.make_people(8))
    campaign = making.schedule_campaign()
    midnight = clock.now() + timedelta(minutes=30)
    add_period(midnight)
    sent = 0
    with time_machine.travel(clock.now(), tick=False) as travel:

        def answer(_envelope: Envelope) -> ScriptedReply:
            nonlocal sent
            sent += 1
            if sent == 3:
                travel.move_to(midnight)
            return ACCEPT

        outbox = MemoryTransport(answer)
        with pytest.MonkeyPatch.context() as patch:
            # Each message is its own chunk, so that the next one is looked at after the clock moved.
            patch.setattr("outreach.dispatch.courier._CHUNK", 1)
            jobs.tick(config, lambda: outbox)
        kept = read_campaign(campaign.id)
        assert kept.state == CampaignState.PAUSED
        assert "«Veda»" in kept.state_reason
        # At most one chunk for each connection was in hand when the clock moved.
        assert 3 <= len(outbox.outbox) <= 3 + config.smtp.connections
        ledger = making.read_balanced(campaign)
        assert (ledger.sent, ledger.pending) == (len(outbox.outbox), 8 - len(outbox.outbox))
        with pytest.raises(RestrictedPeriodError):
            scheduling.resume(kept)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "pause")).all()
    assert [entry.subject_id for entry in entries] == [campaign.id]


def test_a_period_that_begins_on_the_way_asks_and_then_lets_it_go_on(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(4))
    campaign = making.schedule_campaign()
    assert jobs.look(config) == 1
    add_period(clock.now() - timedelta(seconds=1), PeriodLevel.ASKS)
    jobs.tick(config, lambda: outbox)
    kept = read_campaign(campaign.id)
    assert (kept.state, outbox.outbox) == (CampaignState.PAUSED, [])
    asked = list_restrictions(db.session.connection(), campaign.id, clock.now())
    confirm(kept, asked, making.get_user(making.REVIEWER), "Es información electoral.")
    scheduling.resume(kept)
    db.session.commit()
    jobs.tick(config, lambda: outbox)
    assert making.read_balanced(campaign).sent == 4


def test_another_campaign_goes_on_while_one_is_paused(config: Config, outbox: MemoryTransport) -> None:
    making.add_people("diaspora", making.make_people(2))
    making.add_people("osc", making.make_people(2, "osc"))
    restricted = making.schedule_campaign()
    free = making.schedule_campaign(["osc"], making.SPANISH)
    assert jobs.look(config) == 2
    period_id = add_period(clock.now() - timedelta(seconds=1))
    db.session.get_one(RestrictedPeriod, period_id).kind_ids = [restricted.kind_id]
    db.session.commit()
    jobs.tick(config, lambda: outbox)
    assert read_campaign(restricted.id).state == CampaignState.PAUSED
    assert making.read_balanced(free).sent == 2
    assert making.read_balanced(restricted).pending == 2
