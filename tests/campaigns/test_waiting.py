"""Where very many people are to count, a page opens without the count and asks for it by itself."""

import pytest
from flask import Flask

from campaigns.campaign_samples import make_ready_campaign
from outreach.audiences import remembering
from outreach.campaigns.models import Campaign
from outreach.db import db
from signing import Client

_PAGES = ("revisar", "visto-bueno", "programar")
_SUM = "Recibirán este correo"


@pytest.fixture
def campaign(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """Give a campaign in an installation that holds more people than can be counted while somebody waits."""
    assert app
    monkeypatch.setattr(remembering, "_MANY", 0)
    campaign = make_ready_campaign()
    db.session.commit()
    return campaign


@pytest.mark.parametrize("page", _PAGES)
def test_a_page_opens_without_the_count_and_asks_for_it(signed_in: Client, campaign: Campaign, page: str) -> None:
    address = f"/campanas/{campaign.id}/{page}"
    opened = signed_in.get(address).text
    assert _SUM not in opened
    assert f'hx-get="{address}?contar=1"' in opened
    assert f'<a href="{address}?contar=1">' in opened
    assert _SUM in signed_in.get(f"{address}?contar=1").text


def test_few_people_are_counted_at_once(signed_in: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert _SUM in signed_in.get(f"/campanas/{campaign.id}/revisar").text
