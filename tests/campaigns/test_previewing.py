"""What a preview shows, in whose place, and what it never asks or reveals."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaigns.campaign_samples import BULLETIN, make_ready_campaign, subscribe
from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.audiences.models import Contact, Suppression
from outreach.campaigns.models import Campaign
from outreach.campaigns.readers import find_reader, list_readers
from outreach.db import db
from signing import Client

PICTURE = """
[[blocks]]
type = "image"
url = {es = "https://fotos.example.org/a.png", en = "https://fotos.example.org/a.png"}
alt = {es = "Una jacaranda", en = "A jacaranda"}
"""


def _find(email: str) -> Contact:
    return db.session.scalars(select(Contact).where(Contact.email_key == email)).one()


def _count_seen() -> int:
    return db.session.scalar(select(func.count()).where(AuditEntry.action == "preview_as")) or 0


def test_every_version_and_screen_is_shown(signed_in: Client) -> None:
    path = f"/campanas/{make_ready_campaign().id}/vista-previa"
    page = signed_in.get(path).text
    assert "Ana Pérez" not in page
    assert "preview-escritorio" in page
    assert "preview-telefono" in signed_in.get(f"{path}?version=en&vista=telefono").text
    text = signed_in.get(f"{path}?version=en&vista=texto").text
    assert "Hello Ana" in text
    assert "<iframe" not in text
    assert signed_in.get(f"{path}?version=fr&vista=x&modo=y&persona=z").status_code == 200


def test_htmx_gets_the_part_alone(signed_in: Client) -> None:
    part = signed_in.get(f"/campanas/{make_ready_campaign().id}/vista-previa", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="preview"')
    assert "Enviar una prueba" not in part


def test_dark_and_light_do_not_depend_on_the_screen_of_whoever_looks(signed_in: Client) -> None:
    path = f"/campanas/{make_ready_campaign().id}/vista-previa/es.html"
    light, dark = signed_in.get(path).text, signed_in.get(f"{path}?modo=oscuro").text
    assert "prefers-color-scheme" not in light + dark
    assert ("@media not all" in light, "@media all" in dark) == (True, True)


def test_the_frame_asks_no_other_site(signed_in: Client) -> None:
    campaign = make_ready_campaign(BULLETIN + PICTURE)
    answer = signed_in.get(f"/campanas/{campaign.id}/vista-previa/both.html")
    assert "fotos.example.org" not in answer.text
    assert "Una jacaranda" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src https://correo.example.org/ http://localhost/ data:;" in policy
    assert "otros sitios" in signed_in.get(f"/campanas/{campaign.id}/vista-previa").text


def test_a_person_is_seen_once_an_hour_in_the_trail(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    path, person = f"/campanas/{campaign.id}/vista-previa", _find("luz@example.org").public_id
    for _again in range(2):
        assert "Hola Luz" in signed_in.get(f"{path}/es.html?persona={person}").text
        assert "<strong>Luz</strong>" in signed_in.get(f"{path}?persona={person}").text
    assert _count_seen() == 1
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "preview_as")).one()
    assert (entry.subject, entry.detail, entry.user_id) == ("contact", {"campaign": campaign.id}, signed_in.user_id)


def test_whoever_only_reads_sees_the_example_and_nobody_else(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    reader = signed_in.as_role(Role.READER)
    path, person = f"/campanas/{campaign.id}/vista-previa", _find("luz@example.org").public_id
    assert reader.get(path).status_code == 200
    assert reader.get(f"{path}?persona={person}").status_code == 403
    assert reader.get(f"{path}/es.html?persona={person}").status_code == 403
    assert "luz@example.org" not in reader.get(f"{path}?buscar=luz").text
    assert _count_seen() == 0


@pytest.mark.both_databases
def test_people_are_found_among_the_campaigns_readers_only(app: Flask) -> None:
    assert app
    campaign = make_ready_campaign()
    left = subscribe(campaign.audiences[0], "lucia@example.org", "es", "Lucía Luz")
    barred = subscribe(campaign.audiences[0], "luisa@example.org", "es", "Luz Luisa")
    db.session.add(Suppression(email_hash=barred.email_hash, reason="manual", created_at=clock.now()))
    db.session.flush()
    assert {each.email for each in list_readers(campaign, "LU")} == {"lucia@example.org", "luz@example.org"}
    assert [each.email for each in list_readers(campaign, "  luz ")] == ["luz@example.org", "lucia@example.org"]
    assert list_readers(campaign, "%") == list_readers(campaign, "nadie") == []
    assert len(list_readers(campaign)) == 3
    assert find_reader(campaign, str(left.public_id)) is left
    assert find_reader(campaign, str(barred.public_id)) is None
    assert find_reader(campaign, "no soy nadie") is None
    campaign.audience_links.clear()
    db.session.flush()
    assert find_reader(campaign, str(left.public_id)) is None
    assert list_readers(campaign, "luz") == list_readers(campaign) == []


@pytest.mark.parametrize("words", ["<script>", "' OR 1=1 --", "\x00", "ñ" * 300, "%_\\"])
def test_odd_words_find_nobody(signed_in: Client, words: str) -> None:
    path = f"/campanas/{make_ready_campaign().id}/vista-previa"
    answer = signed_in.get(path, query_string={"buscar": words})
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace('<script src="', "")
    assert db.session.get_one(Campaign, 1)
