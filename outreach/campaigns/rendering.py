"""From blocks to the frozen message: MJML and Jinja2 make the HTML, the same blocks make the text (design §4)."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from mjml import mjml2html

from outreach.campaigns.composition import (
    Composition,
    Identity,
    Piece,
    RenderedVersion,
    Words,
    is_begun,
    list_languages,
)
from outreach.campaigns.errors import ContentError
from outreach.campaigns.phrases import LEAVE_SLOT, PREFERENCES_SLOT, name_when, name_where, point_below
from outreach.campaigns.pictures import fit
from outreach.campaigns.plaintext import join_sections, write_section
from outreach.campaigns.rules import Language, Rendition
from outreach.campaigns.sections import Section, make_section
from outreach.resources import EMAIL_TEMPLATES
from outreach.translation import gettext as _
from outreach.translation import speaking

__all__ = [
    "Composition",
    "Identity",
    "Look",
    "Piece",
    "RenderedVersion",
    "Words",
    "find_look",
    "hash_versions",
    "is_begun",
    "list_languages",
    "list_renditions",
    "list_templates",
    "render",
    "render_all",
]


_PARAGRAPH_GAP = 16  # pixels


@dataclass(frozen=True, slots=True)
class Look:
    """What a template's `template.toml` says: its name and tagline by language, its colours in light and dark."""

    slug: str
    name: Mapping[str, str]
    tagline: Mapping[str, str]
    light: Mapping[str, str]
    dark: Mapping[str, str]


@lru_cache(maxsize=1)
def list_templates() -> tuple[str, ...]:
    """Return the names of the institutional templates, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in EMAIL_TEMPLATES.glob("*/template.toml")))


@lru_cache(maxsize=16)
def find_look(template: str) -> Look | None:
    """Return the look of the template of that name; None when there is no such template."""
    if template not in list_templates():
        return None
    return Look(slug=template, **tomllib.loads((EMAIL_TEMPLATES / template / "template.toml").read_text("utf-8")))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(EMAIL_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "leave_url": LEAVE_SLOT,
        "preferences_url": PREFERENCES_SLOT,
        "name_when": name_when,
        "name_where": name_where,
        "fit": fit,
    }
    environment.filters["styled"] = style_prose
    return environment


def style_prose(html: Markup, link_colour: str, below: int = _PARAGRAPH_GAP) -> Markup:
    """Return sanitised prose with the inline styles that mail clients need, and `below` pixels under its end."""
    space = f"margin:0 0 {_PARAGRAPH_GAP}px 0;"
    styles = {
        "<p>": f'<p style="{space}">',
        "<ul>": f'<ul style="{space}padding:0 0 0 24px;">',
        "<ol": f'<ol style="{space}padding:0 0 0 24px;"',
        "<li>": '<li style="margin:0 0 6px 0;">',
        "<a ": f'<a class="link" style="color:{link_colour};text-decoration:underline;" ',
    }
    text = str(html)
    for tag, styled in styles.items():
        text = text.replace(tag, styled)
    if below != _PARAGRAPH_GAP:
        head, gap, tail = text.rpartition(space)
        text = f"{head}margin:0 0 {below}px 0;{tail}" if gap else text
    return Markup(text)  # noqa: S704 - it came as markup, and the styles are ours


def list_renditions(composition: Composition) -> tuple[Rendition, ...]:
    """Return what people can receive of it: its one language, or each of the two and both together."""
    languages = list_languages(composition)
    single = tuple(Rendition(language.value) for language in languages)
    return single if len(single) == 1 else (*single, Rendition.BOTH)


def render(composition: Composition, rendition: Rendition) -> RenderedVersion:
    """Return one rendition with its slots still in place; raise ContentError for an unknown template."""
    look = find_look(composition.template)
    if look is None:
        raise ContentError(
            _(
                "No existe la plantilla «%(template)s»: elija entre %(templates)s.",
                template=composition.template,
                templates=", ".join(list_templates()),
            )
        )
    languages = tuple(Language) if rendition is Rendition.BOTH else (Language(rendition.value),)
    sections = [_make_spoken(composition, language, level) for level, language in enumerate(languages, 1)]
    texts = [_write_spoken(section, look) for section in sections]
    with speaking(languages[-1]):
        jump = point_below()
    return RenderedVersion(
        rendition=rendition,
        subject=_join(section.subject for section in sections),
        html=_render_html(sections, look, jump),
        text=join_sections(texts, jump),
    )


def _make_spoken(composition: Composition, language: Language, level: int) -> Section:
    with speaking(language):
        return make_section(composition, language, level)


def _write_spoken(section: Section, look: Look) -> str:
    with speaking(section.language):
        return write_section(section, look.name[section.language])


def _join(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(text for text in texts if text))


def _render_html(sections: list[Section], look: Look, jump: str) -> str:
    values: dict[str, Any] = {"look": look, "light": look.light, "dark": look.dark}
    bodies = []
    for section in sections:
        with speaking(section.language):
            body = _environment().get_template(f"{look.slug}/section.mjml").render(section=section, **values)
        bodies.append(Markup(body))  # noqa: S704 - rendered with autoescape
    document = (
        _environment()
        .get_template("_shared/document.mjml")
        .render(
            sections=list(zip(sections, bodies, strict=True)),
            subject=_join(section.subject for section in sections),
            jump=jump,
            **values,
        )
    )
    return _mark_languages(str(mjml2html(document, fonts={})))


def _mark_languages(html: str) -> str:
    """Wrap every language in an element of its own; MJML itself knows one language for a document (WCAG 3.1.2)."""
    for tag in ("es-MX", "en"):
        html = html.replace(f"<!-- begin {tag} -->", f'<div lang="{tag}">').replace(f"<!-- end {tag} -->", "</div>")
    return html


def render_all(composition: Composition) -> tuple[RenderedVersion, ...]:
    """Return every rendition that somebody may receive."""
    return tuple(render(composition, rendition) for rendition in list_renditions(composition))


def hash_versions(versions: Iterable[RenderedVersion]) -> str:
    """Return the SHA-256 (hexadecimal) of the versions in any order; one changed character changes it (H-23)."""
    content = sorted([version.rendition.value, version.subject, version.html, version.text] for version in versions)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
