import zlib

import pytest

from media_samples import SVG, TINY_PDF, WORD_TYPES, make_bomb, make_calendar, make_picture, make_word
from outreach.media.documents import clean_document
from outreach.media.errors import UploadError
from outreach.media.rules import CALENDAR, EXCEL, PDF, PNG, TABLE, TEXT, WORD, FileType


def pack_objects(objects: bytes) -> bytes:
    header = b"%PDF-1.5\n7 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\r\n"
    return header + zlib.compress(objects) + b"\r\nendstream\nendobj\n%%EOF"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (TINY_PDF, "bases.pdf", PDF),
        (TINY_PDF, "bases.exe", PDF),
        (make_word(), "bases.docx", WORD),
        (make_word(), "bases.pdf", WORD),
        (make_word({"xl/workbook.xml": b"x"}).replace(b"word/document.xml", b"WORD/document.xml"), "x.xlsx", EXCEL),
        (make_calendar(), "fechas.ics", CALENDAR),
        (make_calendar(), "fechas.txt", CALENDAR),
        ("año,votos\n2026,12\n".encode(), "votos.csv", TABLE),
        ("año,votos\n2026,12\n".encode("cp1252"), "votos.CSV", TABLE),
        ("Ñandú\r\n".encode(), "nota.txt", TEXT),
        (make_picture(), "cartel.png", PNG),
        (make_picture(), "cartel.pdf", PNG),
    ],
)
def test_a_file_is_what_it_holds_whatever_its_name_says(content: bytes, name: str, kind: FileType) -> None:
    assert clean_document(content, name).type == kind


def test_texts_are_served_in_one_encoding() -> None:
    assert clean_document("año\n".encode("cp1252"), "a.txt").content == "año\n".encode()
    assert clean_document("año\n".encode("cp1252"), "a.csv").content == b"\xef\xbb\xbf" + "año\n".encode()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ\x90\x00" + b"\x00" * 50, "programa.pdf", "no se acepta"),
        (SVG, "dibujo.svg", "no se acepta"),
        (SVG, "dibujo.txt", "no se acepta"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "pagina.txt", "no se acepta"),
        (b"#!/bin/sh\nrm -rf x\n", "guion.sh", "no se acepta"),
        (b"\x00\x01\x02", "binario.txt", "no se acepta"),
        (b"   \n", "blanco.txt", "no se acepta"),
        (b"Rar!\x1a\x07\x00", "comprimido.rar", "no se acepta"),
        (b"GIF89a" + TINY_PDF, "dos.pdf", "dañada"),
        (make_bomb(), "bomba.png", "megapixeles"),
        (b"\n<html>" + TINY_PDF, "doble.pdf", "no se acepta"),
        (TINY_PDF.replace(b"%%EOF", b""), "medio.pdf", "incompleto"),
        (TINY_PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (x) >>"), "x.pdf", "programas"),
        (TINY_PDF.replace(b"/Catalog", b"/Catalog /AA << /S /J#61vaScript >>"), "x.pdf", "programas"),
        (TINY_PDF.replace(b"/Catalog", b"/Catalog /A << /S /Launch >>"), "x.pdf", "programas"),
        (pack_objects(b"<< /S /JavaScript /JS (x) >>"), "x.pdf", "programas"),
        (make_word({"word/vbaProject.bin": b"x"}), "x.docx", "macros"),
        (
            make_word(types=WORD_TYPES.replace(b'"x"', b'"application/vnd.ms-word.document.macroEnabled"')),
            "x",
            "macros",
        ),
        (make_word({"word/media/a.bin": b"\x00" * 40_000_000}), "x.docx", "demasiado"),
        (make_word() + b"<script>alert(1)</script>", "x.docx", "después de su final"),
        (make_word()[:-30], "x.docx", "dañado"),
        (make_word().replace(b"word/document.xml", b"otro/document.xml"), "x.docx", "no es un documento"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "x.ics", "ningún evento"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:x", "x.ics", "dañado"),
    ],
)
def test_a_dangerous_or_foreign_file_is_refused_in_one_sentence(content: bytes, name: str, words: str) -> None:
    with pytest.raises(UploadError, match=words) as refusal:
        clean_document(content, name)
    assert str(refusal.value).endswith(".")


def test_bytes_of_a_picture_inside_a_pdf_are_no_program() -> None:
    stream = b"2 0 obj\n<< /Length 9 >>\nstream\n/JS (x) /Launch \nendstream\nendobj\n"
    assert clean_document(TINY_PDF.replace(b"1 0 obj", stream + b"1 0 obj"), "x.pdf").type == PDF
