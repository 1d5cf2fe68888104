import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.audiences import members, queries
from outreach.audiences.choice import Choice
from outreach.audiences.counting import count_lacking
from outreach.audiences.errors import AudienceError
from outreach.audiences.exporting import iterate_csv
from outreach.audiences.importing import ImportOptions, ImportResult, import_contacts
from outreach.audiences.models import Audience, Consent, Contact, Suppression
from outreach.audiences.rules import ConsentAction, SuppressionReason
from outreach.audiences.search import find_people
from outreach.audiences.seeding import seed_audiences
from outreach.audiences.service import (
    AudienceNames,
    Evidence,
    add_audience,
    add_contact,
    lift_suppression,
    subscribe,
    suppress,
    unsubscribe,
)
from outreach.db import db
from outreach.errors import NotFoundError
from signing import make_user

pytestmark = pytest.mark.both_databases

BringIn = Callable[..., ImportResult]
NAMES = AudienceNames("Prensa", "Press", "a medios", "to the press")
FORM = Evidence("formulario", "Acepto recibir el boletín.")


@pytest.fixture
def ana(diaspora: Audience) -> Contact:
    contact = add_contact("Ana@example.org", "Ana", "en")
    subscribe(contact, diaspora, FORM)
    return contact


def test_the_five_audiences_are_seeded_once(diaspora: Audience) -> None:
    assert diaspora.phrase_es.startswith("a personas originarias")
    assert seed_audiences() == 0
    slugs = [found.audience.slug for found in members.list_audiences()]
    assert slugs == ["red-observacion", "autoridades-academicas", "osc", "ciudadania", "diaspora"]


def test_an_audience_can_be_added_once(diaspora: Audience) -> None:
    assert diaspora
    assert add_audience("prensa", NAMES, None).id
    with pytest.raises(AudienceError, match="prensa"):
        add_audience("prensa", NAMES, None)


@pytest.mark.parametrize("slug", ["", "Prensa", "la prensa", "prensa-", "x" * 61, "ñandú"])
def test_a_malformed_slug_is_refused(diaspora: Audience, slug: str) -> None:
    assert diaspora
    with pytest.raises(AudienceError):
        add_audience(slug, NAMES, None)


def test_an_unknown_audience_is_not_found_and_names_those_there_are(diaspora: Audience) -> None:
    with pytest.raises(NotFoundError, match=diaspora.slug):
        queries.get_audience("diasporra")


def test_unsubscribing_ends_the_place_once_and_says_so_in_the_consents(ana: Contact, diaspora: Audience) -> None:
    assert unsubscribe(ana, diaspora, Evidence("correo")) == 1
    assert unsubscribe(ana, diaspora, Evidence("correo")) == 0
    actions = db.session.scalars(select(Consent.action).order_by(Consent.id)).all()
    assert actions == [ConsentAction.GRANT, ConsentAction.WITHDRAW]
    place = queries.find_subscription(ana.id, diaspora.id)
    assert place
    assert place.ended_at
    assert db.session.scalars(select(AuditEntry.action)).all() == ["subscribe", "unsubscribe"]
    assert set(db.session.scalars(select(AuditEntry.origin))) == {"public"}


def test_the_person_comes_back_with_a_new_consent(ana: Contact, diaspora: Audience) -> None:
    unsubscribe(ana, None, Evidence("correo"))
    subscribe(ana, diaspora, FORM)
    assert members.list_audiences()[4].subscribed == 1
    assert [consent.action for consent, _audience in queries.list_consents(ana.id)] == ["grant", "withdraw", "grant"]


def test_leaving_all_audiences_ends_every_place(ana: Contact) -> None:
    subscribe(ana, queries.get_audience("osc"), FORM)
    assert unsubscribe(ana, None, Evidence("página de baja")) == 2


def test_an_excluded_address_is_known_by_a_keyed_hash_only(ana: Contact) -> None:
    suppress(ana.email_key, SuppressionReason.BOUNCE, "550")
    suppress(ana.email_key, SuppressionReason.MANUAL)
    kept = db.session.scalars(select(Suppression)).one()
    assert (kept.email_hash, kept.reason) == (ana.email_hash, SuppressionReason.BOUNCE)
    assert "ana" not in kept.email_hash
    counts = members.list_audiences()[4]
    assert (counts.subscribed, counts.excluded) == (1, 1)


def test_only_the_person_undoes_an_opposition(ana: Contact) -> None:
    user = make_user()
    suppress(ana.email_key, SuppressionReason.OPPOSITION, user=user)
    with pytest.raises(AudienceError):
        lift_suppression(ana.email_key, "pidió volver", user)


def test_a_bounce_can_be_lifted(ana: Contact) -> None:
    suppress(ana.email_key, SuppressionReason.BOUNCE)
    assert lift_suppression(ana.email_key, "buzón nuevo", make_user())
    assert queries.find_suppression(ana.email_key) is None


def test_people_are_found_by_words_and_state(bring_in: BringIn, diaspora: Audience) -> None:
    bring_in("correo,nombre\n" + "\n".join(f"p{n}@example.org,Persona {n}" for n in range(60)))
    contact = find_people("p7@")[0]
    unsubscribe(contact, diaspora, Evidence("correo"))
    suppress("p8@example.org", SuppressionReason.BOUNCE)
    assert members.count_states(diaspora.id) == {"": 60, "subscribed": 58, "left": 1, "excluded": 1}
    for state, expected in (("subscribed", 50), ("left", 1), ("excluded", 1)):
        assert len(members.list_members(diaspora.id, "", state)) == expected
    assert len(members.list_members(diaspora.id, "PERSONA 5")) == 11
    assert members.list_members(diaspora.id, "100%_") == []
    first = members.list_members(diaspora.id)
    second = members.list_members(diaspora.id, after=first[-1].contact.id)
    states = {member.contact.email: member.state for member in [*first, *second]}
    assert (states["p7@example.org"], states["p8@example.org"]) == ("left", "excluded")
    assert (len(first), len(second)) == (50, 10)


def test_attributes_are_listed_and_those_who_lack_one_are_counted(bring_in: BringIn, diaspora: Audience) -> None:
    bring_in("correo,nombre,ciudad\na@example.org,Ana,Chicago\nb@example.org,,\nc@example.org,Ceci,\n")
    ids = [diaspora.id]
    assert queries.list_attribute_names(ids) == queries.list_attribute_names(None) == ["ciudad"]
    names = ["ciudad", "nombre", "nadie_lo_tiene"]
    assert count_lacking(Choice(tuple(ids)), names) == {"ciudad": 2, "nombre": 1, "nadie_lo_tiene": 3}
    assert count_lacking(Choice(), ["nombre"]) == {"nombre": 0}


PAYLOADS = ["=1+1", "+52 55 1234 5678", "-2", "@SUM(A1)", "'=1", "＝1", "Ana; \"La Maestra\", 'x'", "<b>Íñigo</b>"]


def test_an_export_runs_nothing_and_comes_back_as_it_was(bring_in: BringIn, diaspora: Audience, tmp_path: Path) -> None:
    heading = "correo,nombre,idioma,país,zona horaria,teléfono\n"
    table = StringIO()
    csv.writer(table).writerows(
        [f"p{n}@example.org", payload, "en", "México", "America/Chicago", payload] for n, payload in enumerate(PAYLOADS)
    )
    bring_in(heading + table.getvalue())
    before = [(c.email, c.name, c.language, c.country, c.timezone, c.attributes) for c in queries.stream_contacts(None)]
    exported = "".join(iterate_csv(diaspora))
    assert exported.startswith("\ufeffcorreo,nombre")
    for row in csv.reader(StringIO(exported[1:])):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row)
    assert {name for _, name, *_ in before} >= {"=1+1", "＝1"}
    path = tmp_path / "export.csv"
    path.write_text(exported, encoding="utf-8", newline="")
    db.session.query(Consent).delete()
    for table_name in ("subscriptions", "import_changes", "contact_imports", "contacts"):
        db.session.execute(db.text(f"DELETE FROM {table_name}"))  # noqa: S608 the names stand on the line above
    result = import_contacts(path, diaspora, ImportOptions())
    assert result.new == len(PAYLOADS)
    after = [(c.email, c.name, c.language, c.country, c.timezone, c.attributes) for c in queries.stream_contacts(None)]
    assert after == before
