import io
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.audiences.models import Audience, Consent, Contact, Subscription
from outreach.audiences.queries import find_suppression
from outreach.audiences.service import Evidence, add_contact, subscribe
from outreach.config import Config
from outreach.db import db
from signing import Client

HOSTILE = "<script>alert('x')</script>"
FILE = (
    "Correo;Nombre;Ciudad\n"
    "ana@example.org;Íñigo Muñoz;Chicago\n"
    "mal;=HYPERLINK(1);\n"
    f"beto@example.org;{HOSTILE};Puebla\n"
).encode("cp1252")
IMPORT = "/audiencias/diaspora/importar"


def upload(client: Client, content: bytes, name: str = "lista.csv", **fields: str) -> str:
    """Send a file to the import page and return where it leads, or the page that refuses it."""
    body = {"source": "Foro, oficio 12", "consent_text": "Acepto.", "attests": "y", **fields}
    response = client.submit(IMPORT, {**body, "file": (io.BytesIO(content), name)})
    return str(response.location or response.text)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def ana(diaspora: Audience) -> Contact:
    contact = add_contact("ana@example.org", HOSTILE, "en")
    subscribe(contact, diaspora, Evidence("formulario", HOSTILE))
    return contact


def test_the_list_shows_every_audience_with_its_people(signed_in: Client, ana: Contact) -> None:
    assert ana
    page = signed_in.get("/audiencias").text
    assert page.count("<article") == 5
    assert "Red de Observación" in page


def test_an_audience_is_added_by_page(signed_in: Client, diaspora: Audience) -> None:
    assert diaspora
    names = {"name_es": "Prensa", "name_en": "Press", "phrase_es": "a medios", "phrase_en": "to the press"}
    assert signed_in.submit("/audiencias/nueva", {"slug": "prensa", **names}).status_code == 303
    again = signed_in.submit("/audiencias/nueva", {"slug": "prensa", **names})
    assert (again.status_code, "Ya hay una audiencia" in again.text) == (422, True)
    assert signed_in.submit("/audiencias/nueva", {"slug": "x"}).status_code == 422


def test_only_the_administration_adds_audiences_and_readers_import_nobody(signed_in: Client, ana: Contact) -> None:
    writer, reader = signed_in.as_role(Role.WRITER), signed_in.as_role(Role.READER)
    assert writer.get("/audiencias/nueva").status_code == 403
    for path in (IMPORT, "/audiencias/diaspora/personas.csv"):
        assert (writer.get(path).status_code, reader.get(path).status_code) == (200, 403)
    assert "Importar personas" not in reader.get("/audiencias/diaspora").text
    assert "Excluir" not in reader.get(f"/personas/{ana.id}").text
    assert reader.submit(f"/personas/{ana.id}/exclusion", {"why": "manual", "note": "x"}).status_code == 403


def check(client: Client, place: str, **columns: str) -> str:
    """Accept the columns of a file, some of them changed, and return the page that says what its rows would do."""
    page = client.get(place).text
    chosen = dict(re.findall(r'<select[^>]* name="(column-\d+)">.*?<option value="(\w+)" selected', page, re.DOTALL))
    response = client.submit(f"{place}/columnas", {**chosen, **columns})
    return client.get(response.location).text if response.location else response.text


def list_uploads(config: Config) -> list[Path]:
    return list((config.data_dir / "uploads").iterdir())


def test_a_file_is_shown_in_words_and_enters_only_when_confirmed(
    signed_in: Client, diaspora: Audience, config: Config
) -> None:
    place = upload(signed_in, FILE)
    assert "Íñigo Muñoz" in signed_in.get(place).text
    page = check(signed_in, place)
    assert "3 filas: 2 nuevas, 0 se actualizan, 1 con error." in page
    assert count(Contact) == 0
    assert signed_in.submit(f"{place}/confirmar").location == place
    page = signed_in.get(place).text
    assert "Las personas ya están en la audiencia." in page
    assert (count(Contact), count(Subscription)) == (2, 2)
    consent = db.session.scalars(select(Consent)).first()
    assert consent
    assert (consent.source, consent.text, consent.audience_id) == ("Foro, oficio 12", "Acepto.", diaspora.id)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import")).one()
    assert entry.user_id == signed_in.user.id
    assert list_uploads(config) == []
    assert "ya está en otro paso" in signed_in.submit(f"{place}/confirmar").text
    assert "lista.csv" in signed_in.get("/importaciones").text


def test_columns_can_be_changed_before_and_after_the_rows_are_looked_at(signed_in: Client, diaspora: Audience) -> None:
    assert diaspora
    place = upload(signed_in, b"Contacto,Alias,Sobra\nana@example.org,Ana,x\n")
    page = check(signed_in, place, **{"column-0": "skip"})
    assert "Falta la columna de la dirección" in page
    page = check(signed_in, place, **{"column-0": "email", "column-1": "name", "column-2": "name"})
    assert "significan lo mismo" in page
    page = check(signed_in, place, **{"column-0": "email", "column-1": "name", "column-2": "skip"})
    assert "1 fila: 1 nueva" in page
    assert signed_in.submit(f"{place}/cambiar-columnas").location == place
    check(signed_in, place, **{"column-1": "attribute"})
    signed_in.submit(f"{place}/confirmar")
    ana = db.session.scalars(select(Contact)).one()
    assert (ana.name, ana.attributes) == ("", {"alias": "Ana"})


def test_the_file_of_errors_is_mended_and_brought_in_again(signed_in: Client, diaspora: Audience) -> None:
    assert diaspora
    place = upload(signed_in, FILE)
    check(signed_in, place)
    signed_in.submit(f"{place}/confirmar")
    response = signed_in.get(f"{place}/errores.csv")
    assert "attachment" in response.headers["Content-Disposition"]
    lines = response.text.lstrip("\ufeff").splitlines()
    assert lines[0] == "Correo,Nombre,Ciudad,Fila (no se importa),Error (no se importa)"
    assert lines[1].startswith("mal,'=HYPERLINK(1),,3,")
    mended = response.text.replace("mal,", "bien@example.org,")
    again = upload(signed_in, mended.encode())
    assert "1 fila: 1 nueva, 0 se actualizan, 0 con error." in check(signed_in, again)
    signed_in.submit(f"{again}/confirmar")
    mended_person = db.session.query(Contact).filter_by(email_key="bien@example.org").one()
    assert (mended_person.name, mended_person.attributes) == ("=HYPERLINK(1)", {})


def test_a_discarded_file_is_gone(signed_in: Client, diaspora: Audience, config: Config) -> None:
    assert diaspora
    place = upload(signed_in, FILE)
    assert signed_in.submit(f"{place}/descartar").status_code == 303
    assert list_uploads(config) == []
    assert signed_in.get(place).status_code == 404


def test_nobody_sees_the_file_of_somebody_else_until_it_entered(signed_in: Client, diaspora: Audience) -> None:
    assert diaspora
    place = upload(signed_in, FILE)
    other = signed_in.as_role(Role.WRITER)
    assert other.get(place).status_code == 404
    assert other.submit(f"{place}/confirmar").status_code == 404
    assert "lista.csv" not in other.get("/importaciones").text
    check(signed_in, place)
    signed_in.submit(f"{place}/confirmar")
    assert other.get(place).status_code == 200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vac"),
        (b"%PDF-1.7", "PDF"),
        (b"correo,curp\na@example.org,X\n", "curp"),
        (b"correo\n", "solo tiene encabezados"),
    ],
)
def test_a_file_that_is_refused_says_why_at_its_field(
    signed_in: Client, diaspora: Audience, config: Config, content: bytes, sentence: str
) -> None:
    assert diaspora
    assert sentence in upload(signed_in, content)
    assert list_uploads(config) == []


@pytest.mark.parametrize("missing", ["source", "attests"])
def test_no_import_without_its_grounds(signed_in: Client, diaspora: Audience, tmp_path: Path, missing: str) -> None:
    assert diaspora
    assert "error-summary" in upload(signed_in, FILE, **{missing: ""})
    assert not list(tmp_path.rglob("uploads/*"))


def test_hostile_texts_are_shown_as_texts(signed_in: Client, ana: Contact) -> None:
    for path in ("/audiencias/diaspora", f"/personas/{ana.id}"):
        page = signed_in.get(path).text
        assert HOSTILE not in page
        assert "&lt;script&gt;" in page


def test_people_are_searched_by_state_and_page(signed_in: Client, diaspora: Audience) -> None:
    for number in range(60):
        subscribe(add_contact(f"p{number:02}@example.org"), diaspora, Evidence("lista"))
    page = signed_in.get("/audiencias/diaspora").text
    assert page.count("/personas/") == 50
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert signed_in.get(following[1]).text.count("/personas/") == 10
    assert signed_in.get("/audiencias/diaspora?desde=99999999&estado=left&q=p").status_code == 200
    assert "p07@example.org" in signed_in.get("/audiencias/diaspora?q=p07").text
    assert signed_in.get("/audiencias/nadie").status_code == 404


def test_staff_unsubscribe_and_exclude_with_a_reason(signed_in: Client, ana: Contact) -> None:
    place = f"/personas/{ana.id}"
    assert signed_in.submit(f"{place}/baja/diaspora").status_code == 422
    assert signed_in.submit(f"{place}/baja/diaspora", {"reason": "por teléfono"}).status_code == 303
    page = signed_in.get(place).text
    assert "Se dio de baja" in page
    assert "por teléfono" in page
    assert signed_in.submit(f"{place}/exclusion", {"why": "bounce", "note": "550"}).status_code == 303
    assert "En exclusión desde" in signed_in.get(place).text
    assert signed_in.submit(f"{place}/exclusion/quitar", {"lift_note": "ya existe"}).status_code == 303
    assert find_suppression("ana@example.org") is None
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.user_id == signed_in.user.id)).all()
    assert {"unsubscribe", "suppress", "lift"} <= set(actions)


def test_the_download_can_be_imported_again(signed_in: Client, ana: Contact) -> None:
    assert ana
    response = signed_in.get("/audiencias/diaspora/personas.csv")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    page = check(signed_in, upload(signed_in, response.data))
    assert re.search(r"1 fila: 0 nuevas, 1 se actualiza, 0 con error\.", page)
