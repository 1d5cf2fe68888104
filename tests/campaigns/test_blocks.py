import pytest

from outreach.campaigns.blocks import BLOCK_FIELDS, FieldKind, list_missing, read_block, tidy
from outreach.campaigns.errors import ContentError
from outreach.campaigns.links import find_link_problem, is_vague, pretends_elsewhere
from outreach.campaigns.prose import Link, find_links, to_html, to_text
from outreach.campaigns.rules import BlockType, Language

GOOD_LINKS = [
    "https://www.iecm.mx/",
    "https://iecm.mx/año?x=1&y=2#z",
    "https://ñandú.example.org/",
    "mailto:votochilango@iecm.mx",
    "mailto:votochilango@iecm.mx?subject=Quiero%20saber",
]
BAD_LINKS = [
    "",
    "#",
    "/ruta",
    "//example.org",
    "http://example.org",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "vbscript:x",
    "https://",
    "https://localhost/x",
    "https://intranet/x",
    "https://printer.local/",
    "https://127.0.0.1/",
    "https://10.0.0.8/",
    "https://169.254.169.254/latest",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://iecm.mx@example.org/",
    "https://example.org:8443/",
    "https://example.org:abc/",
    "https://exa mple.org/",
    "https://example.org/\nx",
    'https://example.org/"onclick=',
    "https://bit.ly/abc",
    "https://www.tinyurl.com/abc",
    "https://example.org/{{nombre}}",
    "https://example.org/%7B%7Bnombre%7D%7D",
    "mailto:",
    "mailto:a@example.org,b@example.org",
    "mailto:a@example.org?subject=a%0ABcc:x",
]
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    '[x](https://example.org/ "onmouseover=alert(1)")',
    "<https://localhost/>",
    '<a href="https://example.org" style="position:fixed">x</a>',
    "![x](https://example.org/x.png)",
    "<style>*{display:none}</style>",
    "<!-- x -->",
    "]]><mj-raw>x</mj-raw>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.mark.parametrize("url", GOOD_LINKS)
def test_a_public_address_is_a_good_link(url: str) -> None:
    assert find_link_problem(url) is None


@pytest.mark.parametrize("url", BAD_LINKS)
def test_a_bad_link_is_refused_in_one_sentence(url: str) -> None:
    problem = find_link_problem(url)
    assert problem is not None
    assert problem.endswith(".")


def test_a_link_text_must_say_something() -> None:
    assert all(map(is_vague, ["aquí", "Haz clic aquí", "Leer más…", "here", "Read more »", "→", ""]))
    assert not any(map(is_vague, ["Lee la convocatoria", "Aquí está el calendario", "Read the full results"]))


def test_a_link_text_that_shows_another_site_pretends() -> None:
    assert pretends_elsewhere("https://iecm.mx", "https://example.org/")
    assert not pretends_elsewhere("https://www.iecm.mx/x", "https://iecm.mx/")
    assert not pretends_elsewhere("El sitio del Instituto", "https://iecm.mx/")


def test_rich_text_becomes_html_and_text_with_links_written_out() -> None:
    lists = "- uno\n- dos\n\n3. tres\n4. cuatro"
    text = f"Hola **{{{{nombre|*vecina*}}}}**, mira la [guía](https://iecm.mx/?a=1&b=2).\nAdiós\n\n{lists}"
    assert to_html(text) == (
        '<p>Hola <strong>{{nombre|*vecina*}}</strong>, mira la <a href="https://iecm.mx/?a=1&amp;b=2">guía</a>.<br>\n'
        'Adiós</p>\n<ul>\n<li>uno</li>\n<li>dos</li>\n</ul>\n<ol start="3">\n<li>tres</li>\n<li>cuatro</li>\n</ol>'
    )
    assert to_text(text) == (
        f"Hola {{{{nombre|*vecina*}}}}, mira la guía (https://iecm.mx/?a=1&b=2).\nAdiós\n\n{lists}"
    )


def test_lists_nest_and_continue_in_the_text() -> None:
    assert to_text("- uno\n  1. dentro\n\n  sigue\n- dos\n\nfin") == "- uno\n  1. dentro\n  sigue\n- dos\n\nfin"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_rich_text_is_shown_and_does_nothing(text: str) -> None:
    html = to_html(text)
    assert not any(mark in html.lower() for mark in ("<script", "<img", "<svg", "<style", "<!--", "<mj", 'href="java'))
    assert "style=" not in html or "&lt;a" in html
    assert 'href="data' not in html
    assert "title=" not in html


def test_bad_links_are_found_though_they_are_not_rendered() -> None:
    assert find_links("[a](javascript:alert(1)) [b **c**](https://iecm.mx)") == (
        Link("a", "javascript:alert(1)"),
        Link("b c", "https://iecm.mx"),
    )


def test_every_block_type_has_its_fields() -> None:
    assert set(BLOCK_FIELDS) == set(BlockType)


def test_a_block_is_read_from_a_file() -> None:
    assert read_block({"type": "button", "label": {"es": " Ir ", "en": "Go"}, "url": "https://iecm.mx"}, 1) == (
        BlockType.BUTTON,
        {"label": {"es": "Ir", "en": "Go"}, "url": {"es": "https://iecm.mx", "en": "https://iecm.mx"}},
    )


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({}, "tipo desconocido"),
        ({"type": "marquee"}, "marquee"),
        ({"type": ["text"]}, "tipo desconocido"),
        ({"type": "text", "body": {"es": "x"}}, "«body»"),
        ({"type": "divider", "text": "x"}, "ninguno"),
        ({"type": "text", "text": 7}, "un texto por idioma"),
        ({"type": "text", "text": {"es": 7}}, "un texto por idioma"),
        ({"type": "text", "text": {"fr": "x"}}, "«fr»"),
        ({"type": "text", "text": {"es": "x" * 20_001}}, "20000"),
    ],
)
def test_a_malformed_block_is_refused_with_its_number(raw: dict[str, object], words: str) -> None:
    with pytest.raises(ContentError, match="bloque 4") as refusal:
        read_block(raw, 4)
    assert words in str(refusal.value)


def test_an_optional_field_is_missing_only_where_the_other_language_has_it() -> None:
    fields = {"text": {"es": "x", "en": "y"}, "author": {"es": "Ana"}}
    assert list_missing(BlockType.QUOTE, fields, Language.ES) == ()
    assert [field.name for field in list_missing(BlockType.QUOTE, fields, Language.EN)] == ["author"]
    assert [field.name for field in list_missing(BlockType.BUTTON, {}, Language.ES)] == ["label", "url"]


def test_only_rich_text_keeps_its_line_breaks() -> None:
    assert tidy(" a\r\nb\u2028c\x00 ", FieldKind.PROSE) == "a\nb\nc"
    assert tidy(" a\r\nb\u2028c\x00 ", FieldKind.LINE) == "a b c"
    assert tidy("institucio\u0301n\ud800", FieldKind.LINE) == "institución"
