"""How one run keeps its connections busy: letters are written in one go."""

import pytest
from sqlalchemy import update

from outreach import clock
from outreach.audiences.models import Contact
from outreach.campaigns.models import Campaign
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.claiming import Claim, claim, give_back
from outreach.dispatch.letters import LetterBox
from outreach.mail.addresses import AddressError

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]

WORKER = 1
MOST = 100


def _claim_all(campaign: Campaign) -> list[Claim]:
    with db.engine.begin() as connection:
        items = claim(connection, WORKER, clock.now(), MOST)
    assert {item.campaign_id for item in items} == {campaign.id}
    return items


def test_a_letter_written_ahead_is_the_one_written_in_its_turn(config: Config, campaign: Campaign) -> None:
    items = _claim_all(campaign)
    box = LetterBox(db.engine, config)
    ahead = [box.write(item, items[place + 1 :]) for place, item in enumerate(items)]
    assert ahead == [LetterBox(db.engine, config).write(item) for item in items]
    assert len({letter.envelope.rcpt_to for letter in ahead}) == len(items)


def test_what_was_written_ahead_for_an_earlier_claim_is_not_sent(config: Config, campaign: Campaign) -> None:
    items = _claim_all(campaign)
    box = LetterBox(db.engine, config)
    box.write(items[0], items[1:])
    with db.engine.begin() as connection:
        give_back(connection, [item.delivery_id for item in items], WORKER, clock.now())
        connection.execute(update(Contact).values(email="new." + Contact.email))
    again = _claim_all(campaign)
    assert [item.delivery_id for item in again] == [item.delivery_id for item in items]
    assert [box.write(item).envelope.rcpt_to for item in again] == [f"new.{item.email}" for item in items]


def test_who_cannot_get_a_letter_is_told_in_the_own_turn(config: Config, campaign: Campaign) -> None:
    items = _claim_all(campaign)
    items[4] = items[4]._replace(email="ñ@")
    box = LetterBox(db.engine, config)
    for place, item in enumerate(items):
        if place == 4:
            with pytest.raises(AddressError):
                box.write(item, items[place + 1 :])
        else:
            assert box.write(item, items[place + 1 :]).envelope.rcpt_to == item.email
