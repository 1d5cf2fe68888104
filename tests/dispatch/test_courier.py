"""How one run keeps its connections busy: letters written in one go, outcomes written in groups."""

import dataclasses
from collections.abc import Sequence

import pytest
from sqlalchemy import update

import making
from outreach import clock
from outreach.audiences.models import Contact
from outreach.campaigns.models import Campaign
from outreach.config import Config, SmtpSettings
from outreach.db import db
from outreach.dispatch import courier, jobs
from outreach.dispatch.claiming import Claim, claim, give_back
from outreach.dispatch.letters import LetterBox
from outreach.dispatch.recording import Result
from outreach.mail.addresses import AddressError
from smtp_quick import QuickServer

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]

PEOPLE = 400
CHUNK = 20
CONNECTIONS = 8
WORKER = 1


def test_connections_that_find_nothing_left_write_down_their_outcomes_together(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.add_people("diaspora", making.make_people(PEOPLE))
    campaign = making.schedule_campaign()
    groups: list[int] = []
    chunks: list[int] = []
    write = courier.Courier._write  # noqa: SLF001 - each group that is written is seen
    take = courier.Courier._claim  # noqa: SLF001 - and each claim

    def see_group(run: courier.Courier, results: Sequence[Result]) -> None:
        groups.append(len(results))
        write(run, results)

    def see_claim(run: courier.Courier) -> list[Claim]:
        claims = take(run)
        chunks.append(len(claims))
        return claims

    monkeypatch.setattr(courier, "_CHUNK", CHUNK)
    monkeypatch.setattr(courier, "_GROUP_SECONDS", 60.0)
    monkeypatch.setattr(courier.Courier, "_write", see_group)
    monkeypatch.setattr(courier.Courier, "_claim", see_claim)
    with QuickServer() as server:
        smtp = SmtpSettings(host="127.0.0.1", port=server.port, connections=CONNECTIONS)
        jobs.tick(dataclasses.replace(config, smtp=smtp))
    assert making.read_balanced(campaign).sent == sum(groups) == PEOPLE
    # One before each claim, and one at the end.
    assert len(groups) <= len(chunks) + 1


def _claim_all(campaign: Campaign) -> list[Claim]:
    with db.engine.begin() as connection:
        items = claim(connection, WORKER, clock.now(), PEOPLE)
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
