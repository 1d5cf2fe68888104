import pytest
from flask import Flask
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Email, Length

from outreach.accounts.access import public, requires
from outreach.accounts.rules import Permission, Role
from outreach.errors import NotFoundError, OutreachError
from outreach.translation import speaking
from outreach.web.assets import asset
from outreach.web.forms import Form
from signing import Client


class Sample(Form):
    name = StringField("Nombre", [DataRequired(), Length(max=3)])
    count = IntegerField("Cuántos")
    email = StringField("Correo", [Email()])
    kind = SelectField("Tipo", choices=["a"])


def open_page(app: Flask, failure: Exception) -> None:
    @app.get("/falla")
    @public("a test")
    def fail() -> str:
        raise failure


@pytest.mark.parametrize(
    ("failure", "status", "sentence"),
    [
        (
            OutreachError("La campaña 3 no se puede borrar: ya salió."),
            400,
            "La campaña 3 no se puede borrar: ya salió.",
        ),
        (NotFoundError("No existe la campaña <3>."), 404, "No existe la campaña &lt;3&gt;."),
        (RuntimeError("a secret detail"), 500, "quedó anotado"),
    ],
)
def test_a_failure_is_a_page_with_one_sentence(
    app: Flask, client: Client, failure: Exception, status: int, sentence: str
) -> None:
    open_page(app, failure)
    app.testing = False
    answer = client.get("/falla")
    assert answer.status_code == status
    assert sentence in answer.text
    assert "a secret detail" not in answer.text
    assert 'href="/"' in answer.text


def test_the_log_of_a_failure_holds_no_address(app: Flask, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/falla/<token>")
    @public("a test")
    def fail(token: str) -> str:
        raise RuntimeError(len(token))

    app.testing = False
    assert client.get("/falla/secreto%0a[INFO] falso").status_code == 500
    assert "failure in /falla/<token> [GET]" in caplog.text
    assert "secreto" not in caplog.text.partition("Traceback")[0]


def test_a_part_of_a_page_gets_the_sentence_alone(app: Flask, client: Client) -> None:
    open_page(app, OutreachError("No se puede."))
    answer = client.get("/falla", headers={"HX-Request": "true"})
    assert (answer.text, answer.mimetype) == ("No se puede.", "text/plain")


def test_an_address_that_is_not_there_says_so_in_the_language_of_the_page(client: Client) -> None:
    answer = client.get("/nada")
    assert answer.status_code == 404
    assert "Aquí no hay nada" in answer.text
    assert '<html lang="es">' in answer.text


def test_a_wrong_way_to_ask_is_answered_with_the_right_ones(client: Client) -> None:
    answer = client.get("/salir")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_role_that_may_not_is_told_whom_to_ask(app: Flask, signed_in: Client) -> None:
    app.add_url_rule("/ajuste", "adjust", requires(Permission.CONFIGURE)(lambda: "abierto"))
    assert signed_in.get("/ajuste").text == "abierto"
    answer = signed_in.as_role(Role.WRITER).get("/ajuste")
    assert answer.status_code == 403
    assert "pídalo a la administración" in answer.text


def test_a_file_is_kept_for_a_year_under_the_address_of_its_content(app: Flask, client: Client) -> None:
    with app.test_request_context():
        address = asset("outreach.css")
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert client.get("/static/outreach.css").headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/static/../base.html").status_code == 404


def test_a_page_has_its_frame(client: Client) -> None:
    page = client.get("/entrar").text
    assert 'class="skip-link" href="#main"' in page
    assert '<main id="main"' in page
    assert page.count("<h1>") == 1
    assert "<title>Entrar · Outreach</title>" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_a_form_says_in_words_what_is_wrong_with_each_field(app: Flask) -> None:
    sentences = ["Falta este dato.", "Escriba un número entero.", "Escriba una dirección de correo", "Elija una"]
    fields = {"name": "", "count": "x", "email": "x", "kind": "b"}
    with app.test_request_context(method="POST", data=fields):
        form = Sample(meta={"csrf": False})
        assert not form.validate_on_submit()
        said = " ".join(str(error) for field in form for error in field.errors)
        assert [sentence for sentence in sentences if sentence not in said] == []
        assert form.summarise_errors() == "Hay 4 datos por corregir"


@pytest.mark.parametrize(("language", "word"), [("es", "puede"), ("en", "cannot")])
def test_a_message_of_the_form_library_follows_the_language(app: Flask, language: str, word: str) -> None:
    with app.test_request_context(method="POST", data={"name": "abcd"}), speaking(language):
        form = Sample(meta={"csrf": False})
        form.validate_on_submit()
        assert word in form.name.errors[0]
