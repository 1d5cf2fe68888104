from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.audiences.models import Consent, Contact, Subscription
from outreach.audiences.queries import find_subscription, get_audience
from outreach.audiences.seeding import seed_audiences
from outreach.audiences.service import Evidence, add_contact, subscribe
from outreach.audiences.tokens import make_token
from outreach.config import Config
from outreach.db import db

pytestmark = pytest.mark.both_databases

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
State = Callable[[], list[tuple[object, ...]]]


@pytest.fixture
def ana(app: Flask) -> Contact:
    assert app
    seed_audiences()
    contact = add_contact("Ana@example.org", "Ana", "es")
    for slug in ("diaspora", "osc"):
        subscribe(contact, get_audience(slug), Evidence("formulario"))
    db.session.commit()
    return contact


@pytest.fixture
def address(ana: Contact, config: Config) -> str:
    return f"/baja/{make_token(config.secret_key, ana.public_id, get_audience('diaspora').id)}"


def is_subscribed(contact: Contact, slug: str) -> bool:
    found = find_subscription(contact.id, get_audience(slug).id)
    return found is not None and found.ended_at is None


def dump() -> list[tuple[object, ...]]:
    """Return every value that a link might have changed."""
    db.session.expire_all()
    places = db.session.execute(select(Subscription.id, Subscription.ended_at, Subscription.end_reason))
    return [tuple(row) for row in [*places, *db.session.execute(select(Consent.id, Consent.action))]]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_ends_the_place_at_once_without_cookie_or_redirect(
    client: FlaskClient, ana: Contact, address: str, content_type: str
) -> None:
    response = client.post(address, data=ONE_CLICK, content_type=content_type)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert not is_subscribed(ana, "diaspora")
    assert is_subscribed(ana, "osc")
    assert client.post(address, data=ONE_CLICK).status_code == 200
    consents = db.session.scalars(select(Consent.source).where(Consent.action == "withdraw")).all()
    assert consents == ["one-click"]


def test_one_click_from_another_site_counts_as_well(client: FlaskClient, ana: Contact, address: str) -> None:
    response = client.post(address, data=ONE_CLICK, headers={"Origin": "https://mail.example.com"})
    assert response.status_code == 200
    assert not is_subscribed(ana, "diaspora")


def test_a_scanner_that_opens_the_link_changes_nothing(client: FlaskClient, ana: Contact, address: str) -> None:
    before = dump()
    for open_link in (client.get, client.head, client.options, client.get):
        response = open_link(address)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
    assert dump() == before
    assert is_subscribed(ana, "diaspora")


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "yes"}, {"confirm": ""}, {"everything": "yes"}])
def test_a_post_that_asks_for_nothing_changes_nothing(client: FlaskClient, address: str, body: dict[str, str]) -> None:
    before = dump()
    response = client.post(address, data=body)
    assert (response.status_code, "¿Quiere dejar" in response.text) == (200, True)
    assert dump() == before


def test_one_click_in_the_address_is_no_one_click(client: FlaskClient, address: str) -> None:
    before = dump()
    client.post(f"{address}?List-Unsubscribe=One-Click")
    client.get(f"{address}?List-Unsubscribe=One-Click&confirm=yes")
    assert dump() == before


def test_the_page_asks_and_then_says_that_it_is_done(client: FlaskClient, ana: Contact, address: str) -> None:
    page = client.get(address).text
    assert "¿Quiere dejar de recibir los correos de «Diáspora»?" in page
    assert "Ana@example.org" not in page
    assert "csrf" not in page
    done = client.post(address, data={"confirm": "yes", "language": "es"})
    assert done.status_code == 200
    assert "ya no recibirá" in done.text
    assert not is_subscribed(ana, "diaspora")
    assert is_subscribed(ana, "osc")
    assert "ya no recibirá" in client.get(address).text
    kept = db.session.scalars(select(Consent).where(Consent.action == "withdraw")).one()
    assert (kept.source, "Diáspora" in kept.text) == ("unsubscribe-page", True)


def test_all_audiences_can_be_left_at_once(client: FlaskClient, ana: Contact, address: str) -> None:
    done = client.post(address, data={"confirm": "yes", "everything": "yes"})
    assert done.status_code == 200
    assert not is_subscribed(ana, "diaspora")
    assert not is_subscribed(ana, "osc")


@pytest.mark.parametrize(("language", "spoken"), [("es", ["es"]), ("en", ["en"]), (None, ["es", "en"])])
def test_the_page_speaks_the_language_of_the_person(
    client: FlaskClient, ana: Contact, address: str, language: str | None, spoken: list[str]
) -> None:
    ana.language = language
    page = client.get(address).text
    assert [code for code in ("es", "en") if f'id="title-{code}"' in page] == spoken
    assert f'<html lang="{spoken[0]}">' in page


def test_every_address_that_leads_nowhere_gets_the_same_answer(
    client: FlaskClient, ana: Contact, address: str, config: Config
) -> None:
    elsewhere = f"/baja/{make_token(config.secret_key, ana.public_id, get_audience('ciudadania').id)}"
    forged = address[:-1] + ("A" if address[-1] != "A" else "B")
    before = dump()
    answers = [client.get(path) for path in (forged, elsewhere, "/baja/x", "/baja/" + "ñ" * 48)]
    answers += [client.post(path, data=ONE_CLICK) for path in (forged, elsewhere, "/baja/v1.")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert dump() == before


def test_an_audience_with_a_hostile_name_is_shown_as_text(client: FlaskClient, ana: Contact, address: str) -> None:
    ana.email = '"<script>"@example.org'
    get_audience("diaspora").name_es = "<script>alert(1)</script>"
    assert "<script>alert" not in client.get(address).text


def test_guessing_tokens_has_to_wait_and_a_real_one_never_does(client: FlaskClient, ana: Contact, address: str) -> None:
    forged = [client.get(f"{address[:-1]}{'A' if address[-1] != 'A' else 'B'}").status_code for _ in range(32)]
    assert forged == [404] * 30 + [429] * 2
    assert client.get(address).status_code == 200
    assert client.post(address, data=ONE_CLICK).status_code == 200
    assert not is_subscribed(ana, "diaspora")
