from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.placeholders import defuse, fill, find_misspelt, find_names, fold_name, parse
from outreach.mail.slots import Slot

LITERAL = [
    "{{7*7}}",
    "{{''.__class__}}",
    "{% raw %}",
    "{% for x in y %}",
    "#{7*7}",
    "${7*7}",
    "{{ nombre }}",
    "{{Nombre}}",
    "{nombre}",
    "{{}}",
    "{{|x}}",
    "{{nombre|<b>}}",
    "{{nombre|&lt;b&gt;}}",
    "{{nombre|a\nb}}",
    "{{nombre.apellido}}",
    "{{sistema.clave}}",
    "{{nombre}",
]


def test_a_text_is_cut_at_its_slots() -> None:
    assert parse("Hola {{nombre|persona integrante}}: {{cargo}}.") == (
        "Hola ",
        Slot("nombre", "persona integrante"),
        ": ",
        Slot("cargo"),
        ".",
    )


@pytest.mark.parametrize("written", ["institución", "institucion", "institucio\u0301n"])
def test_accents_are_folded(written: str) -> None:
    assert find_names("{{" + written + "}}") == {"institucion"}


def test_the_letter_enye_is_no_accent() -> None:
    assert fold_name("Año_de_Graduación") == "año_de_graduacion"
    assert find_names("{{año}}") == {"año"}


@pytest.mark.parametrize("text", LITERAL)
def test_what_the_grammar_does_not_know_is_plain_text(text: str) -> None:
    assert parse(text) == (text,)
    assert fill(text, {"nombre": "Ana", "config": "secret"}) == text


def test_a_name_that_nobody_knows_stays_as_written() -> None:
    assert fill("{{config}}", {"nombre": "Ana"}) == "{{config}}"


def test_an_empty_value_takes_the_default() -> None:
    assert fill("{{nombre|vecina}}", {"nombre": ""}) == "vecina"
    assert fill("{{nombre|vecina}}", {}) == "vecina"
    assert fill("<{{nombre}}>", {"nombre": ""}) == "<>"


def test_a_value_is_never_expanded_again() -> None:
    values = {"nombre": "{{correo}}", "correo": "a@example.org"}
    assert fill("{{nombre}} {{correo}}", values) == "{{correo}} a@example.org"
    assert fill("{{nombre}}", {"nombre": "{{sistema.baja}}", "sistema.baja": "https://x"}) == "{{sistema.baja}}"


def test_values_and_defaults_are_escaped_alike() -> None:
    html = "<p>{{nombre|Ana &amp; Eva}}</p>"
    assert fill(html, {"nombre": "<script>"}, escape) == "<p>&lt;script&gt;</p>"
    assert fill(html, {}, escape) == "<p>Ana &amp; Eva</p>"
    assert parse(html)[1] == Slot("nombre", "Ana & Eva")


def test_system_slots_are_slots() -> None:
    assert find_names("{{sistema.baja}} {{sistema.audiencia}} {{sistema.preferencias}}") == {
        "sistema.baja",
        "sistema.audiencia",
        "sistema.preferencias",
    }


@pytest.mark.parametrize(
    "text", ["{{sistema.baja}}", "{{{sistema.baja}}}", "{{nombre|{{sistema.baja}}}}", "{{sistema.baja|x}}"]
)
def test_a_system_slot_that_somebody_typed_is_shown_and_not_filled(text: str) -> None:
    defused = defuse(text)
    assert not any(name.startswith("sistema") for name in find_names(defused))
    assert defused.replace("\u2060", "") == text


def test_braces_that_are_no_placeholder_are_found() -> None:
    assert find_misspelt("{{Nombre}} {{nombre}} {{ cargo }} {{7*7}} {{7*7}}") == (
        "{{Nombre}}",
        "{{ cargo }}",
        "{{7*7}}",
    )


@given(st.text(alphabet="{}|ab.sitema_é<&;\n ", max_size=80))
def test_cutting_loses_nothing(text: str) -> None:
    kept = sum(len(segment) for segment in parse(text) if isinstance(segment, str))
    assert kept <= len(text)
    assert fill(text, {}) == text or "|" in text


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.text(max_size=40)))
def test_filling_is_one_pass_over_any_values(values: dict[str, str]) -> None:
    expected = f"{values.get('a') or 'x'}-{values.get('b') or 'y'}"
    assert fill("{{a|x}}-{{b|y}}", values) == expected
