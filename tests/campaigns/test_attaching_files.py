from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from campaigns.campaign_samples import make_campaign
from media_samples import SVG, TINY_PDF, make_bomb, make_picture
from outreach import clock
from outreach.campaigns.findings import list_findings
from outreach.campaigns.models import Campaign
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.tidying import remove_unused_files
from outreach.db import db
from outreach.media.models import StoredFile
from outreach.media.service import KEPT_UNUSED
from signing import Client

PIECES = """
name = "Con imágenes"
kind = "boletin"
sender = "votochilango@iecm.mx"
audiences = ["diaspora"]
template = "corazon-chilango"
information = {es = "Una.", en = "One."}
subject = {es = "Una", en = "One"}
[[blocks]]
type = "image"
alt = {es = "Lo que había", en = "What was there"}
[[blocks]]
type = "file"
[[blocks]]
type = "news"
title = {es = "Noticia", en = "News"}
text = {es = "Texto.", en = "Text."}
"""


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    assert app
    return make_campaign(PIECES)


def bring(
    browser: Client, campaign: Campaign, place: tuple[int, str], upload: tuple[bytes, str] | None = None, **fields: str
) -> TestResponse:
    """Send the form of a field's page; `place` is the block's position and the field's name."""
    parts: dict[str, object] = dict(fields)
    if upload:
        parts["file"] = (BytesIO(upload[0]), upload[1])
    position, name = place
    return browser.submit(f"/campanas/{campaign.id}/bloques/{campaign.blocks[position].id}/{name}", parts)


def read(campaign: Campaign, place: tuple[int, str]) -> dict[str, str]:
    db.session.expire_all()
    fields: dict[str, dict[str, str]] = get_campaign(campaign.id).blocks[place[0]].fields
    return fields.get(place[1], {})


def test_a_picture_is_brought_with_its_texts_and_shown_in_the_editor(signed_in: Client, campaign: Campaign) -> None:
    upload = (make_picture((300, 100)), "../../jacarandas.png")
    texts = {"alt-es": "Jacarandas", "alt-en": "Jacaranda trees"}
    answer = bring(signed_in, campaign, (0, "url"), upload, **texts)
    assert (answer.status_code, answer.location) == (303, f"/campanas/{campaign.id}/editar#bloque-1")
    kept = db.session.query(StoredFile).one()
    assert (kept.name, kept.alt_en, kept.uploaded_by_id) == ("jacarandas.png", "Jacaranda trees", signed_in.user_id)
    assert read(campaign, (0, "url")) == dict.fromkeys(("es", "en"), f"archivo:{kept.key}")
    assert read(campaign, (0, "alt")) == {"es": "Jacarandas", "en": "Jacaranda trees"}
    page = signed_in.get(f"/campanas/{campaign.id}/editar").text
    assert f'src="/archivos/{kept.key}.png"' in page
    assert f'value="archivo:{kept.key}"' in page
    assert "missing-alt" not in {finding.code for finding in list_findings(get_campaign(campaign.id))}


def test_a_picture_may_stand_in_one_language_only(signed_in: Client, campaign: Campaign) -> None:
    bring(signed_in, campaign, (2, "image"), (make_picture(), "es.png"), language="es")
    bring(signed_in, campaign, (2, "image"), (make_picture(colour="red"), "en.png"), language="en")
    keys = {file.name: f"archivo:{file.key}" for file in db.session.query(StoredFile)}
    assert read(campaign, (2, "image")) == {"es": keys["es.png"], "en": keys["en.png"]}


def test_a_picture_used_before_brings_its_own_texts(signed_in: Client, campaign: Campaign) -> None:
    texts = {"alt-es": "Una plaza", "alt-en": "A square"}
    bring(signed_in, campaign, (2, "image"), (make_picture(), "x.png"), **texts)
    kept = db.session.query(StoredFile).one()
    page = signed_in.get(f"/campanas/{campaign.id}/bloques/1/url").text
    assert 'alt="Una plaza"' in page
    before = {"alt-es": "Lo que había", "alt-en": "What was there", "use": kept.key}
    bring(signed_in, campaign, (0, "url"), None, **before)
    assert read(campaign, (0, "alt")) == {"es": "Una plaza", "en": "A square"}
    bring(signed_in, campaign, (0, "url"), None, **{**texts, "alt-es": "Otra cosa", "use": kept.key})
    assert read(campaign, (0, "alt")) == {"es": "Otra cosa", "en": "A square"}


def test_a_document_gets_its_name_until_somebody_writes_one(signed_in: Client, campaign: Campaign) -> None:
    bring(signed_in, campaign, (1, "url"), (TINY_PDF, "Bases 2026.pdf"))
    assert read(campaign, (1, "label")) == {"es": "Bases 2026", "en": "Bases 2026"}
    page = signed_in.get(f"/campanas/{campaign.id}/bloques/2/url").text
    assert "Bases 2026.pdf" in page
    preview = signed_in.get(f"/campanas/{campaign.id}/vista-previa/en.html").text
    assert "Download: Bases 2026 (PDF, 1 KB)" in preview


def test_a_picture_is_taken_out_again(signed_in: Client, campaign: Campaign) -> None:
    bring(signed_in, campaign, (0, "url"), (make_picture(), "x.png"))
    bring(signed_in, campaign, (0, "url"), then="remove", language="en")
    assert read(campaign, (0, "url"))["en"] == ""
    bring(signed_in, campaign, (0, "url"), then="remove")
    assert read(campaign, (0, "url")) == {"es": "", "en": ""}


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        ((SVG, "dibujo.png"), "no es una imagen"),
        ((make_bomb(), "bomba.png"), "megapixeles"),
        ((TINY_PDF, "bases.png"), "no es una imagen"),
        ((b"", "vacio.png"), "vacío"),
        (None, "Falta el archivo"),
    ],
)
def test_a_refused_file_leaves_the_block_and_what_was_typed(
    signed_in: Client, campaign: Campaign, upload: tuple[bytes, str] | None, words: str
) -> None:
    answer = bring(signed_in, campaign, (0, "url"), upload, **{"alt-es": "Texto ya escrito"})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Texto ya escrito"' in answer.text
    assert read(campaign, (0, "alt"))["es"] == "Lo que había"
    assert db.session.query(StoredFile).count() == 0


def test_a_document_is_no_picture_of_a_mail(signed_in: Client, campaign: Campaign) -> None:
    bring(signed_in, campaign, (1, "url"), (TINY_PDF, "x.pdf"))
    kept = db.session.query(StoredFile).one()
    answer = bring(signed_in, campaign, (0, "url"), use=kept.key)
    assert answer.status_code == 422
    assert "ya no está guardado" in answer.text


@pytest.mark.parametrize("path", ["1/alt", "1/nada", "99/url", "3/title"])
def test_a_field_that_takes_no_file_has_no_page(signed_in: Client, campaign: Campaign, path: str) -> None:
    assert signed_in.get(f"/campanas/{campaign.id}/bloques/{path}").status_code == 404


def test_the_editor_saves_before_it_leads_to_the_page(signed_in: Client, campaign: Campaign) -> None:
    fields = {"edit_count": campaign.edit_count, "block-1-es-caption": "Pie", "then": "attach:1:url"}
    answer = signed_in.submit(f"/campanas/{campaign.id}/editar", fields)
    assert answer.location == f"/campanas/{campaign.id}/bloques/1/url"
    assert read(campaign, (0, "caption"))["es"] == "Pie"


def test_pictures_of_all_mails_are_listed(signed_in: Client, campaign: Campaign) -> None:
    bring(signed_in, campaign, (0, "url"), (make_picture(), "<script>.png"), **{"alt-es": '"><b>x'})
    page = signed_in.get("/campanas/imagenes").text
    assert "&lt;script&gt;.png" in page or "script .png" in page
    assert "<script>.png" not in page
    assert 'alt="&#34;&gt;&lt;b&gt;x"' in page
    assert "Aquí aparecerá" in signed_in.get("/campanas/imagenes?words=nada").text


def test_a_file_stays_while_a_block_refers_to_it(signed_in: Client, campaign: Campaign) -> None:
    for colour in ("red", "blue"):
        bring(signed_in, campaign, (0, "url"), (make_picture(colour=colour), f"{colour}.png"))
    db.session.execute(update(StoredFile).values(last_used_at=clock.now() - 2 * KEPT_UNUSED))
    assert remove_unused_files() == 1
    assert [file.name for file in db.session.query(StoredFile)] == ["blue.png"]
    assert remove_unused_files() == 0


def test_a_missing_file_is_found_by_the_checks(signed_in: Client, campaign: Campaign) -> None:
    bring(signed_in, campaign, (0, "url"), (make_picture(), "x.png"))
    db.session.query(StoredFile).delete()
    codes = [finding.code for finding in list_findings(get_campaign(campaign.id))]
    assert codes.count("missing-file") == 2
    assert signed_in.get(f"/campanas/{campaign.id}/editar").status_code == 200
