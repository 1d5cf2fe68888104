import pytest
from flask import Flask, Response
from werkzeug.http import parse_options_header

from outreach.accounts.access import public
from outreach.web.downloads import attachment, safe_filename
from signing import Client


def offer(app: Flask, content: object, filename: str) -> None:
    @app.get("/archivo")
    @public("a test")
    def download() -> Response:
        return attachment(content, filename, "text/csv; charset=utf-8")  # type: ignore[arg-type] # both kinds


def test_a_file_is_saved_under_a_name_in_two_forms(app: Flask, client: Client) -> None:
    offer(app, "ñ", "Bitácora de envíos.csv")
    answer = client.get("/archivo")
    kind, options = parse_options_header(answer.headers["Content-Disposition"])
    assert (kind, options["filename"]) == ("attachment", "Bitácora de envíos.csv")
    assert 'filename="Bitacora de envios.csv"' in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data == "ñ".encode()
    assert answer.headers["Content-Length"] == "2"


def test_pieces_are_sent_as_they_come(app: Flask, client: Client) -> None:
    offer(app, (f"{number}\n" for number in range(3)), "cuenta.csv")
    answer = client.get("/archivo")
    assert answer.text == "0\n1\n2\n"
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "etc passwd"),
        ('a"b\r\nSet-Cookie: x=1.csv', "a b Set-Cookie x=1.csv"),
        (".oculto", "oculto"),
        ("", "archivo"),
        ("x" * 200 + ".docx", "x" * 115 + ".docx"),
    ],
)
def test_a_name_of_a_file_holds_nothing_else(given: str, safe: str) -> None:
    assert safe_filename(given) == safe
