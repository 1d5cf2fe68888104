"""The buttons of the editor, as forms send them without a script, and what the open page asks while one writes."""

import re

import pytest

from campaigns.campaign_samples import make_ready_campaign, put_in_state
from outreach.campaigns.content import edit_version
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState, Language
from outreach.campaigns.wording import VersionWords
from outreach.campaigns.writing.spots import mark_text
from signing import Client


@pytest.fixture
def campaign(signed_in: Client) -> Campaign:
    assert signed_in
    return make_ready_campaign()


def press(browser: Client, campaign: Campaign, then: str, **fields: str) -> str:
    typed = {name.replace("_", "-"): text for name, text in fields.items()}
    fields = {**typed, "edit_count": str(campaign.edit_count), "then": then}
    answer = browser.submit(f"/campanas/{campaign.id}/editar", fields)
    assert answer.status_code == 303
    return str(answer.location)


def list_types(campaign: Campaign) -> list[str]:
    return [str(block.type) for block in campaign.blocks]


def test_a_block_is_added_at_any_place(signed_in: Client, campaign: Campaign) -> None:
    first = campaign.blocks[0].id
    press(signed_in, campaign, f"add:quote:{first}")
    press(signed_in, campaign, "add:heading:0")
    press(signed_in, campaign, "add:divider")
    assert list_types(campaign) == ["heading", "text", "quote", "button", "divider"]
    location = press(signed_in, campaign, f"place:{first}")
    page = signed_in.get(location.partition("#")[0]).text
    assert f'value="add:text:{first}"' in page
    assert "después del 2" in page


def test_blocks_are_moved_copied_removed_and_brought_back(signed_in: Client, campaign: Campaign) -> None:
    first, second = [block.id for block in campaign.blocks]
    press(signed_in, campaign, f"move:{second}:0")
    assert list_types(campaign) == ["button", "text"]
    press(signed_in, campaign, f"move:{second}:{first}")
    press(signed_in, campaign, f"copy:{first}")
    assert list_types(campaign) == ["text", "text", "button"]
    location = press(signed_in, campaign, f"remove:{first}")
    page = signed_in.get(location.partition("#")[0]).text
    assert "Se quitó el bloque «Texto»." in page
    assert f'value="undo:{first}"' in page
    assert "1 bloque quitado" in signed_in.get(f"/campanas/{campaign.id}/editar").text
    press(signed_in, campaign, f"undo:{first}")
    assert list_types(campaign) == ["text", "text", "button"]
    assert campaign.blocks[0].id == first


def test_texts_are_taken_across_languages(signed_in: Client, campaign: Campaign) -> None:
    text = f"block-{campaign.blocks[0].id}-en-text"
    press(signed_in, campaign, f"take:{text}")
    assert campaign.blocks[0].fields["text"]["en"] == campaign.blocks[0].fields["text"]["es"]
    edit_version(campaign, Language.EN, VersionWords("", "Kept", ""))
    press(signed_in, campaign, "fill:en")
    assert (campaign.versions[1].subject, campaign.versions[1].preheader) == ("Marzo en la ciudad", "Kept")


@pytest.mark.parametrize(
    "then", ["move:1", "move:x:y", "take:x", "fill:fr", "copy:", "undo:", "up:x", "confirm:9", "?"]
)
def test_words_that_say_nothing_do_nothing(signed_in: Client, campaign: Campaign, then: str) -> None:
    press(signed_in, campaign, then)
    assert list_types(campaign) == ["text", "button"]


@pytest.mark.parametrize("then", ["up:99", "remove:99", "undo:99", "copy:99"])
def test_a_block_that_is_gone_is_refused_with_a_sentence(signed_in: Client, campaign: Campaign, then: str) -> None:
    answer = signed_in.submit(
        f"/campanas/{campaign.id}/editar",
        {"then": then, "edit_count": campaign.edit_count, "words-es-subject": "Escrito"},
    )
    assert answer.status_code == 422
    assert "abra de nuevo la página" in answer.text
    assert 'value="Escrito"' in answer.text


def test_the_english_of_one_block_is_confirmed(signed_in: Client, campaign: Campaign) -> None:
    block = campaign.blocks[0]
    press(signed_in, campaign, "save", **{f"block_{block.id}_es_text": "Cambió"})
    page = signed_in.get(f"/campanas/{campaign.id}/editar").text
    assert f'value="confirm:{block.id}"' in page
    assert "desactualizada" in page
    press(signed_in, campaign, f"confirm:{block.id}")
    assert "desactualizada" not in signed_in.get(f"/campanas/{campaign.id}/editar").text


def test_the_page_saves_itself_and_says_when(signed_in: Client, campaign: Campaign) -> None:
    before = mark_text(campaign.versions[0].subject)
    fields = {"words-es-subject": "Escrito", "seen": f"words-es-subject={before}", "edit_count": campaign.edit_count}
    path = f"/campanas/{campaign.id}/editar/textos"
    answer = signed_in.submit(path, fields).get_json()
    assert answer["saved"] == {"words-es-subject": mark_text("Escrito")}
    assert re.fullmatch(r"Guardado a las \d{1,2}:\d\d", answer["saved_at"])
    assert (answer["is_behind"], answer["people"], answer["conflicts"]) == (False, "", {})
    assert "desactualizada" in answer["states"]["words"]
    late = signed_in.submit(path, {**fields, "words-es-subject": "Tarde"}).get_json()
    assert late["conflicts"]["words-es-subject"]["text"] == "Escrito"
    assert late["is_behind"]
    assert campaign.versions[0].subject == "Escrito"


def test_a_page_that_only_asks_changes_nothing(signed_in: Client, campaign: Campaign) -> None:
    before = campaign.edit_count
    answer = signed_in.submit(f"/campanas/{campaign.id}/editar/textos", {"edit_count": before}).get_json()
    assert (answer["saved"], answer["is_behind"], campaign.edit_count) == ({}, False, before)
    assert signed_in.submit(f"/campanas/{campaign.id}/editar/salir").status_code == 204


def test_a_campaign_on_its_way_refuses_what_the_page_saves(signed_in: Client, campaign: Campaign) -> None:
    put_in_state(campaign, CampaignState.SENDING)
    fields = {"words-es-subject": "Tarde", "edit_count": campaign.edit_count}
    answer = signed_in.submit(f"/campanas/{campaign.id}/editar/textos", fields)
    assert answer.status_code == 422
    assert "ya no se puede cambiar" in answer.get_json()["refusal"]


def test_a_draft_needs_nothing_to_be_saved(signed_in: Client, campaign: Campaign) -> None:
    names = re.findall(r'name="((?:words|block)-[^"]+)"', signed_in.get(f"/campanas/{campaign.id}/editar").text)
    press(signed_in, campaign, "save", **dict.fromkeys((name.replace("-", "_") for name in names), ""))
    assert campaign.versions[0].subject == ""
    assert "vacía" in signed_in.get(f"/campanas/{campaign.id}/editar").text
