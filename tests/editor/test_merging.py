"""Texts saved one by one: what two people write in different places is all saved, and nobody writes over anybody."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from campaigns.campaign_samples import make_approved_campaign, make_campaign, make_person, put_in_state
from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.campaigns.approving import find_valid_approval
from outreach.campaigns.content import remove_block
from outreach.campaigns.errors import NotEditableError
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.writing.history import find_last, unpack
from outreach.campaigns.writing.merging import Outcome, Typed, save_texts
from outreach.campaigns.writing.presence import leave, list_others, note_presence
from outreach.campaigns.writing.spots import find_spot, read_marks, write_marks

SUBJECT, PREHEADER = "words-es-subject", "words-es-preheader"


@pytest.fixture(autouse=True)
def _in_application(app: Flask, now: datetime) -> None:
    assert app
    assert now


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


@pytest.fixture
def beto() -> User:
    return make_person(Role.WRITER, "beto@example.org")


def look(campaign: Campaign) -> dict[str, str]:
    """Return the marks that a page shows."""
    return read_marks(write_marks(campaign))


def save(campaign: Campaign, user: User, seen: dict[str, str], **texts: str) -> Outcome:
    return save_texts(campaign, Typed({name.replace("_", "-"): text for name, text in texts.items()}, seen), user)


def test_two_people_in_different_places_both_save(campaign: Campaign, beto: User) -> None:
    seen = look(campaign)
    text = f"block_{campaign.blocks[0].id}_es_text"
    assert save(campaign, campaign.author, seen, words_es_subject="De Ana").is_whole
    outcome = save(campaign, beto, seen, **{"words_es_preheader": "De Beto", text: "También de Beto"})
    assert outcome.is_whole
    assert len(outcome.saved) == 2
    assert (campaign.versions[0].subject, campaign.versions[0].preheader) == ("De Ana", "De Beto")
    assert campaign.blocks[0].fields["text"]["es"] == "También de Beto"


def test_two_people_in_the_same_place_both_see_the_other_text(campaign: Campaign, beto: User) -> None:
    seen = look(campaign)
    save(campaign, campaign.author, seen, words_es_subject="De Ana")
    outcome = save(campaign, beto, seen, words_es_subject="De Beto", words_es_preheader="Otra cosa")
    assert outcome.conflicts == {SUBJECT: "De Ana"}
    assert outcome.saved == {PREHEADER: "Otra cosa"}
    assert campaign.versions[0].subject == "De Ana"
    assert save(campaign, beto, look(campaign), words_es_subject="De Beto").is_whole
    assert campaign.versions[0].subject == "De Beto"


def test_an_old_page_that_was_not_touched_changes_nothing_back(campaign: Campaign, beto: User) -> None:
    seen = look(campaign)
    before = campaign.versions[0].subject
    save(campaign, campaign.author, seen, words_es_subject="De Ana")
    outcome = save(campaign, beto, seen, words_es_subject=before, words_es_preheader="De Beto")
    assert outcome.is_whole
    assert campaign.versions[0].subject == "De Ana"


def test_writing_the_same_is_no_conflict(campaign: Campaign, beto: User) -> None:
    seen = look(campaign)
    save(campaign, campaign.author, seen, words_es_subject="Igual")
    assert save(campaign, beto, seen, words_es_subject=" Igual\r\n").is_whole


def test_a_text_that_cannot_be_taken_hinders_no_other(campaign: Campaign) -> None:
    outcome = save(campaign, campaign.author, look(campaign), words_es_subject="a\nb", words_es_preheader="Bien")
    assert list(outcome.refusals) == [SUBJECT]
    assert "salto de línea" in outcome.refusals[SUBJECT]
    assert campaign.versions[0].preheader == "Bien"


def test_what_was_typed_into_a_removed_block_is_given_back_unless_it_was_not_touched(campaign: Campaign) -> None:
    gone, seen = campaign.blocks[0], look(campaign)
    name, before = f"block-{gone.id}-es-text", gone.fields["text"]["es"]
    remove_block(campaign, gone)
    assert save_texts(campaign, Typed({name: "Más"}, seen), campaign.author).orphans == {name: "Más"}
    assert save_texts(campaign, Typed({name: before}, seen), campaign.author).is_whole


def test_without_marks_the_number_of_the_edit_tells_what_one_saw(campaign: Campaign) -> None:
    now = campaign.edit_count
    assert save_texts(campaign, Typed({SUBJECT: "Uno"}, {}, now), campaign.author).is_whole
    assert save_texts(campaign, Typed({SUBJECT: "Dos"}, {}, now), campaign.author).conflicts == {SUBJECT: "Uno"}


def test_names_that_name_nothing_are_left_alone(campaign: Campaign) -> None:
    before = campaign.edit_count
    for name in ("words-es-id", "words-fr-subject", "block-1-es", "block-99-es-text", "block-1-es-nothing", "x"):
        save_texts(campaign, Typed({name: "x"}, {}), campaign.author)
    assert find_spot("words-es-position") is None
    assert campaign.edit_count == before


def test_saving_nothing_new_keeps_the_approval() -> None:
    campaign = make_approved_campaign()
    assert save(campaign, campaign.author, look(campaign), words_es_subject=campaign.versions[0].subject).is_whole
    assert find_valid_approval(campaign) is not None
    save(campaign, campaign.author, look(campaign), words_es_subject="Otro")
    assert find_valid_approval(campaign) is None


def test_a_campaign_on_its_way_takes_no_text(campaign: Campaign) -> None:
    put_in_state(campaign, CampaignState.SENDING)
    with pytest.raises(NotEditableError):
        save(campaign, campaign.author, look(campaign), words_es_subject="Tarde")


def test_only_texts_that_changed_are_in_the_history(campaign: Campaign, beto: User) -> None:
    save(campaign, beto, look(campaign), words_es_subject="De Beto")
    last = find_last(campaign)
    assert last is not None
    assert last.changes == {"texts": [SUBJECT], "added": [], "removed": []}
    assert unpack(last)["words"]["es"]["subject"] == "De Beto"


def test_people_are_seen_while_they_write_and_no_longer(campaign: Campaign, beto: User, now: datetime) -> None:
    note_presence(campaign, campaign.author)
    note_presence(campaign, beto, campaign.blocks[0].id)
    note_presence(campaign, beto, campaign.blocks[1].id)
    assert [(one.user.id, one.block_id) for one in list_others(campaign, campaign.author)] == [
        (beto.id, campaign.blocks[1].id)
    ]
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        assert list_others(campaign, campaign.author) == []
        note_presence(campaign, beto)
        assert len(list_others(campaign, campaign.author)) == 1
        leave(campaign, beto)
        assert list_others(campaign, campaign.author) == []
