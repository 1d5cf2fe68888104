from flask import Flask
from sqlalchemy import func, select

from outreach.campaigns.models import Institution, Kind, Sender
from outreach.campaigns.queries import get_institution, list_kinds
from outreach.campaigns.seeding import seed_campaign_words
from outreach.db import db


def test_seeding_again_changes_nothing_and_keeps_what_people_edited(app: Flask) -> None:
    assert app
    seed_campaign_words()
    get_institution().postal_address = "Otra calle 1"
    list_kinds()[0].name_es = "Boletín mensual"
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


def test_the_identity_is_whole_in_both_languages(app: Flask) -> None:
    assert app
    seed_campaign_words()
    institution = get_institution()
    for language in ("es", "en"):
        assert getattr(institution, f"name_{language}")
        assert getattr(institution, f"privacy_text_{language}")
        assert getattr(institution, f"privacy_url_{language}").startswith("https://www.iecm.mx")
