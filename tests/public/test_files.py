from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from icalendar import Calendar, Event
from sqlalchemy import update

from campaigns.campaign_samples import make_campaign
from media_samples import TINY_PDF, make_picture
from outreach import clock
from outreach.campaigns.composing import compose
from outreach.campaigns.content import edit_block
from outreach.campaigns.models import Block, Campaign
from outreach.campaigns.rendering import render
from outreach.campaigns.rules import Language, Rendition
from outreach.config import Config
from outreach.db import db
from outreach.media import storage
from outreach.media.models import StoredFile
from outreach.media.service import keep_document, keep_picture
from signing import Client, make_user

Fetch = Callable[[str], Event]
EVENT = """
name = "Fechas"
kind = "boletin"
sender = "votochilango@iecm.mx"
audiences = ["diaspora"]
template = "convocatoria"
information = {es = "Una fecha.", en = "A date."}
subject = {es = "Una fecha", en = "A date"}
[[blocks]]
type = "event"
title = {es = "Taller para {{nombre|ti}}, hoy", en = "Workshop; today"}
day = 2026-03-12
begins = 18:00:00
ends = "20:00"
place = {es = "Plaza de la Muestra, 2", en = "Muestra Square, 2"}
text = {es = "Traiga **su credencial**.", en = "Bring **your card**."}
url = {es = "https://www.example.org/taller", en = "https://www.example.org/en/workshop"}
"""


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    assert app
    return make_campaign(EVENT)


@pytest.fixture
def fetch(client: Client, campaign: Campaign) -> Fetch:
    assert campaign

    def fetch_one(path: str) -> Event:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        (event,) = Calendar.from_ical(answer.text).events
        assert isinstance(event, Event)
        return event

    return fetch_one


def find_calendar_path(config: Config, campaign: Campaign, language: Language = Language.ES) -> str:
    return compose(campaign).pieces[0].calendar[language].removeprefix(config.base_url)


def test_a_picture_is_shown_to_everybody_and_kept_for_good(client: Client) -> None:
    kept = keep_picture(make_picture(), "x.png", make_user())
    answer = client.get(f"/archivos/{kept.key}.png")
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert answer.data == storage.find_path(kept.sha256).read_bytes()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert set(answer.headers["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    again = client.get(f"/archivos/{kept.key}.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_document_is_saved_under_its_name_and_never_run(client: Client) -> None:
    kept = keep_document(TINY_PDF, "Bases de la «convocatoria».docx", make_user())
    answer = client.get(f"/archivos/{kept.key}.pdf")
    assert answer.content_type == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "convocatoria%C2%BB.pdf" in disposition


@pytest.mark.parametrize("path", ["{key}.pdf", "{key}.png/..", "x{key}.png", "../{key}.png", "nada.png", "{sha}.png"])
def test_nothing_else_is_found(client: Client, path: str) -> None:
    kept = keep_picture(make_picture(), "x.png", make_user())
    assert client.get("/archivos/" + path.format(key=kept.key, sha=kept.sha256)).status_code == 404


def test_a_file_whose_content_was_lost_is_not_found(client: Client) -> None:
    kept = keep_picture(make_picture(), "x.png", make_user())
    storage.find_path(kept.sha256).unlink()
    assert client.get(f"/archivos/{kept.key}.png").status_code == 404


def test_an_event_is_a_date_for_the_calendar_in_each_language(fetch: Fetch, campaign: Campaign, config: Config) -> None:
    event = fetch(find_calendar_path(config, campaign))
    assert event["SUMMARY"] == "Taller para ti, hoy"
    assert event["LOCATION"] == "Plaza de la Muestra, 2"
    assert event["DESCRIPTION"] == "Traiga su credencial.\n\nhttps://www.example.org/taller"
    assert event.DTSTART.isoformat() == "2026-03-12T18:00:00-06:00"
    assert event.DTEND.isoformat() == "2026-03-12T20:00:00-06:00"
    assert str(event["DTSTART"].params["TZID"]) == "America/Mexico_City"
    english = fetch(find_calendar_path(config, campaign, Language.EN))
    assert (english["SUMMARY"], english["UID"]) == ("Workshop; today", event["UID"])


def test_a_changed_event_replaces_the_one_in_the_calendar(fetch: Fetch, campaign: Campaign, config: Config) -> None:
    path = find_calendar_path(config, campaign)
    before = fetch(path)
    block = db.session.merge(campaign).blocks[0]
    edit_block(block_campaign(block), block, {"begins": {"es": "17:00"}})
    after = fetch(path)
    assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)
    assert after.DTSTART.hour == 17


def block_campaign(block: Block) -> Campaign:
    return db.session.get_one(Campaign, block.campaign_id)


def test_an_event_without_hours_lasts_the_whole_day(fetch: Fetch, campaign: Campaign, config: Config) -> None:
    edit_block(campaign, campaign.blocks[0], {"begins": {"es": ""}, "ends": {"es": ""}, "until": {"es": "2026-03-14"}})
    event = fetch(find_calendar_path(config, campaign))
    assert (event.DTSTART.isoformat(), event.DTEND.isoformat()) == ("2026-03-12", "2026-03-15")


def test_a_forged_address_finds_no_event(client: Client, campaign: Campaign, config: Config) -> None:
    path = find_calendar_path(config, campaign)
    number, _dash, rest = path.removeprefix("/calendario/").partition("-")
    for forged in (
        f"{int(number) + 1}-{rest}",
        f"{number}-A{rest[1:]}",
        f"0{number}-{rest}",
        rest,
        f"{number}-{rest}x",
    ):
        assert client.get(f"/calendario/{forged}").status_code == 404
    assert client.get(path.replace(".es.", ".fr.")).status_code == 404


def test_the_mail_leads_to_the_calendar_and_says_the_date_in_its_language(campaign: Campaign) -> None:
    composition = compose(campaign)
    spanish, english = (render(composition, rendition) for rendition in (Rendition.ES, Rendition.EN))
    for part in (spanish.html, spanish.text):
        assert "Jueves 12 de marzo de 2026, de 18:00 a 20:00 (hora de la Ciudad de México, UTC−6)" in part
        assert composition.pieces[0].calendar["es"] in part
        assert "Agregar al calendario: Taller" in part
    assert "Thursday, March 12, 2026, 6:00 PM to 8:00 PM (Mexico City time, UTC−6)" in english.text
    assert composition.pieces[0].calendar["en"] in english.html


def test_the_mail_shows_our_pictures_with_their_measures(campaign: Campaign, config: Config) -> None:
    kept = keep_picture(make_picture((1040, 500)), "x.png", make_user())
    composition = compose(show(campaign, kept))
    html = render(composition, Rendition.ES).html
    assert f'src="{config.base_url}/archivos/{kept.key}.png"' in html
    assert 'width="520" height="250"' in html
    assert 'alt="Una &lt;avenida&gt;"' in html
    db.session.execute(update(StoredFile).values(is_transparent=True, width=104, height=50))
    db.session.expire_all()
    html = render(compose(campaign), Rendition.ES).html
    assert 'class="picture see-through"' in html
    assert 'width="104" height="50"' in html
    assert render(replace(composition, hosted={}), Rendition.ES).html.count("<img") == 0


def show(campaign: Campaign, kept: StoredFile) -> Campaign:
    """Put a picture before what the campaign says."""
    fields = {"url": dict.fromkeys(("es", "en"), f"archivo:{kept.key}"), "alt": {"es": "Una <avenida>", "en": "A road"}}
    now = clock.now()
    campaign.blocks.append(Block(position=9, type="image", fields=fields, changed_es_at=now, changed_en_at=now))
    db.session.flush()
    return campaign
