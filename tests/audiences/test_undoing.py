"""Imports in steps, and taking one back as a whole."""

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import making
from outreach import clock
from outreach.accounts.rules import Role
from outreach.audiences import steps
from outreach.audiences.errors import ImportRefusedError
from outreach.audiences.importing import ImportOptions, import_contacts
from outreach.audiences.models import (
    Consent,
    Contact,
    ContactImport,
    ImportChange,
    ImportProblem,
    Subscription,
)
from outreach.audiences.queries import find_contact, get_audience
from outreach.audiences.rectifying import PersonWords, rectify
from outreach.audiences.rules import ImportState
from outreach.audiences.seeding import seed_audiences
from outreach.audiences.service import Evidence, subscribe, unsubscribe
from outreach.audiences.undoing import begin_undo
from outreach.campaigns.seeding import seed_campaign_words
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.release import release
from signing import Client, make_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    assert app
    seed_audiences()
    make_user()
    db.session.commit()
    return tmp_path


def bring(folder: Path, content: str, slug: str = "diaspora") -> ContactImport:
    """Bring people in at once, as the command line does, and return the import."""
    path = folder / "lista.csv"
    path.write_text(content, encoding="utf-8")
    import_contacts(path, get_audience(slug), ImportOptions())
    db.session.commit()
    return db.session.scalars(select(ContactImport).order_by(ContactImport.id.desc())).first() or pytest.fail("none")


def undo(kept: ContactImport) -> list[tuple[str, str]]:
    """Take an import back, and return who stayed as they were and why."""
    begin_undo(kept, making.get_user("administracion@example.org"))
    db.session.commit()
    steps.advance_all()
    db.session.expire_all()
    assert kept.state == ImportState.UNDONE
    problems = db.session.scalars(select(ImportProblem).where(ImportProblem.kind == "kept"))
    return [(problem.cells[0] if problem.cells else "", problem.reason) for problem in problems]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def get(key: str) -> Contact:
    return find_contact(key) or pytest.fail(key)


def test_what_an_import_added_goes_and_what_it_changed_comes_back(folder: Path) -> None:
    bring(folder, "correo,nombre,ciudad\nana@example.org,Ana,Puebla\n", "osc")
    before = (get("ana@example.org").name, get("ana@example.org").attributes, get("ana@example.org").updated_at)
    kept = bring(folder, "correo,nombre,ciudad\nana@example.org,Ana María,Roma\nluis@example.org,Luis,\n")
    assert get("ana@example.org").name == "Ana María"
    assert undo(kept) == []
    assert kept.undo_figures["undone"] == 2
    ana = get("ana@example.org")
    assert (ana.name, ana.attributes, ana.updated_at) == before
    assert find_contact("luis@example.org") is None
    assert (count(Contact), count(Subscription)) == (1, 1)
    assert list(db.session.scalars(select(Consent.action).order_by(Consent.id))) == ["grant", "grant", "annul"]
    again = bring(folder, "correo\nana@example.org\nluis@example.org\n")
    assert again.figures["subscribed"] == 2


def test_who_changed_since_left_or_is_in_a_release_stays_and_is_named(folder: Path) -> None:
    seed_campaign_words()
    for email in (making.WRITER, making.REVIEWER):
        make_user(Role.ADMINISTRATOR if email == making.REVIEWER else Role.WRITER, email)
    kept = bring(folder, "correo,nombre\n" + "".join(f"p{n}@example.org,P{n}\n" for n in range(5)))
    user = making.get_user(making.WRITER)
    rectify(get("p0@example.org"), PersonWords(name="Otra"), user)
    unsubscribe(get("p1@example.org"), get_audience("diaspora"), Evidence("x"))
    subscribe(get("p2@example.org"), get_audience("osc"), Evidence("x"))
    db.session.commit()
    reasons = dict(undo(kept))
    assert "cambiaron" in reasons["p0@example.org"]
    assert "baja" in reasons["p1@example.org"]
    assert "otra audiencia" in reasons["p2@example.org"]
    assert sorted(db.session.scalars(select(Contact.email))) == [f"p{n}@example.org" for n in range(3)]
    assert (kept.undo_figures["undone"], kept.undo_figures["kept"]) == (2, 3)
    stays = get("p2@example.org")
    left = db.session.query(Subscription).filter_by(contact_id=stays.id)
    assert [place.audience.slug for place in left] == ["osc"]


def test_nobody_who_was_written_to_is_taken_back(folder: Path) -> None:
    seed_campaign_words()
    make_user(Role.WRITER, making.WRITER)
    make_user(Role.REVIEWER, making.REVIEWER)
    kept = bring(folder, "correo,nombre\nana@example.org,Ana\n")
    campaign = making.schedule_campaign()
    assert release(db.session.connection(), campaign, clock.now())
    db.session.commit()
    bring(folder, "correo,nombre\nluis@example.org,Luis\n")
    assert [email for email, _reason in undo(kept)] == ["ana@example.org"]
    assert count(Contact) == 2


def test_the_later_of_two_imports_is_undone_before_the_earlier(folder: Path) -> None:
    first = bring(folder, "correo,nombre\nana@example.org,Ana\n")
    second = bring(folder, "correo,nombre\nana@example.org,Ana María\n")
    assert undo(second) == []
    assert get("ana@example.org").name == "Ana"
    assert undo(first) == []
    assert count(Contact) == 0


def test_somebody_met_twice_in_a_file_becomes_what_they_were(folder: Path) -> None:
    bring(folder, "correo,nombre\nana@example.org,Ana\n")
    filler = "".join(f"p{n}@example.org,,\n" for n in range(1_100))
    kept = bring(folder, f"correo,nombre,cargo\nana@example.org,Ana María,\n{filler}ana@example.org,,Vocal\n")
    assert (get("ana@example.org").name, get("ana@example.org").position) == ("Ana María", "Vocal")
    assert undo(kept) == []
    assert (get("ana@example.org").name, get("ana@example.org").position) == ("Ana", "")


def test_an_import_is_undone_once(folder: Path) -> None:
    kept = bring(folder, "correo\nana@example.org\n")
    undo(kept)
    with pytest.raises(ImportRefusedError):
        begin_undo(kept, making.get_user("administracion@example.org"))


def write_large(folder: Path, rows: int) -> Path:
    path = folder / "grande.csv"
    lines = (f"p{n}@example.org,Persona {n}\n" if n % 1_000 else "mal,Nadie\n" for n in range(rows))
    path.write_text("correo,nombre\n" + "".join(lines), encoding="utf-8")
    return path


def open_waiting(folder: Path, rows: int, state: ImportState) -> ContactImport:
    key = "ab" * 16
    uploads = current_config().data_dir / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    write_large(folder, rows).rename(uploads / key)
    kept = ContactImport(
        audience_id=get_audience("diaspora").id,
        filename="grande.csv",
        sha256="0" * 64,
        imported_at=clock.now(),
        figures={},
        state=state,
        upload_key=key,
        headings=["correo", "nombre"],
        columns=["email", "name"],
    )
    db.session.add(kept)
    db.session.commit()
    return kept


def test_a_long_import_goes_on_where_it_was_interrupted(folder: Path) -> None:
    kept = open_waiting(folder, 5_000, ImportState.ENTERING)
    turns = 0
    while kept.state == ImportState.ENTERING:
        assert kept.rows_done == count(Contact) + count(ImportProblem) == turns * 1_000
        steps.advance(kept.id, lambda: True)
        db.session.expire_all()
        turns += 1
    assert kept.state == ImportState.DONE
    assert {name: kept.figures[name] for name in ("rows", "new", "updated", "refused")} == {
        "rows": 5_000,
        "new": 4_995,
        "updated": 0,
        "refused": 5,
    }
    assert (count(Subscription), count(ImportChange), count(Consent)) == (4_995, 4_995, 4_995)


def test_two_workers_never_do_the_same_rows(folder: Path) -> None:
    kept = open_waiting(folder, 10, ImportState.ENTERING)
    kept.leased_until = clock.now() + steps.LEASE
    db.session.commit()
    assert not steps.advance(kept.id, lambda: False)
    kept.leased_until = clock.now() - steps.LEASE
    db.session.commit()
    assert steps.advance(kept.id, lambda: False)
    assert not steps.advance(kept.id, lambda: False)


def test_a_check_writes_nobody_and_begins_again_when_interrupted(folder: Path) -> None:
    kept = open_waiting(folder, 3_000, ImportState.CHECKING)
    steps.advance(kept.id, lambda: True)
    steps.advance(kept.id, lambda: False)
    db.session.expire_all()
    assert (kept.state, kept.figures["rows"], kept.figures["refused"]) == (ImportState.CHECKED, 3_000, 3)
    assert (count(Contact), count(ImportProblem)) == (0, 3)


def test_a_file_that_cannot_be_read_to_its_end_says_so(folder: Path) -> None:
    kept = open_waiting(folder, 3, ImportState.ENTERING)
    uploads = current_config().data_dir / "uploads"
    (uploads / kept.upload_key).write_text('correo,nombre\na@example.org,"Ana\nb@example.org,Beto\n', encoding="utf-8")
    steps.advance_all()
    db.session.expire_all()
    assert (kept.state, "comillas" in kept.failure) == (ImportState.FAILED, True)
    assert list(uploads.iterdir()) == []


def test_errors_are_mended_and_the_import_undone_by_page(folder: Path, signed_in: Client) -> None:
    assert folder
    content = b"correo,nombre\nana@example.org,Ana\nmal,Luis\n"
    fields = {"source": "Foro", "attests": "y", "file": (io.BytesIO(content), "lista.csv")}
    place = signed_in.submit("/audiencias/diaspora/importar", fields).location
    signed_in.submit(f"{place}/columnas", {"column-0": "email", "column-1": "name"})
    signed_in.submit(f"{place}/confirmar")
    assert "1 con error" in signed_in.get(place).text
    assert signed_in.submit(f"{place}/deshacer").location == place
    page = signed_in.get(place).text
    assert "1 persona volvió a como estaba." in page
    assert "No quedó nada sin deshacer." in page
    assert count(Contact) == 0
    assert "no se puede deshacer" in signed_in.submit(f"{place}/deshacer").text
    assert signed_in.get(f"{place}/errores.csv").text.startswith("\ufeff")
    assert json.dumps(db.session.query(ContactImport).one().figures)
