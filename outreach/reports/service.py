"""Writes of what reports are made with: layouts, phrases, and the Word template."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.db import db
from outreach.reports.documents.templates import check_template
from outreach.reports.layouts import DEFAULT_LAYOUT, LayoutError, list_shipped_presets, read_layout
from outreach.reports.models import LayoutPreset, WordTemplate, WrittenPhrase
from outreach.reports.phrases import check_phrase, list_phrases
from outreach.reports.queries import list_written
from outreach.translation import gettext as _
from outreach.web.downloads import safe_filename

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG, LONGEST_NAME = 60, 120


@dataclass(frozen=True, slots=True)
class LayoutNames:
    """What a layout is called in the lists of both languages."""

    name_es: str
    name_en: str


def seed_layouts() -> None:
    """Add the shipped layouts that are missing; what somebody changed stays as it is."""
    known = set(db.session.scalars(select(LayoutPreset.slug)))
    for preset in list_shipped_presets():
        if preset.slug not in known:
            db.session.add(
                LayoutPreset(
                    slug=preset.slug, name_es=preset.name_es, name_en=preset.name_en, options=dict(preset.options)
                )
            )
    db.session.flush()


def make_slug(name: str) -> str:
    """Return the slug that a name gives, as tabla-del-ano for «Tabla del año»; empty where it has no letter of ours."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_SLUG].strip("-")


def keep_layout(slug: str, names: LayoutNames, options: Mapping[str, object], user: User) -> LayoutPreset:
    """Keep a layout under its slug, new or in place of the one there; raise LayoutError naming what is wrong."""
    if not _SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise LayoutError(
            _("La clave del formato lleva letras minúsculas sin acento, cifras y guiones, como tabla-trimestral.")
        )
    if not names.name_es or max(len(names.name_es), len(names.name_en)) > LONGEST_NAME:
        raise LayoutError(_("El formato de tabla necesita un nombre de hasta %(most)s letras.", most=LONGEST_NAME))
    read_layout(options, "es")
    read_layout(options, "en")
    preset = db.session.scalar(select(LayoutPreset).where(LayoutPreset.slug == slug)) or LayoutPreset(slug=slug)
    preset.name_es, preset.name_en = names.name_es, names.name_en or names.name_es
    preset.options = dict(options)
    db.session.add(preset)
    db.session.flush()
    record("keep", "layout", preset.id, {}, user)
    return preset


def discard_layout(preset: LayoutPreset, user: User) -> None:
    """Remove a layout; raise LayoutError for the one that reports take when none is named."""
    if preset.slug == DEFAULT_LAYOUT:
        raise LayoutError(_("El formato básico no se quita: los informes lo usan cuando no se elige otro."))
    record("discard", "layout", preset.id, {}, user)
    db.session.delete(preset)
    db.session.flush()


def write_phrases(language: str, texts: Mapping[str, str], user: User) -> int:
    """Keep the phrases that differ from those that ship, and forget the others, also the empty; return how many differ.

    Raises PhraseError for the first that cannot be printed, and keeps none then.
    """
    known = {phrase.name: phrase for phrase in list_phrases(language)}
    given = {name: text if text.strip() else known[name].text for name, text in texts.items() if name in known}
    checked = {name: check_phrase(known[name], text) for name, text in given.items()}
    before = list_written(language)
    wanted = before | checked
    own = {name: text for name, text in wanted.items() if name in known and text != known[name].text}
    db.session.execute(delete(WrittenPhrase).where(WrittenPhrase.language == language))
    db.session.add_all(WrittenPhrase(language=language, name=name, text=text) for name, text in own.items())
    record("write", "phrases", None, {"language": language, "own": len(own)}, user)
    db.session.flush()
    return len(own)


def keep_word_template(filename: str, content: bytes, user: User) -> WordTemplate:
    """Print reports in this Word file from now on; raise WordTemplateError if they cannot be."""
    check_template(content)
    template = WordTemplate(
        filename=safe_filename(filename)[:LONGEST_NAME],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=clock.now(),
        uploaded_by_id=user.id,
    )
    db.session.add(template)
    db.session.flush()
    record("keep", "word_template", template.id, {"sha256": template.sha256}, user)
    return template


def retire_word_templates(user: User) -> None:
    """Print reports in the shipped template again; the institution's files are kept."""
    db.session.execute(update(WordTemplate).where(WordTemplate.is_retired.is_(False)).values(is_retired=True))
    record("retire", "word_template", None, {}, user)
    db.session.flush()
