"""Prose fields in a real Chromium: what is written there is stored as the small Markdown that messages are made of."""

import pytest
from playwright.sync_api import Page

from browsing import OpenPage
from editor.conftest import ANA, Served
from outreach.campaigns.prose import to_html

pytestmark = pytest.mark.browser

TEXTS = (
    "Hola {{nombre|vecina, vecino}}: ya es **marzo**.",
    "**a** y *b* y ***c***",
    "- uno\n- dos\n  - tres\n  - cuatro\n- cinco",
    "1. a\n2. b\n\nfin",
    "3. tres\n4. cuatro",
    "[texto](https://iecm.mx/a_b?x=1&y=2) y <https://iecm.mx/>",
    "línea\notra línea\n\npárrafo",
    "5 \\* 3 = 15, a_b y \\_x\\_",
    "\\- no es lista\n1\\. tampoco",
    "&amp; &copy; \\&amp;",
    "[malo](javascript:alert(1))",
    "**{{nombre|x*y}}** y {{a_b}} y {{ 7*7 }}",
    "- a\n\n- b\n\n  c",
    "*a **b** c*",
    "\\[x](y)",
    "(**nota**) «*cita*» ¿**Sí**? **No.**",
    "a\\\\*b",
    "con `signos` y # otros\n# aquí\n> y aquí",
    "* a\n* b\n\n- c",
    "[**dos**](https://iecm.mx/) y [correo](mailto:a@example.org)",
    "9. nueve\n   - dentro\n10. diez",
    "<b>no es HTML</b> <https:no> <a@example.org>",
)

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin:0cm}</style></head>
<body><!--StartFragment--><h1 style='margin-top:12pt'><span style='font-size:20pt'>Calendario</span></h1>
<p class=MsoNormal style='margin-bottom:8pt'><span style='font-family:"Arial",sans-serif'>Hola <b>{{nombre|vecina,
vecino}}</b>, bienvenida&nbsp;a <i style='mso-bidi-font-style:normal'>casa</i>.<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·
<span>&nbsp;&nbsp;</span></span><![endif]>Primero<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><!--[if !supportLists]--><span
style='mso-list:Ignore'>o</span><!--[endif]-->Dentro</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><!--[if !supportLists]--><span
style='mso-list:Ignore'>1.</span><!--[endif]-->Uno</p>
<p class=MsoNormal>Vea <a href="https://www.iecm.mx/" style='color:blue'>el micrositio</a>.<o:p>&nbsp;</o:p></p>
<img src=x onerror="top.hit=1"><script>top.hit=1</script><!--EndFragment--></body></html>"""
FROM_WORD = (
    "**Calendario**\n\nHola **{{nombre|vecina, vecino}}**, bienvenida a *casa*.\n\n"
    "- Primero\n  - Dentro\n\n1. Uno\n\nVea [el micrositio](https://www.iecm.mx/)."
)
DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span
style="font-weight:400">Un texto </span><span style="font-weight:700;font-style:italic;">fuerte</span><span
style="font-weight:400"> y </span><a href="https://www.google.com/url?q=https://iecm.mx/x&amp;sa=D"><span>liga</span></a></p>
<br /><ul><li style="list-style-type:disc"><p role="presentation"><span>uno</span></p></li><ul><li><p>dentro</p></li>
</ul><li><p>dos</p></li></ul></b><br class="Apple-interchange-newline">"""
FROM_DOCS = "Un texto ***fuerte*** y [liga](https://iecm.mx/x)\n\n- uno\n  - dentro\n- dos"

PASTE = """(field, html) => {
    const parts = new DataTransfer();
    parts.setData("text/html", html);
    parts.setData("text/plain", "plano");
    field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: parts, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def page(served: Served, open_page: OpenPage) -> Page:
    """Open the editor as Ana."""
    opened = open_page(served.address)
    served.enter(opened, ANA)
    opened.locator(".prose").first.wait_for()
    return opened


def find_source(page: Page, language: str = "es") -> str:
    return page.locator(f"textarea[name$='-{language}-text']").first.input_value()


def write_anew(page: Page, words: str) -> None:
    """Write over what the Spanish text says, and stay there."""
    page.get_by_role("textbox", name="Texto · Español").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def go_to_end(page: Page, name: str) -> None:
    """Write on at the end of a field; its editor hears of the caret a moment after it moved."""
    page.get_by_role("textbox", name=name).focus()
    page.keyboard.press("Control+End")
    page.wait_for_function("""() => {
      const { doc, selection } = document.activeElement.editor.state;
      return selection.empty && selection.from === doc.content.size - 1;
    }""")


def test_every_text_of_the_subset_says_the_same_after_a_round_trip(page: Page) -> None:
    for text in TEXTS:
        again = page.evaluate("text => outreach.prose.write(outreach.prose.read(text))", text)
        assert to_html(again) == to_html(text), text
        assert page.evaluate("text => outreach.prose.write(outreach.prose.read(text))", again) == again


def test_a_field_that_nobody_touches_keeps_its_text_to_the_letter(page: Page) -> None:
    before = find_source(page)
    page.get_by_role("textbox", name="Texto · Español").click()
    assert find_source(page) == before


def test_bold_lists_and_links_are_made_with_the_keyboard_alone(page: Page) -> None:
    write_anew(page, "Hola {{nombre|a_b*c}} ")
    page.keyboard.press("Control+B")
    page.keyboard.type("fuerte")
    page.keyboard.press("Control+B")
    page.keyboard.type(" 2*3*4 ")
    page.keyboard.press("Control+K")
    page.get_by_label("Texto que se lee").fill("el programa")
    page.get_by_label("Dirección que se abre").fill("iecm.mx/programa")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("- uno")
    page.keyboard.press("Enter")
    page.keyboard.type("dos")
    assert find_source(page) == (
        "Hola {{nombre|a_b*c}} **fuerte** 2\\*3\\*4 [el programa](https://iecm.mx/programa)\n\n- uno\n- dos"
    )
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.command") == "italic"
    page.keyboard.press("Escape")
    reached = []
    for _step in range(4):  # the aids of this field, then the other language
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.closest('.side')?.lang"))
    assert "en" in reached


def test_whoever_leaves_the_link_goes_on_where_they_were(page: Page) -> None:
    write_anew(page, "Lea ")
    page.keyboard.press("Control+K")
    page.get_by_label("Texto que se lee").fill("el programa")
    page.keyboard.press("Escape")
    page.keyboard.type("hoy ")
    page.keyboard.press("Control+K")
    page.get_by_role("button", name="Cancelar").click()
    page.keyboard.type("todo")
    assert find_source(page) == "Lea hoy todo"


def test_a_link_is_taken_away_and_its_words_stay(page: Page) -> None:
    write_anew(page, "Lea ")
    page.keyboard.press("Control+K")
    page.get_by_label("Texto que se lee").fill("el programa")
    page.get_by_label("Dirección que se abre").fill("iecm.mx")
    page.keyboard.press("Enter")
    assert find_source(page) == "Lea [el programa](https://iecm.mx)"
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.activeElement.editor.isActive('link')")
    page.keyboard.press("Control+K")
    page.get_by_role("button", name="Quitar el enlace").click()
    assert find_source(page) == "Lea el programa"


def test_the_toolbar_says_what_is_on_in_the_language_of_the_page(page: Page) -> None:
    page.get_by_role("textbox", name="Texto · Español").click()
    bold = page.get_by_role("toolbar", name="Formato del texto").first.get_by_role("button", name="Negrita (Ctrl+B)")
    bold.click()
    assert bold.get_attribute("aria-pressed") == "true"
    page.keyboard.type("sí")
    assert "**sí**" in find_source(page)


@pytest.mark.parametrize(("pasted", "expected"), [(WORD, FROM_WORD), (DOCS, FROM_DOCS)])
def test_what_is_pasted_from_elsewhere_becomes_clean_text(page: Page, pasted: str, expected: str) -> None:
    field = page.get_by_role("textbox", name="Texto · Español")
    field.focus()
    page.keyboard.press("Control+A")
    page.evaluate(f"html => ({PASTE})(document.activeElement, html)", pasted)
    assert find_source(page) == expected
    assert page.evaluate("window.hit") is None


def test_words_from_outside_enter_where_one_writes_and_a_new_value_is_shown(page: Page) -> None:
    go_to_end(page, "Texto · Español")
    insert = """field => field.dispatchEvent(
        new CustomEvent('outreach:insert', {bubbles: true, detail: {text: ' {{cargo|x}}'}}))"""
    page.locator("textarea[name$='-es-text']").first.evaluate(insert)
    assert find_source(page).endswith("ya es marzo. {{cargo|x}}")
    change = "field => { field.value = 'Otro **texto**'; field.dispatchEvent(new Event('input', {bubbles: true})); }"
    page.locator("textarea[name$='-en-text']").first.evaluate(change)
    assert page.get_by_role("textbox", name="Texto · English").inner_html() == "<p>Otro <strong>texto</strong></p>"


def test_what_was_written_is_saved_as_markdown(page: Page, served: Served) -> None:
    go_to_end(page, "Texto · English")
    page.keyboard.press("Control+I")
    page.keyboard.type(" More")
    page.get_by_role("button", name="Guardar", exact=True).last.click()
    page.locator(".alert-success").wait_for()
    assert served.read_text("text", "en") == "Hello {{nombre|neighbour}}: it is March. *More*"
