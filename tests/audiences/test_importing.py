import re
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.accounts.models import AuditEntry
from outreach.audiences.errors import UnreadableFileError
from outreach.audiences.importing import ImportOptions, ImportResult, import_contacts
from outreach.audiences.members import list_audiences
from outreach.audiences.models import Audience, Consent, Contact, ContactImport, Subscription
from outreach.audiences.queries import find_contact
from outreach.audiences.rules import SuppressionReason
from outreach.audiences.service import Evidence, suppress, unsubscribe
from outreach.db import db

pytestmark = pytest.mark.both_databases

BringIn = Callable[..., ImportResult]
BY_HAND = Evidence("por teléfono")


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def get(key: str) -> Contact:
    found = find_contact(key)
    assert found
    return found


def figures(result: ImportResult) -> tuple[int, int, int, int, int, int]:
    assert result.rows == result.new + result.updated + len(result.refused) + len(result.kept_out)
    return (
        result.rows,
        result.new,
        result.updated,
        result.subscribed,
        len(result.refused),
        len(result.kept_out),
    )


def test_a_file_brings_people_with_everything_it_says(bring_in: BringIn) -> None:
    result = bring_in(
        "Correo,Nombre,Institución,Cargo,Tratamiento,Idioma,"
        "País,Zona horaria,Origen,Fecha de consentimiento,Año de salida\n"
        "Ana@Example.ORG,Ana Muñoz,Club Puebla,Presidencia,Mtra.,Español,"
        "Estados Unidos,America/Chicago,foro,03/02/2026,1998\n"
    )
    assert figures(result) == (1, 1, 0, 1, 0, 0)
    ana = get("ana@example.org")
    assert (ana.email, ana.name, ana.institution) == ("Ana@Example.ORG", "Ana Muñoz", "Club Puebla")
    assert (ana.position, ana.title, ana.language) == ("Presidencia", "Mtra.", "es")
    assert (ana.country, ana.timezone) == ("Estados Unidos", "America/Chicago")
    assert ana.attributes == {"año_de_salida": "1998"}
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.source, consent.given_on) == ("foro", date(2026, 2, 3))


def test_the_json_has_the_names_of_the_contract(bring_in: BringIn) -> None:
    result = bring_in("email\na@example.org\nnobody\n")
    answer = result.as_json()
    assert list(answer) == ["rows", "new", "updated", "subscribed", "refused", "kept_out"]
    assert answer["refused"][0]["row"] == 3
    assert "nobody" in answer["refused"][0]["reason"]


def test_headings_are_understood_in_english_in_any_order_and_case(bring_in: BringIn) -> None:
    bring_in(
        "LANGUAGE;consent date;ORGANIZATION;E-Mail;Time zone\nEnglish;2026-01-05;Casa;b@example.org;europe/madrid\n"
    )
    assert (get("b@example.org").language, get("b@example.org").institution) == ("en", "Casa")
    assert get("b@example.org").timezone == "Europe/Madrid"


def test_importing_twice_adds_nobody_and_no_second_consent(bring_in: BringIn) -> None:
    text = "correo,nombre\na@example.org,Ana\nb@example.org,Beto\n"
    bring_in(text)
    assert figures(bring_in(text)) == (2, 0, 2, 0, 0, 0)
    assert (count(Contact), count(Subscription), count(Consent), count(ContactImport)) == (2, 2, 2, 2)


def test_the_same_address_twice_in_a_file_is_one_person(bring_in: BringIn) -> None:
    text = "correo,nombre,cargo\nA@example.org,Ana,\na@EXAMPLE.org,,Vocal\n"
    for is_dry_run in (True, False):
        assert figures(bring_in(text, is_dry_run=is_dry_run)) == (2, 1, 1, 1, 0, 0)
    assert (get("a@example.org").name, get("a@example.org").position) == ("Ana", "Vocal")


def test_a_repetition_in_a_later_batch_is_no_new_person(bring_in: BringIn) -> None:
    lines = [f"p{number}@example.org" for number in range(1500)]
    text = "correo\n" + "\n".join([*lines, "P7@Example.org"])
    assert figures(bring_in(text, is_dry_run=True)) == (1501, 1500, 1, 1500, 0, 0)
    assert figures(bring_in(text)) == (1501, 1500, 1, 1500, 0, 0)


def test_empty_cells_never_erase_what_is_known(bring_in: BringIn) -> None:
    bring_in("correo,nombre,idioma,ciudad\na@example.org,Ana,en,Chicago\n")
    bring_in("correo,nombre,idioma,ciudad,oficio\na@example.org,,,,música\n")
    ana = get("a@example.org")
    assert (ana.name, ana.language) == ("Ana", "en")
    assert ana.attributes == {"ciudad": "Chicago", "oficio": "música"}


def test_a_dry_run_gives_the_same_figures_and_writes_nothing(bring_in: BringIn) -> None:
    text = "correo,idioma\na@example.org,es\nmal\nb@example.org,klingon\na@example.org,es\n"
    dry = bring_in(text, is_dry_run=True)
    assert not any(count(model) for model in (Contact, Subscription, Consent, ContactImport))
    assert bring_in(text).as_json() == dry.as_json()


def test_somebody_who_left_is_kept_out_and_stays_as_they_are(bring_in: BringIn, diaspora: Audience) -> None:
    bring_in("correo,nombre\na@example.org,Ana\n")
    unsubscribe(get("a@example.org"), diaspora, BY_HAND)
    result = bring_in("correo,nombre\na@example.org,Otra\nb@example.org,Beto\n")
    assert figures(result) == (2, 1, 0, 1, 0, 1)
    assert result.kept_out[0]["row"] == 2
    assert get("a@example.org").name == "Ana"
    assert list_audiences()[4].subscribed == 1


def test_an_excluded_address_does_not_even_enter(bring_in: BringIn) -> None:
    suppress("gone@example.org", SuppressionReason.OPPOSITION)
    result = bring_in("correo\nGone@example.org\n")
    assert figures(result) == (1, 0, 0, 0, 0, 1)
    assert find_contact("gone@example.org") is None


def test_fifty_bad_addresses_are_fifty_reasons_and_the_good_rows_enter(bring_in: BringIn) -> None:
    rows = [f"good{number}@example.org" if number % 2 else f"bad {number}@@example" for number in range(100)]
    result = bring_in("correo\n" + "\n".join(rows))
    assert figures(result) == (100, 50, 0, 50, 50, 0)
    assert [refusal["row"] for refusal in result.refused] == list(range(2, 102, 2))
    assert all(refusal["reason"].endswith(".") for refusal in result.refused)


def test_a_bad_language_refuses_the_row_and_a_bad_zone_or_day_is_only_noted(bring_in: BringIn) -> None:
    result = bring_in(
        "correo,idioma,zona horaria,fecha de consentimiento\n"
        "a@example.org,francés,,\n"
        "b@example.org,,Atlantis/Centro,31/02/2026\n"
        "c@example.org,,,2999-01-01\n"
    )
    assert figures(result) == (3, 2, 0, 2, 1, 0)
    assert "francés" in result.refused[0]["reason"]
    assert [note["row"] for note in result.notes] == [3, 3, 4]
    assert get("b@example.org").timezone == ""


def test_too_long_a_name_refuses_its_row_only(bring_in: BringIn) -> None:
    result = bring_in(f"correo,nombre\na@example.org,{'x' * 201}\nb@example.org,Beto\n")
    assert figures(result) == (2, 1, 0, 1, 1, 0)
    assert "nombre" in result.refused[0]["reason"]


def test_hostile_names_are_kept_as_plain_text_on_one_line(bring_in: BringIn) -> None:
    bring_in('correo,nombre\na@example.org,"Ana\r\nBcc: x@example.org"\nb@example.org,<script>alert(1)</script>\n')
    bring_in("correo,nombre\nc@example.org,Be\u202eto\u200b\n")
    assert get("a@example.org").name == "Ana Bcc: x@example.org"
    assert get("b@example.org").name == "<script>alert(1)</script>"
    assert get("c@example.org").name == "Beto"


@pytest.mark.parametrize("heading", ["CURP", "Clave de elector", "partido", "Partido político", "Discapacidad"])
def test_protected_columns_refuse_the_whole_file(bring_in: BringIn, heading: str) -> None:
    with pytest.raises(UnreadableFileError, match=re.escape(heading)):
        bring_in(f"correo,{heading}\na@example.org,x\n")
    assert count(Contact) == 0


def test_a_missing_address_column_names_the_headings_seen(bring_in: BringIn) -> None:
    with pytest.raises(UnreadableFileError, match="«Nombre», «Teléfono»"):
        bring_in("Nombre,Teléfono\nAna,55\n")


def test_two_columns_of_one_meaning_are_refused(bring_in: BringIn) -> None:
    with pytest.raises(UnreadableFileError, match="«Correo», «E-mail»"):
        bring_in("Correo,E-mail\na@example.org,b@example.org\n")


def test_only_headings_are_refused(bring_in: BringIn) -> None:
    with pytest.raises(UnreadableFileError, match="solo tiene encabezados"):
        bring_in("correo,nombre\n\n")


def test_more_cells_than_headings_refuse_the_row(bring_in: BringIn) -> None:
    result = bring_in("correo,nombre\na@example.org,Pérez, Ana\nb@example.org,Beto,,\n")
    assert figures(result) == (2, 1, 0, 1, 1, 0)


def test_an_import_is_remembered_with_its_figures_and_audited(bring_in: BringIn) -> None:
    bring_in("correo\na@example.org\nmal\n", filename="lista de Ana.csv")
    kept = db.session.scalars(select(ContactImport)).one()
    assert kept.filename == "lista de Ana.csv"
    assert kept.figures == {"rows": 2, "new": 1, "updated": 0, "subscribed": 1, "refused": 1, "kept_out": 0}
    assert len(kept.sha256) == 64
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.detail["import"]) == ("import", kept.id)


def test_consent_comes_from_the_column_else_the_option_else_the_file(bring_in: BringIn) -> None:
    bring_in("correo,origen\na@example.org,feria\nb@example.org,\n", source="oficio 12", consent_text="Acepto.")
    bring_in("correo\nc@example.org\n", name="lista.csv")
    assert db.session.scalars(select(Consent.source).order_by(Consent.id)).all() == ["feria", "oficio 12", "lista.csv"]
    assert db.session.scalars(select(Consent.text).order_by(Consent.id)).all() == ["Acepto.", "Acepto.", ""]


def test_a_file_that_breaks_halfway_enters_not_at_all(bring_in: BringIn) -> None:
    db.session.commit()
    rows = "\n".join(f"p{number}@example.org,Ana" for number in range(1500))
    with pytest.raises(UnreadableFileError, match="línea 1502"):
        bring_in(f'correo,nombre\n{rows}\nx@example.org,"Ana\ny@example.org,Beto\n')
    db.session.rollback()
    assert not any(count(model) for model in (Contact, Subscription, Consent, ContactImport, AuditEntry))


def write_large(path: Path, rows: int) -> Path:
    with path.open("w", encoding="cp1252") as handle:
        handle.write("Correo;Nombre;Institución\n")
        handle.writelines(f"p{number}@example.org;Íñigo {number};Casa\n" for number in range(rows))
    return path


def test_a_hundred_thousand_rows_enter(diaspora: Audience, tmp_path: Path, database: str) -> None:
    rows = 100_000 if database == "sqlite" else 25_000  # a server of the tests takes most of a minute for as many
    seen: list[tuple[int, int]] = []
    options = ImportOptions(on_progress=lambda done, total: seen.append((done, total)))
    result = import_contacts(write_large(tmp_path / "large.csv", rows), diaspora, options)
    assert figures(result) == (rows, rows, 0, rows, 0, 0)
    assert (count(Contact), count(Subscription), count(Consent)) == (rows, rows, rows)
    assert get(f"p{rows - 1}@example.org").name == f"Íñigo {rows - 1}"
    assert (len(seen), seen[-1][0]) == (rows // 1000, rows)


def test_memory_stays_flat_while_rows_pass(diaspora: Audience, tmp_path: Path) -> None:
    peaks = []
    import_contacts(write_large(tmp_path / "warm.csv", 10), diaspora, ImportOptions())
    for rows in (2_000, 14_000):
        path = write_large(tmp_path / f"{rows}.csv", rows)
        tracemalloc.start()
        import_contacts(path, diaspora, ImportOptions())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] < 16_000_000
    # A digest of each address is all that stays of a row, in a set that doubles as it grows.
    assert (peaks[1] - peaks[0]) / 12_000 < 250
