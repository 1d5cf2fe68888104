from flask import Flask
from sqlalchemy import func, select

from outreach.audiences.models import Audience
from outreach.audiences.seeding import seed_audiences
from outreach.campaigns.models import Institution, Kind, Sender
from outreach.campaigns.queries import get_institution, list_kinds
from outreach.campaigns.rendering import list_templates
from outreach.campaigns.seeding import seed_campaign_words
from outreach.db import db


def test_seeding_again_changes_nothing_and_keeps_what_people_edited(app: Flask) -> None:
    assert app
    seed_campaign_words()
    get_institution().postal_address = "Otra calle 1"
    bulletin = list_kinds()[0]
    bulletin.name_es, bulletin.information_es = "Boletín mensual", "Boletín del mes."
    sender = db.session.scalars(select(Sender)).one()
    sender.name = "Otro nombre"
    seed_campaign_words()
    assert [db.session.scalar(select(func.count()).select_from(table)) for table in (Kind, Sender, Institution)] == [
        16,
        1,
        1,
    ]
    assert (get_institution().postal_address, list_kinds()[0].name_es) == ("Otra calle 1", "Boletín mensual")
    assert sender.name == "Otro nombre"
    assert bulletin.information_es == "Boletín del mes."


def test_the_identity_is_whole_in_both_languages(app: Flask) -> None:
    assert app
    seed_campaign_words()
    institution = get_institution()
    for language in ("es", "en"):
        assert getattr(institution, f"name_{language}")
        assert getattr(institution, f"privacy_text_{language}")
        assert getattr(institution, f"privacy_url_{language}").startswith("https://www.iecm.mx")


def test_every_kind_says_what_its_campaigns_begin_with(app: Flask) -> None:
    assert app
    seed_audiences()
    seed_campaign_words()
    names = {audience.id: audience.slug for audience in db.session.scalars(select(Audience))}
    kinds = {kind.slug: kind for kind in list_kinds()}
    assert all(kind.template in list_templates() and kind.sender_id for kind in kinds.values())
    assert [names[link.audience_id] for link in kinds["boletin"].audience_links] == ["diaspora"]
    assert len(kinds["convocatoria"].audience_links) == 5
    assert "{mes}" in kinds["boletin"].information_es


def test_an_installation_from_before_gets_the_presets_that_nobody_has_set(app: Flask) -> None:
    assert app
    seed_campaign_words()
    seed_audiences()
    for kind in list_kinds():
        kind.template, kind.information_es = "", ""
    list_kinds()[0].template = "convocatoria"
    seed_campaign_words()
    assert [kind.template for kind in list_kinds()[:2]] == ["convocatoria", "convocatoria"]
    assert [bool(kind.information_es) for kind in list_kinds()[:2]] == [False, True]
