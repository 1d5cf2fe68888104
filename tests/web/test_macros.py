from flask import Flask, render_template_string
from flask_sqlalchemy.pagination import Pagination
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from outreach.web.forms import Form


class Sample(Form):
    name = StringField("Nombre", [DataRequired()], description="Como en su credencial.")
    note = StringField("Nota")
    kind = RadioField("Tipo", [DataRequired()], choices=[SelectChoice("a", "Uno"), SelectChoice("b", "Dos")])
    lasting = BooleanField("Para siempre")


class Numbers(Pagination):
    """A list of a hundred numbers, ten to a page."""

    def _query_items(self) -> list[int]:
        return list(range(self._query_offset, self._query_offset + self.per_page))

    def _query_count(self) -> int:
        return 100


def write_form(app: Flask, template: str, fields: dict[str, str] | None = None) -> str:
    prefix = "{% from 'web/_forms.html' import field, summary, submit, csrf with context %}"
    with app.test_request_context("/", method="POST" if fields is not None else "GET", data=fields):
        form = Sample(meta={"csrf": False})
        if fields is not None:
            form.validate_on_submit()
        return render_template_string(prefix + template, form=form)


def write_table(app: Flask, template: str, path: str = "/", **values: object) -> str:
    prefix = "{% from 'web/_tables.html' import badge, empty, pager with context %}"
    with app.test_request_context(path):
        return render_template_string(prefix + template, **values)


def test_a_field_is_tied_to_its_label_its_hint_and_its_error(app: Flask) -> None:
    html = write_form(app, "{{ field(form.name, autocomplete='name') }}", {"name": ""})
    assert '<label class="form-label" for="name">Nombre</label>' in html
    assert 'aria-describedby="name-hint name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="name-hint">Como en su credencial.' in html
    assert 'id="name-error">Falta este dato.' in html
    assert 'autocomplete="name"' in html
    assert "(opcional)" not in html


def test_a_field_that_may_stay_empty_says_so(app: Flask) -> None:
    assert "(opcional)" in write_form(app, "{{ field(form.note) }}")


def test_choices_stand_in_a_group_with_its_name(app: Flask) -> None:
    html = write_form(app, "{{ field(form.kind) }}")
    assert '<legend class="form-label">Tipo</legend>' in html
    assert html.count('type="radio"') == 2
    assert '<label class="form-check-label" for="kind-0">Uno</label>' in html


def test_a_box_to_tick_has_its_label_after_it(app: Flask) -> None:
    html = write_form(app, "{{ field(form.lasting) }}")
    assert html.index('type="checkbox"') < html.index("Para siempre")


def test_the_errors_stand_at_the_top_with_links_to_their_fields(app: Flask) -> None:
    html = write_form(app, "{{ summary(form) }}", {"name": "", "kind": "x"})
    assert "Hay 2 datos por corregir" in html
    assert 'role="alert"' in html
    assert '<a href="#name">Nombre</a>: Falta este dato.' in html
    assert write_form(app, "{{ summary(form) }}").strip() == ""


def test_a_long_list_has_pages_that_keep_what_was_asked(app: Flask) -> None:
    app.add_url_rule("/lista", "listing", lambda: "")
    html = write_table(app, "{{ pager(pages) }}", "/lista?q=a%26b", pages=Numbers(page=3, per_page=10, error_out=False))
    assert 'aria-current="page"' in html
    assert "/lista?q=a%26b&amp;page=4" in html
    assert "…" in html


def test_a_short_list_has_no_pages(app: Flask) -> None:
    html = write_table(app, "{{ pager(pages) }}", pages=Numbers(page=1, per_page=100, error_out=False))
    assert html.strip() == ""


def test_an_empty_list_says_what_to_do(app: Flask) -> None:
    html = write_table(app, "{{ empty('No hay campañas.', '/campanas/nueva', 'Nueva campaña') }}")
    assert '<a class="btn btn-primary" href="/campanas/nueva">Nueva campaña</a>' in html


def test_a_state_is_a_word_and_a_colour(app: Flask) -> None:
    assert write_table(app, "{{ badge('Enviada', 'good') }}") == '<span class="state state-good">Enviada</span>'
