import re
from dataclasses import replace
from html import escape, unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.compositions import BULLETIN, CALL, IDENTITY, PULSE, keep_language, make_piece
from outreach.campaigns.blocks import BLOCK_FIELDS, FieldKind
from outreach.campaigns.composition import Composition, Piece, Words
from outreach.campaigns.errors import ContentError
from outreach.campaigns.placeholders import fill, find_names, parse
from outreach.campaigns.rendering import (
    hash_versions,
    list_languages,
    list_renditions,
    list_templates,
    render,
    render_all,
)
from outreach.campaigns.rules import BlockType, Language, Rendition
from outreach.mail.slots import Slot

TEMPLATE_INJECTION = ["{{7*7}}", "{{''.__class__}}", "{% raw %}", "{{ config }}", "#{7*7}", "${7*7}", "{# x #}"]
MARKUP_INJECTION = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mj-text><mj-raw><script>alert(1)</script></mj-raw>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<![CDATA[<script>]]>",
    "<!-- --> <script>",
    "<mj-include path='/etc/passwd' />",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- begin en -->",
    "\x00\x1b\ud800 texto",
]


def make_hostile(text: str) -> Composition:
    """Put `text` into every field of every block, and into the words."""
    pieces = tuple(
        Piece(block, {field.name: {"es": text, "en": text} for field in fields})
        for block, fields in BLOCK_FIELDS.items()
    )
    good_links = tuple(
        Piece(
            block,
            {
                field.name: dict.fromkeys(("es", "en"), "https://example.org/" if field.kind.is_address else text)
                for field in fields
            },
        )
        for block, fields in BLOCK_FIELDS.items()
    )
    words = {language: Words(text, text) for language in Language}
    return replace(BULLETIN, words=words, pieces=(*pieces, *good_links))


@pytest.mark.parametrize(
    ("composition", "renditions"),
    [
        (BULLETIN, (Rendition.ES, Rendition.EN, Rendition.BOTH)),
        (keep_language(BULLETIN, Language.ES), (Rendition.ES,)),
        (keep_language(BULLETIN, Language.EN), (Rendition.EN,)),
        (replace(BULLETIN, words={}, pieces=()), (Rendition.ES,)),
    ],
)
def test_what_people_can_receive_follows_from_what_is_written(
    composition: Composition, renditions: tuple[Rendition, ...]
) -> None:
    assert list_renditions(composition) == renditions
    assert tuple(version.rendition for version in render_all(composition)) == renditions


def test_a_link_alone_does_not_begin_a_language() -> None:
    piece = make_piece("button", label=("Ir", ""), url="https://example.org")
    composition = replace(keep_language(BULLETIN, Language.ES), pieces=(piece,))
    assert list_languages(composition) == (Language.ES,)


def test_both_languages_share_a_message_and_its_subject() -> None:
    both = render(BULLETIN, Rendition.BOTH)
    assert both.subject == "Marzo en la ciudad: jacarandas y urnas / March in the city: jacarandas and ballots"
    assert both.html.index("jacarandas pintan") < both.html.index("In March the jacarandas")
    assert both.text.index("jacarandas pintan") < both.text.index("In March the jacarandas")
    assert both.html.count("{{sistema.baja}}") == both.text.count("{{sistema.baja}}") == 2


def test_an_unknown_template_is_refused() -> None:
    for template in ("", "../_shared", "_shared", "otra"):
        with pytest.raises(ContentError, match="corazon-chilango, pulso-migrante"):
            render(replace(BULLETIN, template=template), Rendition.ES)


@pytest.mark.parametrize("template", list_templates())
@pytest.mark.parametrize("text", TEMPLATE_INJECTION)
def test_template_languages_come_out_literal(text: str, template: str) -> None:
    version = render(replace(make_hostile(text), template=template), Rendition.BOTH)
    assert text in unescape(version.html)
    assert text in version.text
    assert text in version.subject
    assert "49" not in version.text


@pytest.mark.parametrize("template", list_templates())
@pytest.mark.parametrize("text", MARKUP_INJECTION)
def test_markup_in_any_field_is_shown_and_does_nothing(text: str, template: str) -> None:
    calm = render(replace(make_hostile("calma"), template=template), Rendition.BOTH).html
    html = render(replace(make_hostile(text), template=template), Rendition.BOTH).html
    for tag in ("<script", "<img", "<svg", "<mj", "<![CDATA", "<div", "<table", "<!--", "<style", "<a "):
        assert html.count(tag) == calm.count(tag), tag
    assert "\x00" not in html


def test_a_subscriber_cannot_bring_markup_or_placeholders() -> None:
    version = render(BULLETIN, Rendition.ES)
    html = fill(version.html, {"nombre": "<script>{{pais}}</script>", "pais": "México"}, escape)
    assert "&lt;script&gt;{{pais}}&lt;/script&gt;" in html
    assert "<script" not in html


def test_system_slots_come_from_the_template_alone() -> None:
    hostile = make_hostile("{{sistema.baja}} {{sistema.preferencias}} {{sistema.audiencia}}")
    for template in list_templates():
        calm = render(replace(make_hostile("calma"), template=template), Rendition.BOTH)
        version = render(replace(hostile, template=template), Rendition.BOTH)
        for slot in ("{{sistema.baja}}", "{{sistema.preferencias}}", "{{sistema.audiencia}}"):
            assert version.html.count(slot) == calm.html.count(slot)
            assert version.text.count(slot) == calm.text.count(slot)
        assert find_names(version.subject) == frozenset()


@pytest.mark.parametrize(
    "default", ["", "vecina, vecino", "Ana & Eva", "l'ami", '"amistad"', "*sin* _formato_", "ñandú"]
)
def test_placeholders_survive_the_way_to_html(default: str) -> None:
    mark = f"{{{{nombre|{default}}}}}"
    version = render(make_hostile(mark), Rendition.ES)
    expected = Slot("nombre", default)
    personal = [slot for slot in parse(version.html) if isinstance(slot, Slot) and slot.name == "nombre"]
    assert len(personal) > 15
    assert set(personal) == {expected}
    assert expected in parse(version.text)
    assert parse(version.subject) == (expected,)


def test_a_placeholder_never_reaches_a_link() -> None:
    version = render(make_hostile("https://example.org/{{nombre}}"), Rendition.ES)
    slots = set(re.findall(r'(?:href|src)="[^"]*\{\{([^}]*)', version.html))
    assert slots == {"sistema.baja", "sistema.preferencias"}


def test_the_hash_changes_with_any_character_and_not_with_the_order() -> None:
    versions = render_all(CALL)
    known = hash_versions(versions)
    assert known == hash_versions(reversed(render_all(CALL)))
    assert len(known) == 64
    for field in ("subject", "html", "text"):
        changed = replace(versions[0], **{field: getattr(versions[0], field) + " "})
        assert hash_versions([changed, *versions[1:]]) != known
    assert hash_versions(versions[:2]) != known


def test_the_text_part_is_made_from_the_blocks() -> None:
    text = render(PULSE, Rendition.ES).text
    assert "El registro para votar sigue abierto\n------" in text
    assert "Leer completo: El registro para votar sigue abierto: https://www.example.org/registro" in text
    assert "Cuándo: Sábado 14 de marzo, 12:00 (hora de la Ciudad de México, UTC−6)" in text
    assert "«La distancia también vota.»\n— Lectora en Toronto" in text
    assert IDENTITY.postal_address in text


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.sampled_from(list(BlockType)))
def test_any_text_in_any_block_renders(text: str, block: BlockType) -> None:
    fields = {field.name: {"es": text} for field in BLOCK_FIELDS[block] if field.kind is not FieldKind.LINK}
    composition = replace(BULLETIN, words={Language.ES: Words(text, text)}, pieces=(Piece(block, fields),))
    version = render(composition, Rendition.ES)
    assert version.html.endswith("</html>")
    assert version.html.count("<script") == 0
