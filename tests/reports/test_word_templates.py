"""The institution's own Word template: what it may hold, and what is refused before anything is kept."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from flask import Flask

from log_samples import make_line, make_report, open_log
from outreach.db import db
from outreach.reports.documents import templates
from outreach.reports.documents.templates import WordTemplateError, check_template, make_sample
from outreach.reports.documents.word import TEMPLATE, write_docx
from outreach.reports.models import WordTemplate
from outreach.reports.queries import find_word_template, read_word_template
from outreach.reports.settings.placeholders import PLACEHOLDERS
from signing import Client


def _write(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _read(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


OWN = (
    "Oficio de {{ institution }}",
    "{{ sentence.before }}{{ sentence.emphasised }}{{ sentence.after }}",
    "{%p for table in tables %}",
    "{{p table.caption_line }}",
    "{{p table.grid }}",
    "{%p endfor %}",
    "Total: {{ total }}",
)


def test_the_shipped_template_and_an_own_one_pass() -> None:
    check_template(TEMPLATE.read_bytes())
    check_template(_write(*OWN))


def test_a_report_prints_in_the_institutions_template_with_the_styles_that_it_lacks() -> None:
    report = make_report([make_line("2026-03-03", "Uno & <dos>")], caption="Tabla 3.2 Envíos")
    content = write_docx(report, _write(*OWN))
    texts = _read(content)
    assert "Oficio de Instituto & Compañía <de prueba>" in texts
    assert "Tabla 3.2 Envíos" in texts
    assert "Total: 1" in texts
    (table,) = docx.Document(io.BytesIO(content)).tables
    assert [cell.text for cell in table.rows[1].cells] == ["1.", "3 de marzo de 2026", "Uno & <dos>."]
    assert table.style is not None
    assert table.style.name == "Tabla de informe"


def test_a_template_may_draw_its_own_rows() -> None:
    document = docx.Document()
    drawn = document.add_table(rows=3, cols=2)
    drawn.rows[0].cells[0].text = "{%tr for row in tables[0].rows %}"
    drawn.rows[1].cells[0].text, drawn.rows[1].cells[1].text = "{{ row[1] }}", "{{ row[2] }}"
    drawn.rows[2].cells[0].text = "{%tr endfor %}"
    content = io.BytesIO()
    document.save(content)
    check_template(content.getvalue())
    written = write_docx(make_report([make_line("2026-03-03", "Uno")]), content.getvalue())
    (table,) = docx.Document(io.BytesIO(written)).tables
    assert [cell.text for cell in table.rows[0].cells] == ["3 de marzo de 2026", "Uno."]


def test_every_placeholder_of_the_page_prints() -> None:
    paragraphs = []
    for placeholder, _meaning in PLACEHOLDERS:
        opening, dots, closing = placeholder.partition(" … ")
        if "%tr" in placeholder:
            continue
        is_of_a_loop = placeholder.startswith(("{{p table", "{{ part"))
        if not is_of_a_loop:
            paragraphs += [opening, "x", closing] if dots else [placeholder]
    paragraphs += ["{%p for table in tables %}", "{{p table.caption_line }}", "{{p table.grid }}", "{%p endfor %}"]
    paragraphs += ["{%p for part in parts if part.chart %}", "{{ part.chart.picture }}", "{%p endfor %}"]
    content = _write(*paragraphs)
    check_template(content)
    assert len(docx.Document(io.BytesIO(write_docx(make_sample(), content))).inline_shapes) == 1


def _repack(content: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            changed = change(name, source.read(name))
            if changed is not None:
                target.writestr(name, changed)
        for name, text in more.items():
            target.writestr(name.replace("__", "/"), text)
    return packed.getvalue()


def _load_from_elsewhere(name: str, text: bytes) -> bytes:
    relation = (
        b'<Relationship Id="rId99" Target="http://example.org/a.dotx" TargetMode="External" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
    )
    return text.replace(b"</Relationships>", relation) if name == "word/_rels/document.xml.rels" else text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no es un documento de Word"),
        (b"%PDF-1.7", "no es un documento de Word"),
        (_write("Nada"), "no tiene dónde poner"),
        (_write("{{ weather }}"), "un marcador que no existe"),
        (_write("{{ title.weather }}"), "un marcador que no existe"),
        (_write("{{ title"), "un marcador que no existe"),
        (_write("{%p for table in tables %}"), "un marcador que no existe"),
        (_write("{{ ''.__class__.__mro__ }}"), "pide algo que un informe no da"),
        (_write("{{ tables[9].caption }}"), "un marcador que no existe"),
        (_write("{{ title + 3 }}"), "no se puede llenar"),
        (_repack(_write(*OWN), lambda _name, text: text, word__vbaProject_bin=b""), ""),
        (_repack(_write(*OWN), _load_from_elsewhere), "carga algo de otro lugar"),
        (
            _repack(_write(*OWN), lambda name, text: text[:50] if name == "word/document.xml" else text),
            "no se puede llenar",
        ),
    ],
)
def test_a_bad_template_is_refused_in_one_sentence(content: bytes, reason: str) -> None:
    if not reason:
        check_template(content)
        return
    with pytest.raises(WordTemplateError) as refusal:
        check_template(content)
    assert reason in str(refusal.value)


def test_a_template_with_macros_is_refused() -> None:
    content = _repack(_write(*OWN), lambda _name, text: text, **{"word__vbaProject.bin": b"x"})
    with pytest.raises(WordTemplateError, match="macros"):
        check_template(content)


def test_a_template_that_unpacks_to_very_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _write(*OWN)
    monkeypatch.setattr(templates, "_MOST_UNPACKED", 1_000)
    with pytest.raises(WordTemplateError, match="demasiado grande"):
        check_template(content)
    monkeypatch.setattr(templates, "LARGEST", 100)
    with pytest.raises(WordTemplateError, match="5 MB"):
        check_template(content)


def _upload(client: Client, content: bytes, name: str = "oficio.docx") -> int:
    return client.submit("/informes/plantilla", {"file": (io.BytesIO(content), name)}).status_code


def test_a_template_is_brought_used_and_retired_by_page(app: Flask, signed_in: Client) -> None:
    assert app
    log = open_log()
    log.add("2026-01-15", "Boletín", audience_id=log.red.id)
    assert read_word_template() is None
    assert "plantilla del programa" in signed_in.get("/informes/plantilla").text
    assert signed_in.get("/informes/plantilla/descargar").data == TEMPLATE.read_bytes()
    assert _upload(signed_in, _write("{{ weather }}")) == 422
    assert signed_in.submit("/informes/plantilla").status_code == 422
    assert find_word_template() is None
    own = _write(*OWN)
    assert _upload(signed_in, own, "../../<oficio>.docx") == 303
    page = signed_in.get("/informes/plantilla").text
    assert "oficio .docx" in page or "oficio.docx" in page
    assert signed_in.get("/informes/plantilla/descargar").data == own
    report = signed_in.get("/informes/descargar/docx?periodo=2026-T1").data
    assert _read(report)[0] == "Oficio de Instituto Electoral de la Ciudad de México"
    assert signed_in.submit("/informes/plantilla/quitar").status_code == 303
    assert read_word_template() is None
    assert db.session.query(WordTemplate).count() == 1
