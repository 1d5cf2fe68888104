"""Ajustes about what is sent: senders, kinds, the institution, and what audiences are called."""

import pytest
from flask import Flask
from sqlalchemy import select

import making
from outreach.accounts.models import AuditEntry
from outreach.audiences.queries import get_audience
from outreach.audiences.seeding import seed_audiences
from outreach.campaigns.approving import is_what_was_approved
from outreach.campaigns.models import Campaign, Kind, Sender
from outreach.campaigns.queries import get_institution
from outreach.campaigns.seeding import seed_campaign_words
from outreach.db import db
from signing import Client, make_user

SENDER = {
    "name": "Diáspora <i>",
    "address": "Diaspora@iecm.mx",
    "reply_to": "dvoe@iecm.mx",
    "bounce_domain": "Rebotes.iecm.mx",
}


@pytest.fixture(autouse=True)
def words(app: Flask) -> None:
    del app
    seed_audiences()
    seed_campaign_words()
    db.session.commit()


def list_trail(subject: str) -> list[tuple[str, object]]:
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id))
    return [(entry.action, entry.detail) for entry in entries]


def test_a_sender_is_added_changed_and_taken_away(signed_in: Client) -> None:
    assert signed_in.submit("/ajustes/remitentes/nuevo", SENDER).status_code == 303
    sender = db.session.scalars(select(Sender).order_by(Sender.id.desc())).first()
    assert sender is not None
    number = sender.id
    assert sender.bounce_domain == "rebotes.iecm.mx"
    assert "Diáspora &lt;i&gt;" in signed_in.get("/ajustes/remitentes").text
    assert signed_in.submit(f"/ajustes/remitentes/{number}", {**SENDER, "name": "Diáspora"}).status_code == 303
    assert signed_in.submit(f"/ajustes/remitentes/{number}", {**SENDER, "name": "Diáspora"}).status_code == 303
    assert signed_in.submit(f"/ajustes/remitentes/{number}/quitar").status_code == 303
    assert db.session.get(Sender, number) is None
    assert list_trail("sender") == [("add", {}), ("edit", {"changed": ["name"]}), ("remove", {})]


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "a@ok.mx)evil@z"},
        {"address": "VotoChilango@iecm.mx"},
        {"reply_to": "dos@iecm.mx, tres@iecm.mx"},
        {"name": "A\r\nBcc: x@example.org"},
        {"name": "=?UTF-8?Q?=0A?=Bcc: x@example.org"},
        {"name": " "},
        {"bounce_domain": "rebotes"},
        {"bounce_domain": "-iecm.mx"},
    ],
)
def test_what_cannot_stand_in_a_mail_is_no_sender(signed_in: Client, wrong: dict[str, str]) -> None:
    answer = signed_in.submit("/ajustes/remitentes/nuevo", {**SENDER, **wrong})
    assert answer.status_code == 422
    assert 'value="dvoe@iecm.mx"' in answer.text or "reply_to" in wrong
    assert len(db.session.scalars(select(Sender)).all()) == 1


def test_a_sender_in_use_stays_and_its_new_name_asks_for_a_new_approval(signed_in: Client) -> None:
    make_user(email=making.WRITER)
    make_user(email=making.REVIEWER)
    making.add_people("diaspora", making.make_people(1))
    campaign = making.schedule_campaign()
    path = f"/ajustes/remitentes/{campaign.sender_id}"
    assert signed_in.submit(f"{path}/quitar").status_code == 400
    sender = db.session.get_one(Sender, campaign.sender_id)
    kept = {name: getattr(sender, name) for name in SENDER}
    signed_in.submit(path, {**kept, "name": "Otro nombre"})
    assert not is_what_was_approved(db.session.get_one(Campaign, campaign.id))


def test_a_kind_keeps_what_its_campaigns_begin_with(signed_in: Client) -> None:
    diaspora, osc = get_audience("diaspora").id, get_audience("osc").id
    fields = {"slug": "aviso", "name_es": "Aviso", "name_en": "Notice", "template": "convocatoria"}
    assert signed_in.submit("/ajustes/tipos/nuevo", {**fields, "audiences": [osc, diaspora]}).status_code == 303
    kind = db.session.scalars(select(Kind).where(Kind.slug == "aviso")).one()
    number = kind.id
    assert (kind.template, kind.sender_id) == ("convocatoria", None)
    assert {link.audience_id for link in kind.audience_links} == {osc, diaspora}
    path = f"/ajustes/tipos/{number}"
    assert 'value="Aviso"' in signed_in.get(path).text
    sender = db.session.scalars(select(Sender.id)).one()
    changed = {**fields, "sender": str(sender), "information_es": "Aviso: {nombre}.", "audiences": [diaspora]}
    assert signed_in.submit(path, changed).status_code == 303
    kind = db.session.get_one(Kind, number)
    assert (kind.sender_id, kind.information_es) == (sender, "Aviso: {nombre}.")
    assert [link.audience_id for link in kind.audience_links] == [diaspora]
    assert signed_in.submit(f"{path}/quitar").status_code == 303
    assert [action for action, _ in list_trail("kind")] == ["add", "edit", "remove"]


@pytest.mark.parametrize(
    "wrong",
    [{"slug": "Con Espacios"}, {"slug": "boletin"}, {"name_en": ""}, {"template": "../x"}, {"audiences": ["999"]}],
)
def test_a_kind_that_cannot_be_is_refused(signed_in: Client, wrong: dict[str, str]) -> None:
    fields = {"slug": "aviso", "name_es": "Aviso", "name_en": "Notice", "template": ""}
    answer = signed_in.submit("/ajustes/tipos/nuevo", {**fields, **wrong})
    assert answer.status_code == 422
    assert 'value="Aviso"' in answer.text
    assert db.session.scalar(select(Kind.id).where(Kind.slug == "aviso")) is None


def test_the_institution_is_whole_and_its_addresses_are_safe(signed_in: Client) -> None:
    institution = get_institution()
    columns = [
        column.name for column in institution.__table__.columns if column.name not in {"id", "is_one_person_office"}
    ]
    fields = {name: getattr(institution, name) for name in columns}
    changed = {**fields, "privacy_text_en": "New notice.", "is_one_person_office": "y"}
    assert signed_in.submit("/ajustes/institucion", changed).status_code == 303
    assert get_institution().privacy_text_en == "New notice."
    assert list_trail("institution") == [("edit", {"changed": ["privacy_text_en", "is_one_person_office"]})]
    for wrong in ({"website": "javascript:alert(1)"}, {"privacy_url_es": "http://iecm.mx"}, {"postal_address": " "}):
        answer = signed_in.submit("/ajustes/institucion", {**fields, **wrong})
        assert answer.status_code == 422
    assert get_institution().website == "https://www.iecm.mx"


def test_an_audience_gets_other_words_and_keeps_its_key(signed_in: Client) -> None:
    fields = {"name_es": "OSC <b>", "name_en": "CSOs", "phrase_es": "a las OSC", "phrase_en": "to CSOs"}
    assert signed_in.submit("/ajustes/audiencias/osc", {**fields, "slug": "otra"}).status_code == 303
    audience = get_audience("osc")
    assert (audience.name_en, audience.phrase_es) == ("CSOs", "a las OSC")
    assert "OSC &lt;b&gt;" in signed_in.get("/ajustes/audiencias").text
    assert signed_in.submit("/ajustes/audiencias/osc", {**fields, "phrase_en": " "}).status_code == 422
    assert signed_in.get("/ajustes/audiencias/nada").status_code == 404
    assert [action for action, _ in list_trail("audience")] == ["edit"]
