"""What changed since an approval, as the next person is told."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from campaigns.campaign_samples import make_approved_campaign, subscribe
from outreach.audiences.counting import count_recipients
from outreach.audiences.queries import get_audience
from outreach.campaigns.approving import find_last_approval
from outreach.campaigns.comparing import Change, Stretch, compare, compare_text
from outreach.campaigns.content import add_block, edit_block, edit_version, move_block, remove_block
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.departure import Departure
from outreach.campaigns.rules import BlockType, Language
from outreach.campaigns.scheduling import propose
from outreach.campaigns.service import set_audiences
from outreach.campaigns.snapshots import put_into_words, take_snapshot
from outreach.campaigns.wording import VersionWords
from outreach.translation import speaking


@pytest.fixture
def campaign(app: Flask, now: datetime) -> Campaign:
    assert app
    assert now
    return make_approved_campaign()


def list_changes(campaign: Campaign) -> tuple[Change, ...]:
    approval = find_last_approval(campaign)
    assert approval is not None
    before, after = approval.snapshot, take_snapshot(campaign, count_recipients(campaign.choice).will_receive)
    return compare(
        {**before, "settings": put_into_words(before["settings"])},
        {**after, "settings": put_into_words(after["settings"])},
    )


def show(change: Change) -> str:
    marks = {Stretch.SAME: "", Stretch.OLD: "-", Stretch.NEW: "+"}
    return "|".join(f"{marks[words.stretch]}{words.text}" for words in change.words)


def test_what_was_approved_and_stayed_has_no_changes(campaign: Campaign) -> None:
    assert list_changes(campaign) == ()


def test_a_text_is_compared_word_by_word_in_its_language(campaign: Campaign) -> None:
    edit_block(campaign, campaign.blocks[0], {"text": {"es": "Hola {{nombre|vecina, vecino}}: ya es abril."}})
    assert [(each.where, each.language, show(each)) for each in list_changes(campaign)] == [
        ("Bloque 1 (Texto): texto", "es", "Hola {{nombre|vecina, vecino}}: ya es |-marzo|+abril|.")
    ]


def test_a_subject_a_sender_and_audiences_are_among_the_changes(campaign: Campaign) -> None:
    edit_version(campaign, Language.EN, VersionWords("April in the city", "Jacarandas and ballots.", "Bulletin."))
    set_audiences(campaign, [get_audience("diaspora").id, get_audience("osc").id])
    campaign.sender.name = "Otra"
    found = {(each.where, each.language): show(each) for each in list_changes(campaign)}
    assert found["Asunto", "en"] == "-March|+April| in the city"
    assert found["Audiencias", ""].endswith("Organizaciones de la sociedad civil") or "," in found["Audiencias", ""]
    assert "+Otra <votochilango@iecm.mx>" in found["Remitente", ""]
    assert ("Texto para el informe", "en") in found


def test_more_readers_and_another_time_are_told(campaign: Campaign) -> None:
    edit_version(campaign, Language.ES, VersionWords("Otro", "Otro.", "Otro."))
    subscribe(campaign.audiences[0], "eva@example.org", "es")
    propose(campaign, Departure(datetime(2026, 3, 10, 15, tzinfo=UTC), "America/Mexico_City"))
    found = {each.where: show(each) for each in list_changes(campaign)}
    assert found["Personas que lo recibirían"] == "-2|+3"
    assert found["Salida"].startswith("-sin fecha|+el martes 10 de marzo de 2026 a las 9:00")


def test_blocks_that_came_went_and_moved_are_named(campaign: Campaign) -> None:
    add_block(campaign, BlockType.QUOTE, {"text": {"es": "Una cita.", "en": "A quote."}})
    move_block(campaign, campaign.blocks[2], -1)
    move_block(campaign, campaign.blocks[1], -1)
    told = [(each.where, each.what) for each in list_changes(campaign) if each.what]
    assert told == [("Bloque 1 (Cita)", "Bloque agregado.")]
    remove_block(campaign, campaign.blocks[0])
    move_block(campaign, campaign.blocks[0], 1)
    told = [(each.where, each.what) for each in list_changes(campaign)]
    assert len(told) == 1
    assert told[0][1].startswith("Cambió de lugar: antes era el bloque ")
    remove_block(campaign, campaign.blocks[0])
    assert ("Bloque 2 (Botón)", "Bloque quitado.") in [(each.where, each.what) for each in list_changes(campaign)]


def test_a_block_made_anew_with_the_same_content_is_the_same(campaign: Campaign) -> None:
    block = campaign.blocks[0]
    kept = {name: dict(texts) for name, texts in block.fields.items()}
    remove_block(campaign, block)
    add_block(campaign, BlockType.TEXT, kept)
    assert [each.what for each in list_changes(campaign)] == ["Cambió de lugar: antes era el bloque 1."]


def test_a_link_that_changed_behind_the_same_words_is_told(campaign: Campaign) -> None:
    block = campaign.blocks[0]
    approval = find_last_approval(campaign)
    assert approval
    edit_block(campaign, block, {"text": {"es": f"**{block.fields['text']['es']}**"}})
    changes = list_changes(campaign)
    assert len(changes) == 1
    assert changes[0].words


def test_the_settings_of_a_snapshot_are_said_in_the_language_of_the_page(campaign: Campaign) -> None:
    settings = take_snapshot(campaign, 2)["settings"]
    with speaking("en"):
        assert put_into_words(settings)["kind"] == "Bulletin"
    assert put_into_words(settings)["kind"] == "Boletín"


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_new_words_and_those_that_stayed_are_the_new_text(before: str, after: str) -> None:
    words = compare_text(before, after)
    assert "".join(each.text for each in words if each.stretch is not Stretch.OLD) == after
    assert "".join(each.text for each in words if each.stretch is not Stretch.NEW) == before


def test_a_long_text_is_shortened_around_its_change() -> None:
    before = " ".join(f"palabra{number}" for number in range(400))
    shown = "".join(each.text for each in compare_text(before, before.replace("palabra200", "otra")))
    assert len(shown) < 400
    assert "palabra200otra" in shown
    assert shown.count("…") == 2
