"""Finding somebody, and everything on their page."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

import making
from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.audiences.models import Contact, ImportChange
from outreach.audiences.queries import find_suppression, get_audience
from outreach.audiences.search import find_people
from outreach.audiences.seeding import seed_audiences
from outreach.audiences.service import Evidence, add_contact, subscribe
from outreach.campaigns.seeding import seed_campaign_words
from outreach.db import db
from outreach.dispatch.models import Attempt, Delivery
from outreach.dispatch.release import release
from outreach.dispatch.rules import Outcome
from signing import Client, make_user

HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def people(app: Flask) -> list[Contact]:
    assert app
    seed_audiences()
    named = (
        ("Jose.Nunez@example.org", "José Núñez Ávila", "Club Puebla"),
        ("ana@example.org", "Ana María Pérez", "Casa Oaxaca"),
        ("luis@other.example.org", "", "Café Ñandú"),
    )
    found = []
    for email, name, institution in named:
        contact = add_contact(email, name, "es")
        contact.institution = institution
        subscribe(contact, get_audience("diaspora"), Evidence("feria"))
        found.append(contact)
    db.session.commit()
    return found


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("nunez", ["Jose.Nunez@example.org"]),
        ("NÚÑEZ", ["Jose.Nunez@example.org"]),
        ("jos pueb", ["Jose.Nunez@example.org"]),
        ("ana pér", ["ana@example.org"]),
        ("ana@", ["ana@example.org"]),
        ("Ana@Example.org", ["ana@example.org"]),
        ("nandu", ["luis@other.example.org"]),
        ("cafe", ["luis@other.example.org"]),
        ("other", ["luis@other.example.org"]),
        ("ez", []),
        ("nadie", []),
        ("%_", []),
        ("'\" OR 1=1 --", []),
        ("NEAR( * ^", []),
        ("a:* & b | !c", []),
        ("\\", []),
    ],
)
def test_people_are_found_by_the_beginnings_of_their_words(
    people: list[Contact], words: str, expected: list[str]
) -> None:
    assert people
    assert [contact.email for contact in find_people(words)] == expected


@pytest.mark.both_databases
def test_a_changed_name_is_found_and_the_old_one_is_not(people: list[Contact]) -> None:
    people[0].name = "Josefa Ibarra"
    db.session.commit()
    assert find_people("ibarra") == [people[0]]
    assert find_people("ávila") == []


def test_the_page_finds_shows_and_says_when_there_is_nobody(signed_in: Client, people: list[Contact]) -> None:
    assert "Escriba para encontrar" in signed_in.get("/personas").text
    assert f'href="/personas/{people[1].id}"' in signed_in.get("/personas?q=mar%C3%ADa").text
    assert "Nadie coincide" in signed_in.get("/personas?q=zzz").text


def test_data_is_corrected_and_the_trail_says_which(signed_in: Client, people: list[Contact]) -> None:
    place = f"/personas/{people[1].id}"
    form = signed_in.get(f"{place}/corregir").text
    assert 'value="Ana María Pérez"' in form
    fields = {"name": HOSTILE, "institution": "", "language": "en", "timezone": "America/Chicago"}
    assert signed_in.submit(f"{place}/corregir", fields).status_code == 303
    ana = people[1]
    assert (ana.name, ana.language, ana.institution, ana.timezone) == (HOSTILE, "en", "", "America/Chicago")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "rectify")).one()
    assert entry.detail == {"fields": ["institution", "language", "name", "timezone"]}
    page = signed_in.get(place).text
    assert HOSTILE not in page
    assert "Se corrigieron sus datos" in page
    assert signed_in.submit(f"{place}/corregir", {"name": "x" * 201, "timezone": "Marte"}).status_code == 422
    reader = signed_in.as_role(Role.READER)
    assert reader.get(f"{place}/corregir").status_code == 403


def release_to(people: list[Contact]) -> Delivery:
    seed_campaign_words()
    make_user(Role.WRITER, making.WRITER)
    make_user(Role.REVIEWER, making.REVIEWER)
    campaign = making.schedule_campaign()
    assert release(db.session.connection(), campaign, clock.now())
    delivery = db.session.query(Delivery).filter_by(contact_id=people[1].id).one()
    delivery.reply = "451 <ana@example.org> later"
    tried = {"outcome": Outcome.WAITING, "stage": "rcpt", "reply": delivery.reply}
    db.session.add(Attempt(delivery_id=delivery.id, at=clock.now(), **tried))
    db.session.commit()
    return delivery


def test_the_page_tells_what_they_got_agreed_to_and_why_they_are_excluded(
    signed_in: Client, people: list[Contact]
) -> None:
    delivery = release_to(people)
    place = f"/personas/{people[1].id}"
    signed_in.submit(f"{place}/exclusion", {"why": "bounce", "note": "no existe"})
    page = signed_in.get(place).text
    for words in (f'href="/entregas/{delivery.id}"', "en cola", "Se suscribió", "feria", "En exclusión desde"):
        assert words in page
    assert "Su dirección quedó en exclusión" in page


def test_somebody_gets_everything_that_is_known_of_them(signed_in: Client, people: list[Contact]) -> None:
    release_to(people)
    response = signed_in.submit(f"/personas/{people[1].id}/datos.json")
    known = json.loads(response.text)
    assert known["person"]["email"] == "ana@example.org"
    assert known["audiences"][0]["audience"] == "diaspora"
    assert known["consents"][0]["source"] == "feria"
    assert known["messages"][0]["result"] == "queued"
    assert db.session.scalars(select(AuditEntry.action).where(AuditEntry.action == "access")).one()


def test_erasing_leaves_no_trace_of_who_it_was_and_every_figure(signed_in: Client, people: list[Contact]) -> None:
    delivery, ana = release_to(people), people[1]
    place = f"/personas/{ana.id}"
    assert signed_in.submit(f"{place}/suprimir", {"grounds": "folio 12"}).status_code == 422
    assert signed_in.submit(f"{place}/suprimir", {"grounds": "folio 12", "understands": "y"}).status_code == 303
    assert (ana.name, ana.institution, ana.attributes, delivery.reply) == ("", "", {}, "")
    assert find_people("ana@example.org") == []
    assert find_suppression("ana@example.org") is not None
    assert making.read_balanced(delivery.campaign).intended == 3
    assert signed_in.get(f"{place}/corregir").status_code == 303
    assert "se suprimieron" in signed_in.get(place).text
    assert signed_in.submit(f"{place}/suprimir", {"grounds": "x", "understands": "y"}).status_code != 303
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            assert "ana@example.org" not in str(tuple(row)), table.name
    assert db.session.query(ImportChange).count() == 0
    assert signed_in.as_role(Role.WRITER).submit(f"{place}/suprimir").status_code == 403
