"""What the database tells the checks about a campaign and its readers."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from campaigns.campaign_samples import BULLETIN, make_approved_campaign, make_ready_campaign, put_in_state, subscribe
from outreach.campaigns.content import edit_block, edit_version
from outreach.campaigns.findings import list_errors, list_findings
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState, Language
from outreach.campaigns.scheduling import schedule
from outreach.campaigns.wording import VersionWords


@pytest.fixture(autouse=True)
def _in_application(app: Flask, now: datetime) -> None:
    assert app
    assert now


def list_codes(campaign: Campaign) -> set[str]:
    return {finding.code for finding in list_findings(campaign)}


def test_a_whole_campaign_with_readers_has_no_findings() -> None:
    assert list_findings(make_ready_campaign()) == ()


def test_a_placeholder_without_default_is_an_error_once_somebody_lacks_it() -> None:
    campaign = make_ready_campaign()
    edit_block(campaign, campaign.blocks[0], {"text": {"es": "Hola {{nombre}}.", "en": "Hello {{nombre}}."}})
    before = list_errors(list_findings(campaign))
    subscribe(campaign.audiences[0], "sin.nombre@example.org", "es")
    after = list_errors(list_findings(campaign))
    assert "placeholder-without-default" in {finding.code for finding in after}
    assert len(after) >= len(before)


def test_a_placeholder_that_nobody_has_is_an_error_and_an_attribute_is_none() -> None:
    campaign = make_ready_campaign()
    edit_block(campaign, campaign.blocks[0], {"text": {"es": "Hola {{sección|x}}.", "en": "Hello {{seccion|x}}."}})
    assert "unknown-placeholder" in list_codes(campaign)
    subscribe(campaign.audiences[0], "con@example.org", "es").attributes = {"Sección": "12"}
    assert "unknown-placeholder" not in list_codes(campaign)


def test_another_campaign_of_the_kind_on_the_same_day_is_named(now: datetime) -> None:
    first = make_approved_campaign()
    schedule(first, now + timedelta(hours=2), "America/Mexico_City")
    second = import_campaign(read_campaign(BULLETIN.replace("2026-03", "2026-04").encode()), first.author)
    assert [finding.code for finding in list_findings(second)] == ["same-today"]
    assert first.name in list_findings(second)[0].message
    put_in_state(first, CampaignState.CANCELLED)
    assert list_findings(second) == ()


def test_the_same_kind_tomorrow_is_no_finding(now: datetime) -> None:
    first = make_approved_campaign()
    schedule(first, now + timedelta(days=1), "America/Mexico_City")
    second = import_campaign(read_campaign(BULLETIN.encode()), first.author)
    assert list_findings(second) == ()


def test_an_english_version_without_a_word_is_an_error() -> None:
    campaign = make_ready_campaign()
    for block in campaign.blocks:
        edit_block(campaign, block, {name: {"en": ""} for name in block.fields})
    edit_version(campaign, Language.EN, VersionWords())
    assert "empty-version" in {finding.code for finding in list_errors(list_findings(campaign))}
