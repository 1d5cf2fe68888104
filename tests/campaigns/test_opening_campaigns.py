"""What a new campaign begins with: what its kind says, or an earlier campaign."""

from datetime import date

from flask import Flask
from sqlalchemy import select

from campaigns.campaign_samples import make_approved_campaign, seed
from outreach.campaigns.models import Campaign, Kind
from outreach.campaigns.presets import begin_with_kind, write_information
from outreach.campaigns.queries import list_kinds
from outreach.campaigns.rules import CampaignState, Language
from outreach.db import db
from signing import Client


def _find_kind(slug: str) -> Kind:
    return db.session.scalars(select(Kind).where(Kind.slug == slug)).one()


def test_the_kind_says_template_sender_audiences_and_the_reports_words(app: Flask) -> None:
    assert app
    audience = seed()
    kind = _find_kind("boletin")
    settings = begin_with_kind(kind)
    assert (settings.template, settings.audience_ids) == ("corazon-chilango", (audience.id,))
    assert write_information(kind, "x", date(2026, 3, 3)) == {
        Language.ES: "Boletín Corazón Chilango – marzo de 2026.",
        Language.EN: "Corazón Chilango bulletin – March 2026.",
    }
    call = write_information(_find_kind("convocatoria"), "Foro {mes}", date(2026, 3, 3))
    assert call == {Language.ES: "Convocatoria: Foro {mes}.", Language.EN: ""}


def test_first_the_kind_is_chosen_and_then_everything_is_as_usual(signed_in: Client) -> None:
    seed()
    db.session.commit()
    chooser = signed_in.get("/campanas/nueva").text
    assert all(f"tipo={kind.slug}" in chooser for kind in list_kinds())
    page = signed_in.get("/campanas/nueva?tipo=boletin").text
    assert '<option selected value="corazon-chilango">' in page
    fields = {"name": "Boletín de marzo", "kind": 1, "sender": 1, "template": "corazon-chilango", "languages": "es,en"}
    audience = str(begin_with_kind(_find_kind("boletin")).audience_ids[0])
    answer = signed_in.submit("/campanas/nueva", {**fields, "audiences": audience})
    assert answer.status_code == 303
    campaign = db.session.scalars(select(Campaign)).one()
    assert campaign.versions[0].information.startswith("Boletín Corazón Chilango – ")
    assert signed_in.get("/campanas/nueva?tipo=<script>").status_code == 200


def test_a_copy_has_the_texts_and_blocks_and_is_a_draft_of_its_own(signed_in: Client) -> None:
    origin = make_approved_campaign()
    number = origin.id
    db.session.commit()
    page = signed_in.get(f"/campanas/nueva?de={number}").text
    assert "2026-03 Corazón Chilango (copia)" in page
    fields = {"name": "Copia", "kind": 1, "sender": 1, "template": "corazon-chilango", "languages": "es,en"}
    audience = origin.audiences[0].id
    assert signed_in.submit("/campanas/nueva", {**fields, "audiences": audience, "de": number}).status_code == 303
    copy = db.session.scalars(select(Campaign).order_by(Campaign.id.desc()).limit(1)).one()
    origin = db.session.get_one(Campaign, number)
    assert copy.state == CampaignState.DRAFT
    assert [block.fields for block in copy.blocks] == [block.fields for block in origin.blocks]
    assert [version.subject for version in copy.versions] == [version.subject for version in origin.versions]
    copy.blocks[0].fields["text"]["es"] = "Otra cosa"
    assert origin.blocks[0].fields["text"]["es"] != "Otra cosa"


def test_a_refused_form_keeps_what_was_typed_and_what_is_copied(signed_in: Client) -> None:
    number = make_approved_campaign().id
    db.session.commit()
    answer = signed_in.submit("/campanas/nueva", {"name": "Sin audiencia", "languages": "es", "de": number})
    assert answer.status_code == 422
    assert 'value="Sin audiencia"' in answer.text
    assert f'name="de" value="{number}"' in answer.text
    assert signed_in.get("/campanas/nueva?de=999").status_code == 404
