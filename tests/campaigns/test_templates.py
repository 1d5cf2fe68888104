"""Every institutional template, in every rendition: looked at as readers, screen readers and mail clients do."""

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise, product
from pathlib import Path

import pytest

from campaigns.compositions import SAMPLES
from outreach.campaigns.placeholders import find_names
from outreach.campaigns.rendering import RenderedVersion, find_look, list_templates, render
from outreach.campaigns.rules import Rendition
from outreach.resources import EMAIL_TEMPLATES

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = "OUTREACH_UPDATE_SNAPSHOTS"
# What mrml renders; it leaves out a tag it does not know without a word.
KNOWN_TAGS = {
    "mjml", "mj-head", "mj-body", "mj-title", "mj-preview", "mj-raw", "mj-attributes", "mj-all", "mj-class", "mj-style",
    "mj-section", "mj-column", "mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table", "mj-wrapper",
}  # fmt: skip
ALLOWED_TAGS = {
    "html", "head", "title", "meta", "style", "body", "div", "span", "p", "br", "strong", "em", "a", "table", "tbody",
    "tr", "td", "img", "h1", "h2", "h3", "h4", "ul", "ol", "li", "blockquote",
}  # fmt: skip
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
FORBIDDEN_STYLES = ("position:", "@import", "expression(", "javascript:", "float:", "@font-face")
PAIRS = [
    ("page_link", "page"),
    *product(("ink", "muted", "link", "accent"), ("paper", "card")),
    *product(("head_ink", "head_soft"), ("head",)),
    ("button_ink", "button"),
    *product(("foot_ink", "foot_link"), ("foot",)),
]
EVERY = list(product(list_templates(), Rendition))


class Page(HTMLParser):
    """Start tags with their attributes, the words shown, and how each element lies inside others."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.skipping = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        self.skipping = tag in {"style", "title"}
        if tag == "a" and "href" in attributes:
            self.links.append((attributes["href"], ""))

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.words += data.split()
            if self.links:
                url, text = self.links[-1]
                self.links[-1] = (url, text + data)

    def named(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.tags if name == tag)


def render_sample(template: str, rendition: Rendition) -> RenderedVersion:
    return render(SAMPLES[template], rendition)


def measure_contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two #rrggbb colours (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((measure_luminance(first), measure_luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def measure_luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_template_has_a_sample() -> None:
    assert set(SAMPLES) == set(list_templates()) == {"corazon-chilango", "convocatoria", "pulso-migrante"}


@pytest.mark.parametrize(("template", "rendition"), EVERY)
def test_a_message_is_as_it_was_last_looked_at(template: str, rendition: Rendition) -> None:
    version = render_sample(template, rendition)
    seen = {
        "txt": f"{version.subject}\n\n{version.text}",
        "html": version.html.replace("><", ">\n<") + "\n",
    }
    for part, content in seen.items():
        path = SNAPSHOTS / f"{template}.{rendition}.{part}.snapshot"
        if UPDATE in os.environ:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        assert content == path.read_text(encoding="utf-8"), (
            f"{path.name} differs; if that is meant, run with {UPDATE}=1"
        )


def test_the_templates_use_only_tags_that_are_rendered() -> None:
    for path in EMAIL_TEMPLATES.rglob("*.mjml"):
        used = set(re.findall(r"<(mj[a-z-]*)", path.read_text("utf-8")))
        assert used <= KNOWN_TAGS, path.name


def test_a_template_brings_nothing_from_elsewhere() -> None:
    for path in EMAIL_TEMPLATES.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert not re.search(r"https?://(?!\")|<mj-font|url\(", text), path.name
            assert len(text.splitlines()) <= 120, path.name


@pytest.mark.parametrize("template", list_templates())
def test_a_template_is_named_in_both_languages(template: str) -> None:
    look = find_look(template)
    assert look is not None
    assert set(look.name) == set(look.tagline) == {"es", "en"}
    assert set(look.light) == set(look.dark)


@pytest.mark.parametrize(("template", "scheme"), list(product(list_templates(), ("light", "dark"))))
def test_the_palette_has_contrast_enough(template: str, scheme: str) -> None:
    palette = getattr(find_look(template), scheme)
    low = {pair: measure_contrast(palette[pair[0]], palette[pair[1]]) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize(("template", "rendition"), EVERY)
def test_the_message_says_its_language(template: str, rendition: Rendition) -> None:
    tags = {Rendition.ES: ["es-MX"], Rendition.EN: ["en"], Rendition.BOTH: ["es-MX", "en"]}[rendition]
    html = render_sample(template, rendition).html
    page = Page(html)
    assert next(page.named("html"))["lang"] == tags[0]
    inside = html[html.index("<body") :]
    wrappers = re.findall(r'<div lang="([^"]+)">', inside)
    assert wrappers == tags
    assert next(tag["lang"] for tag in page.named("div") if "lang" in tag) == tags[0]
    assert {attributes["lang"] for _tag, attributes in page.tags if "lang" in attributes} == set(tags)
    assert "begin" not in inside


@pytest.mark.parametrize(("template", "rendition"), EVERY)
def test_titles_stand_in_order(template: str, rendition: Rendition) -> None:
    levels = [int(tag[1]) for tag, _attributes in Page(render_sample(template, rendition).html).tags if tag in HEADINGS]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize(("template", "rendition"), EVERY)
def test_only_plain_tags_and_styles_are_used(template: str, rendition: Rendition) -> None:
    html = render_sample(template, rendition).html
    page = Page(html)
    assert {tag for tag, _attributes in page.tags} <= ALLOWED_TAGS
    assert not [style for style in FORBIDDEN_STYLES if style in html]
    for table in re.findall(r"<table[^>]*>", html):
        assert 'role="presentation"' in table
        assert all(f'{name}="0"' in table for name in ("border", "cellpadding", "cellspacing"))
    assert all("alt" in image for image in page.named("img"))
    assert not [name for _tag, attributes in page.tags for name in attributes if name.startswith("on")]


@pytest.mark.parametrize(("template", "rendition"), EVERY)
def test_every_link_is_underlined_or_a_button_and_says_where_it_leads(template: str, rendition: Rendition) -> None:
    page = Page(render_sample(template, rendition).html)
    for attributes in page.named("a"):
        style = attributes.get("style", "")
        assert "name" in attributes or "text-decoration:underline" in style or "background:#" in style
    assert all(len(text.split()) > 0 for _url, text in page.links)
    assert not {text.strip().lower() for _url, text in page.links} & {"aquí", "here", "leer más", "read more"}


@pytest.mark.parametrize(("template", "rendition"), EVERY)
def test_the_text_part_says_the_same(template: str, rendition: Rendition) -> None:
    version = render_sample(template, rendition)
    page = Page(version.html)
    targets = {url.removeprefix("mailto:") for url, _text in page.links if not url.startswith("#")}
    assert {url for url in targets if url not in version.text} == set()
    shown, written = ({word.strip(".,:;()«»—") for word in words} for words in (page.words, version.text.split()))
    assert len(shown & written) / len(shown) >= 0.7
    assert find_names(version.html) == find_names(version.text)


@pytest.mark.parametrize(("template", "rendition"), EVERY)
def test_the_footer_says_who_why_and_how_to_leave(template: str, rendition: Rendition) -> None:
    version = render_sample(template, rendition)
    identity = SAMPLES[template].identity
    languages = ("es", "en") if rendition is Rendition.BOTH else (rendition.value,)
    for part in (version.html, version.text):
        for language in languages:
            assert identity.name[language] in part
            assert identity.privacy_url[language] in part
            assert identity.privacy_text[language] in part
        for text in (identity.postal_address, identity.sender_name):
            assert part.count(text) == len(languages)
        for language, slot in (("es", "{{sistema.audiencia}}"), ("en", "{{sistema.audience}}")):
            assert part.count(slot) == languages.count(language)
        assert part.count("{{sistema.preferencias}}") == part.count("{{sistema.baja}}") == len(languages)


@pytest.mark.parametrize(("template", "rendition"), EVERY)
def test_the_head_declares_both_colour_schemes_and_the_subject(template: str, rendition: Rendition) -> None:
    version = render_sample(template, rendition)
    assert f"<title>{version.subject}</title>" in version.html
    assert '<meta name="color-scheme" content="light dark"' in version.html
    assert "prefers-color-scheme: dark" in version.html
    assert "[data-ogsc]" in version.html
    assert len(version.html.encode()) < 60_000


def test_two_languages_begin_with_a_jump_to_the_second() -> None:
    for template in list_templates():
        page = Page(render_sample(template, Rendition.BOTH).html)
        assert page.links[0][0] == "#en"
        assert next(attributes for attributes in page.named("div") if attributes.get("id") == "en")
