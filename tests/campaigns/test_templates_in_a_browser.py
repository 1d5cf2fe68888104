"""The templates in a real Chromium, narrow and wide, light and dark: what fits, what can be read and pressed."""

from html import escape
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from campaigns.compositions import SAMPLES
from outreach.campaigns.placeholders import fill
from outreach.campaigns.rendering import list_templates, render
from outreach.campaigns.rules import Rendition

pytestmark = pytest.mark.browser
VALUES = {
    "nombre": "Lucía Ñáñez",
    "sistema.audiencia": "Diáspora",
    "sistema.audience": "People abroad",
    "sistema.baja": "https://example.org/baja",
    "sistema.preferencias": "https://example.org/preferencias",
}
# Every text that is shown, with its colour, the nearest background under it, its size and the height of its lines.
READ_TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('[aria-hidden]')) continue;
    if (element.closest('[style*="max-height:0"]')) continue;
    let ground = element;
    while (ground && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
    const style = getComputedStyle(element);
    texts.push({
      text: walker.currentNode.data.trim().slice(0, 40),
      colour: style.color,
      ground: ground ? getComputedStyle(ground).backgroundColor : 'rgb(255, 255, 255)',
      size: parseFloat(style.fontSize),
      line: parseFloat(style.lineHeight) / parseFloat(style.fontSize),
      isProse: ['P', 'LI'].includes(element.tagName) || element.closest('p, li') !== null,
    });
  }
  return texts;
}"""
READ_BUTTONS = "() => [...document.querySelectorAll('.button a')].map(link => link.getBoundingClientRect().height)"
READ_LINKS = """() => [...document.querySelectorAll('a[href]')].filter(link => !link.closest('.button'))
  .map(link => [link.textContent, getComputedStyle(link).textDecorationLine])"""


def measure_contrast(first: str, second: str) -> float:
    """Return the contrast of two `rgb(r, g, b)` colours (WCAG 2.2, 1.4.3)."""
    darker, lighter = sorted(measure_luminance(colour) for colour in (first, second))
    return (lighter + 0.05) / (darker + 0.05)


def measure_luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def check_page(page: Page, width: int) -> None:
    texts = page.evaluate(READ_TEXTS)
    assert len(texts) > 20
    faint = [text for text in texts if measure_contrast(text["colour"], text["ground"]) < 4.5]
    assert faint == []
    assert [text for text in texts if text["size"] < 14] == []
    assert [text for text in texts if text["isProse"] and text["line"] < 1.49] == []
    assert min(page.evaluate(READ_BUTTONS)) >= 44
    assert [link for link in page.evaluate(READ_LINKS) if link[1] != "underline"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("template", list_templates())
def test_a_message_fits_and_can_be_read_everywhere(
    chromium: Browser, template: str, scheme: Literal["light", "dark"]
) -> None:
    html = fill(render(SAMPLES[template], Rendition.BOTH).html, VALUES, escape)
    for width in (320, 700):
        with chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
            context.route("**/*", lambda route: route.abort())
            page = context.new_page()
            page.set_content(html)
            check_page(page, width)


def test_a_dark_webmail_gets_the_dark_palette(chromium: Browser) -> None:
    html = render(SAMPLES["corazon-chilango"], Rendition.ES).html
    with chromium.new_context(viewport={"width": 700, "height": 900}, color_scheme="light") as context:
        context.route("**/*", lambda route: route.abort())
        page = context.new_page()
        page.set_content(html.replace("<body", "<body data-ogsc", 1))
        assert page.evaluate("getComputedStyle(document.querySelector('.paper')).backgroundColor") == "rgb(38, 26, 31)"
        check_page(page, 700)
