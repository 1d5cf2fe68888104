"""The personal fields that the editor offers, and what it says of those that do not exist."""

import pytest
from flask import Flask

from campaigns.campaign_samples import BULLETIN, make_campaign, subscribe
from outreach.campaigns.panels import make_sheet
from outreach.campaigns.personal import list_known, list_markers, list_notes
from outreach.campaigns.placeholders import find_marks, find_nearest
from outreach.campaigns.rules import Language
from outreach.db import db
from signing import Client


@pytest.mark.parametrize(
    ("written", "meant"),
    [("nombr", "nombre"), ("Nómbre", "nombre"), ("institusion", "institucion"), ("pasaporte", None), ("x" * 60, None)],
)
def test_the_nearest_known_name_is_told(written: str, meant: str | None) -> None:
    assert find_nearest(written, ["nombre", "institucion", "pais"]) == meant


def test_the_list_has_the_fields_and_what_the_chosen_people_have(app: Flask) -> None:
    assert app
    campaign = make_campaign()
    contact = subscribe(campaign.audiences[0], "luz@example.org", "es", "Luz")
    contact.attributes = {"código": "7", "<b>": "no", "nombre": "otra"}
    stranger = subscribe(campaign.audiences[0], "sam@example.org", "en", "Sam")
    stranger.attributes = {"sección": "12"}
    db.session.flush()
    markers = list_markers(campaign)
    assert [marker.name for marker in markers][5:] == ["código", "sección"]
    assert markers[0].source[Language.EN] == "{{nombre|member}}"
    assert all(list(find_marks(source)) for marker in markers for source in marker.source.values())
    assert {"nombre", "codigo", "seccion"} <= list_known(markers)


def test_an_unknown_placeholder_is_told_beside_its_text(app: Flask) -> None:
    assert app
    campaign = make_campaign(BULLETIN.replace("{{nombre|vecina, vecino}}", "{{nombr|amiga}} y {{7*7}} y {{zzz}}"))
    notes = list_notes(make_sheet(campaign), list_known(list_markers(campaign)))
    ((name, sentences),) = notes.items()
    assert name.endswith("-es-text")
    assert [("{{nombre}}" in each, "{{7*7}}" in each) for each in sentences] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_the_editor_carries_the_list_and_its_parts(signed_in: Client) -> None:
    campaign = make_campaign(BULLETIN.replace("{{nombre|neighbour}}", "{{nombr|neighbour}}"))
    number = campaign.id
    page = signed_in.get(f"/campanas/{number}/editar").text
    assert 'data-es="{{nombre|persona integrante}}"' in page
    assert "¿quiso escribir {{nombre}}?" in signed_in.get(f"/campanas/{number}/junto").text
