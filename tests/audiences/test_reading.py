import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from outreach.audiences.errors import UnreadableFileError
from outreach.audiences.reading import Row, open_table

TEXT = "correo{0}nombre{0}institución\nana@example.org{0}Íñigo Muñoz{0}«Casa» – Niño\n"

Read = Callable[..., list[Row]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write bytes to a file and return its rows, the heading first."""

    def read_rows(content: bytes | str, name: str = "personas.csv") -> list[Row]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with open_table(path) as table:
            return [table.headings, *table.rows]

    return read_rows


def make_workbook(*rows: list[object], first: int = 0) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows, first):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_encoding_and_separator_is_read(read: Read, encoding: str, separator: str) -> None:
    text = TEXT.format(separator)
    rows = read((text.replace("–", "-") if encoding == "latin-1" else text).encode(encoding))
    assert rows[0] == Row(1, ["correo", "nombre", "institución"])
    assert rows[1].number == 2
    assert rows[1].cells[:2] == ["ana@example.org", "Íñigo Muñoz"]
    assert rows[1].cells[2].startswith("«Casa»")


def test_a_heading_with_quoted_separators_does_not_mislead(read: Read) -> None:
    rows = read('"correo, el suyo";"nombre, completo, sin títulos"\na@example.org;"Ana; María"\n')
    assert rows[1].cells == ["a@example.org", "Ana; María"]


def test_the_separator_that_excel_names_is_believed(read: Read) -> None:
    assert read("sep=;\r\ncorreo;nombre, apellidos\r\na@example.org;Ana\r\n")[1] == Row(2, ["a@example.org", "Ana"])


def test_rows_are_numbered_as_a_spreadsheet_shows_them(read: Read) -> None:
    rows = read('\ncorreo,nota\na@example.org,"dos\nlíneas"\n\n,\nb@example.org,\n')
    assert [row.number for row in rows] == [2, 3, 6]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(read: Read, ending: str) -> None:
    assert len(read(ending.join(["correo", "a@example.org", "b@example.org"]))) == 3


def test_a_stray_quote_spoils_its_own_row_only(read: Read) -> None:
    rows = read('correo,nombre\na@example.org,"Ana" "La Maestra"\nb@example.org,"Beto ""el"" Sol"\n')
    assert rows[1].problem
    assert rows[2].cells == ["b@example.org", 'Beto "el" Sol']


def test_an_open_quote_that_would_swallow_rows_refuses_the_file(read: Read) -> None:
    with pytest.raises(UnreadableFileError, match="línea 3"):
        read('correo,nombre\na@example.org,Ana\nb@example.org,"Beto\nc@example.org,Ceci\n')


def test_an_endless_line_is_refused_without_reading_it(read: Read) -> None:
    with pytest.raises(UnreadableFileError, match="demasiado larga"):
        read('correo,nombre\na@example.org,"' + "x" * 3_000_000)


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as handle:
        handle.truncate(1 << 30)
    with pytest.raises(UnreadableFileError, match="200 MB"), open_table(path):
        pytest.fail("it was opened")


@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0", b"\x89PNG\r\n", b"PK\x03\x04", b"MZ\0\0\0\0"])
def test_other_files_named_csv_are_refused(read: Read, head: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read(head + b"\0" * 200)


@pytest.mark.parametrize("content", ["", "\n\n", ";;;\n", "\ufeff"])
def test_an_empty_file_is_refused(read: Read, content: str) -> None:
    with pytest.raises(UnreadableFileError, match="vacío"):
        read(content)


def test_bytes_of_no_encoding_are_refused(read: Read) -> None:
    with pytest.raises(UnreadableFileError, match="UTF-8"):
        read(b"correo,nombre\na@example.org,\x81\x8d\n")


def test_two_encodings_in_one_file_are_refused_with_the_line(read: Read) -> None:
    with pytest.raises(UnreadableFileError, match="línea 3"):
        read("correo,nombre\na@example.org,Íñigo\n".encode() + "b@example.org,Muñoz\n".encode("cp1252"))


def test_too_many_columns_are_refused(read: Read) -> None:
    with pytest.raises(UnreadableFileError, match="columnas"):
        read(",".join(["correo"] * 300) + "\n")


def test_a_workbook_is_read_whatever_its_name(read: Read) -> None:
    rows = read(make_workbook(["Correo", "Teléfono"], ["a@example.org", 5512345678.0]), "personas.csv")
    assert rows == [Row(1, ["Correo", "Teléfono"]), Row(2, ["a@example.org", "5512345678"])]


def test_a_workbook_that_begins_lower_keeps_its_numbers(read: Read) -> None:
    rows = read(make_workbook(["Correo"], ["a@example.org"], first=4), "personas.xlsx")
    assert [row.number for row in rows] == [5, 6]


def test_an_empty_workbook_is_refused(read: Read) -> None:
    with pytest.raises(UnreadableFileError, match="vacío"):
        read(make_workbook(), "personas.xlsx")


def repack(workbook: bytes, name: str, content: bytes) -> bytes:
    """Return the workbook with one of its files replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == name else old.read(entry))
    return buffer.getvalue()


def test_a_workbook_that_unpacks_to_far_more_is_refused(read: Read) -> None:
    bomb = repack(make_workbook(["Correo"]), "xl/styles.xml", b" " * 61_000_000)
    with pytest.raises(UnreadableFileError, match="demasiado grande"):
        read(bomb, "personas.xlsx")


def test_a_workbook_with_one_cell_at_the_far_corner_is_refused(read: Read) -> None:
    book = make_workbook(["Correo"], ["a@example.org"])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    far = sheet.replace(b'r="A2"', b'r="XFD1048576"')
    assert far != sheet
    with pytest.raises(UnreadableFileError, match="demasiado grande"):
        read(repack(book, "xl/worksheets/sheet1.xml", far), "personas.xlsx")


def test_a_damaged_workbook_is_refused(read: Read) -> None:
    book = bytearray(make_workbook(["Correo"], ["a@example.org"]))
    place = book.find(b"xl/worksheets/sheet1.xml") + 60
    book[place : place + 20] = b"\xff" * 20
    with pytest.raises(UnreadableFileError):
        read(bytes(book), "personas.xlsx")
