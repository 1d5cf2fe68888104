"""Spanish that a page in English still shows: texts of ours, outside of what is marked as Spanish."""

from functools import lru_cache

from babel.messages.pofile import read_po
from playwright.sync_api import Page

from outreach.resources import TRANSLATIONS

_COLLECT = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (element.closest("[lang|=es], script, template, textarea")) continue;
    if (node === element) {
      texts.push(...["aria-label", "title", "placeholder", "alt"].map((name) => node.getAttribute(name) ?? ""));
    } else {
      texts.push(node.data);
    }
  }
  return texts.map((text) => text.replace(/\\s+/g, " ").trim());
}"""


@lru_cache(maxsize=1)
def _list_translated() -> frozenset[str]:
    with TRANSLATIONS.joinpath("en", "LC_MESSAGES", "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    return frozenset(str(each.id) for each in catalogue if isinstance(each.id, str) and each.string != each.id)


def find_spanish(page: Page) -> list[str]:
    """Return the Spanish texts that stand where their English should."""
    return sorted(_list_translated() & {text for text in page.evaluate(_COLLECT) if text})
