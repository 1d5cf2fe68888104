"""Writing a campaign: what an edit changes, what it never loses, and when it is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from campaigns.campaign_samples import make_approved_campaign, make_campaign, make_person, put_in_state, seed
from outreach.accounts.rules import Role
from outreach.audiences.queries import get_audience
from outreach.campaigns.approving import find_valid_approval
from outreach.campaigns.content import (
    Content,
    add_block,
    confirm_translation,
    edit_block,
    edit_content,
    edit_version,
    move_block,
    remove_block,
)
from outreach.campaigns.errors import ContentError, NotEditableError, StaleEditError
from outreach.campaigns.models import Campaign, Sender
from outreach.campaigns.progress import LanguageState, find_language_states
from outreach.campaigns.queries import list_kinds
from outreach.campaigns.rules import EDITABLE, BlockType, CampaignState, Language
from outreach.campaigns.service import (
    CampaignSettings,
    create_campaign,
    edit_settings,
    read_settings,
    set_audiences,
)
from outreach.campaigns.wording import VersionWords
from outreach.db import db


@pytest.fixture(autouse=True)
def _in_application(app: Flask, now: datetime) -> None:
    assert app
    assert now


def change_settings(campaign: Campaign, **changes: object) -> None:
    values = {name: getattr(read_settings(campaign), name) for name in CampaignSettings.__dataclass_fields__}
    assert edit_settings(campaign, CampaignSettings(**{**values, **changes}))


def change_subject(campaign: Campaign) -> None:
    edit_version(campaign, Language.EN, VersionWords("April", "…", "Bulletin."))


def change_information(campaign: Campaign) -> None:
    version = campaign.versions[0]
    edit_version(campaign, Language.ES, VersionWords(version.subject, version.preheader, "Otro texto."))


def change_block(campaign: Campaign) -> None:
    edit_block(campaign, campaign.blocks[0], {"text": {"en": "Hello again."}})


def add_divider(campaign: Campaign) -> None:
    add_block(campaign, BlockType.DIVIDER)


def move_first_block(campaign: Campaign) -> None:
    move_block(campaign, campaign.blocks[0], 1)


def remove_first_block(campaign: Campaign) -> None:
    remove_block(campaign, campaign.blocks[0])


def change_audiences(campaign: Campaign) -> None:
    set_audiences(campaign, [get_audience("osc").id, get_audience("diaspora").id])


def change_sender(campaign: Campaign) -> None:
    other = Sender(address="otra@iecm.mx", name="Otra", reply_to="otra@iecm.mx", bounce_domain="rebotes.iecm.mx")
    db.session.add(other)
    db.session.flush()
    change_settings(campaign, sender_id=other.id)


def change_template(campaign: Campaign) -> None:
    change_settings(campaign, template="pulso-migrante")


def change_kind(campaign: Campaign) -> None:
    change_settings(campaign, kind_id=list_kinds()[3].id)


def change_languages(campaign: Campaign) -> None:
    change_settings(campaign, languages=frozenset({Language.ES}))


def change_who_gets_both(campaign: Campaign) -> None:
    change_settings(campaign, sends_both_to_all=True)


Edit = Callable[[Campaign], None]
EDITS: list[Edit] = [
    change_subject,
    change_information,
    change_block,
    add_divider,
    move_first_block,
    remove_first_block,
    change_audiences,
    change_sender,
    change_template,
    change_kind,
    change_languages,
    change_who_gets_both,
]


@pytest.mark.parametrize("edit", EDITS)
def test_the_approval_lapses_with_any_edit(edit: Edit) -> None:
    campaign = make_approved_campaign()
    assert find_valid_approval(campaign) is not None
    before = campaign.edit_count
    edit(campaign)
    assert find_valid_approval(campaign) is None
    assert (campaign.state, campaign.edit_count) == (CampaignState.DRAFT, before + 1)


@pytest.mark.parametrize("state", sorted(set(CampaignState) - EDITABLE))
@pytest.mark.parametrize("edit", EDITS)
def test_nothing_is_edited_once_a_campaign_is_sent_or_over(edit: Edit, state: CampaignState) -> None:
    campaign = put_in_state(make_campaign(), state)
    before = campaign.edit_count
    with pytest.raises(NotEditableError, match=r"ya no se puede cambiar\.$"):
        edit(campaign)
    assert (campaign.state, campaign.edit_count) == (state, before)


def test_saving_the_same_again_is_no_edit_and_keeps_the_approval() -> None:
    campaign = make_approved_campaign()
    version, block = campaign.versions[0], campaign.blocks[0]
    assert not edit_version(
        campaign, Language.ES, VersionWords(f" {version.subject} ", version.preheader, version.information)
    )
    assert not edit_block(campaign, block, {"text": {"es": block.fields["text"]["es"] + "\r\n"}})
    assert not edit_settings(campaign, read_settings(campaign))
    assert find_valid_approval(campaign) is not None
    assert campaign.state == CampaignState.APPROVED


def test_a_stale_edit_is_refused_and_what_the_other_person_saved_stays() -> None:
    campaign = make_campaign()
    seen = campaign.edit_count
    assert edit_version(campaign, Language.ES, VersionWords("De Ana", "", ""), seen)
    with pytest.raises(StaleEditError, match="Otra persona guardó"):
        edit_version(campaign, Language.ES, VersionWords("De Beto", "", ""), seen)
    assert campaign.versions[0].subject == "De Ana"


def test_typing_into_a_block_that_somebody_removed_is_a_stale_edit() -> None:
    campaign = make_campaign()
    seen, gone = campaign.edit_count, campaign.blocks[0]
    number = gone.id
    remove_block(campaign, gone)
    with pytest.raises(StaleEditError):
        edit_content(campaign, Content(fields={number: {"text": {"es": "Más texto"}}}), seen)


@pytest.mark.parametrize("text", ["Hola\nBcc: eva@example.org", "Hola\u2028x", "Hola\x85x", "Hola\x00x", "a" * 401])
def test_a_subject_that_no_header_can_hold_is_refused_and_nothing_is_saved(text: str) -> None:
    campaign = make_campaign()
    with pytest.raises(ContentError):
        edit_content(campaign, Content({Language.ES: VersionWords(text), Language.EN: VersionWords("Fine")}))
    assert [version.subject for version in campaign.versions] == ["Marzo en la ciudad", "March in the city"]


def test_a_block_remembers_which_language_changed_and_when(now: datetime) -> None:
    campaign = make_campaign()
    block = campaign.blocks[0]
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        edit_block(campaign, block, {"text": {"es": "Hola de nuevo.", "en": block.fields["text"]["en"]}})
    assert (block.changed_es_at, block.changed_en_at) == (now + timedelta(hours=1), now)
    assert find_language_states(campaign)[Language.EN] == LanguageState.OUTDATED
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        assert confirm_translation(campaign)
        assert not confirm_translation(campaign)
    assert find_language_states(campaign)[Language.EN] == LanguageState.COMPLETE


def test_each_language_says_how_far_it_is() -> None:
    campaign = make_campaign()
    assert set(find_language_states(campaign).values()) == {LanguageState.COMPLETE}
    edit_block(campaign, campaign.blocks[1], {"label": {"en": ""}})
    assert find_language_states(campaign) == {Language.ES: LanguageState.COMPLETE, Language.EN: LanguageState.DRAFT}


def test_a_new_campaign_is_empty_in_both_languages() -> None:
    audience = seed()
    settings = CampaignSettings(
        "Nueva", list_kinds()[0].id, 1, "convocatoria", (audience.id,), frozenset({Language.ES, Language.EN})
    )
    campaign = create_campaign(settings, make_person(Role.WRITER, "ana@example.org"))
    assert set(find_language_states(campaign).values()) == {LanguageState.EMPTY}
    assert read_settings(campaign) == settings


@pytest.mark.parametrize(
    ("name", "languages"), [("", {Language.ES}), ("a" * 201, {Language.ES}), ("a\nb", {Language.ES}), ("a", set())]
)
def test_settings_that_cannot_be_taken_are_refused(name: str, languages: set[Language]) -> None:
    audience = seed()
    settings = CampaignSettings(name, list_kinds()[0].id, 1, "convocatoria", (audience.id,), frozenset(languages))
    with pytest.raises(ContentError):
        create_campaign(settings, make_person(Role.WRITER, "ana@example.org"))


def test_blocks_move_and_keep_their_order() -> None:
    campaign = make_campaign()
    divider = add_block(campaign, BlockType.DIVIDER)
    assert move_block(campaign, divider, -1)
    assert [block.type for block in campaign.blocks] == [BlockType.TEXT, BlockType.DIVIDER, BlockType.BUTTON]
    assert not move_block(campaign, campaign.blocks[0], -1)
    assert not move_block(campaign, campaign.blocks[2], 1)
    remove_block(campaign, divider)
    assert [block.type for block in campaign.blocks] == [BlockType.TEXT, BlockType.BUTTON]
    added = add_block(campaign, BlockType.HEADING, {"text": {"es": "Al final"}})
    assert campaign.blocks[-1] is added


def test_a_campaign_takes_a_hundred_blocks_and_no_more() -> None:
    campaign = make_campaign()
    for _number in range(98):
        add_block(campaign, BlockType.DIVIDER)
    with pytest.raises(ContentError, match="caben 100 bloques"):
        add_block(campaign, BlockType.DIVIDER)


def test_the_english_of_the_blocks_survives_while_a_campaign_is_in_spanish_only() -> None:
    campaign = make_campaign()
    change_settings(campaign, languages=frozenset({Language.ES}))
    assert [version.language for version in campaign.versions] == [Language.ES]
    edit_block(campaign, campaign.blocks[0], {"text": {"es": "Otro texto."}})
    change_settings(campaign, languages=frozenset(Language))
    assert campaign.blocks[0].fields["text"]["en"].startswith("Hello")


def test_the_order_of_the_audiences_is_kept() -> None:
    campaign = make_campaign()
    wanted = [get_audience(slug).id for slug in ("osc", "diaspora", "ciudadania")]
    assert set_audiences(campaign, wanted)
    assert [audience.id for audience in campaign.audiences] == wanted
    assert set_audiences(campaign, wanted[::-1])
    assert [audience.id for audience in campaign.audiences] == wanted[::-1]
    assert set_audiences(campaign, wanted[:1])
    assert [audience.id for audience in campaign.audiences] == wanted[:1]
