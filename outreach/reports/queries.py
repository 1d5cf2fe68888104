"""Reads of the layouts, the phrases and the Word template that an installation keeps."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from outreach.db import db
from outreach.errors import NotFoundError
from outreach.reports.layouts import DEFAULT_LAYOUT, Layout, list_shipped_presets, read_layout, read_layout_file
from outreach.reports.models import LayoutPreset, WordTemplate, WrittenPhrase
from outreach.reports.phrases import Phrases, replace_phrases
from outreach.translation import gettext as _


def list_layouts() -> Sequence[LayoutPreset]:
    """Return the installation's layouts, the one used when none is given first."""
    presets = db.session.scalars(select(LayoutPreset).order_by(LayoutPreset.slug)).all()
    return sorted(presets, key=lambda preset: preset.slug != DEFAULT_LAYOUT)


def get_preset(slug: str) -> LayoutPreset:
    """Return a layout that is kept, or raise NotFoundError."""
    preset = db.session.scalar(select(LayoutPreset).where(LayoutPreset.slug == slug))
    if preset is None:
        raise NotFoundError(_("No existe el formato de tabla «%(name)s».", name=slug))
    return preset


def get_layout(name: str, language: str) -> Layout:
    """Return the layout kept as `name`, its texts in `language`; raise NotFoundError listing those there are."""
    preset = db.session.scalar(select(LayoutPreset).where(LayoutPreset.slug == name))
    if preset:
        return read_layout(preset.options, language)
    shipped = {preset.slug: preset.options for preset in list_shipped_presets()}
    if name in shipped:
        return read_layout(shipped[name], language)
    known = sorted({*shipped, *(preset.slug for preset in list_layouts())})
    raise NotFoundError(
        _("No existe el formato de tabla «%(name)s»: elija entre %(names)s.", name=name, names=", ".join(known))
    )


def get_layout_or_file(name: str, language: str) -> Layout:
    """Return the layout kept as `name`, or the one in the TOML file of that path; empty means the default."""
    if name.endswith(".toml"):
        return read_layout_file(Path(name), language)
    return get_layout(name or DEFAULT_LAYOUT, language)


def list_written(language: str) -> dict[str, str]:
    """Return the phrases of a language that the institution wrote itself, by name."""
    query = select(WrittenPhrase.name, WrittenPhrase.text).where(WrittenPhrase.language == language)
    return {name: text for name, text in db.session.execute(query)}  # noqa: C416 - rows are no pairs to mypy


def read_phrases(language: str) -> Phrases:
    """Return what sentences and documents are made of in this installation."""
    return replace_phrases(language, list_written(language))


def find_word_template() -> WordTemplate | None:
    """Return the institution's Word template in use; None where reports print in the shipped one."""
    query = select(WordTemplate).where(WordTemplate.is_retired.is_(False)).order_by(WordTemplate.id.desc()).limit(1)
    return db.session.scalars(query).first()


def read_word_template() -> bytes | None:
    """Return the file of the institution's Word template, None where it has none."""
    template = find_word_template()
    return template.content if template else None
