"""Campaigns from TOML files (design §8): a file is understood whole or refused in one sentence."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import select

from outreach.accounts.models import User
from outreach.audiences.choice import Choice
from outreach.audiences.models import Audience
from outreach.campaigns.blocks import read_block
from outreach.campaigns.content import MOST_BLOCKS, Content, add_blocks, edit_content
from outreach.campaigns.errors import CampaignFileError
from outreach.campaigns.models import Campaign
from outreach.campaigns.narrowing import read_narrowing
from outreach.campaigns.people import set_choice
from outreach.campaigns.queries import list_kinds, list_senders
from outreach.campaigns.rendering import list_templates
from outreach.campaigns.rules import BlockType, Language
from outreach.campaigns.service import CampaignSettings, create_campaign
from outreach.campaigns.wording import VersionWords, clean_words
from outreach.campaigns.writing.history import begin
from outreach.db import db
from outreach.translation import gettext as _

_LARGEST_FILE = 1_000_000
_REQUIRED = ("name", "kind", "sender", "audiences", "template")
_WORDS = ("subject", "preheader", "information")
_KEYS = (*_REQUIRED, *_WORDS, "both_to_all", "exclude", "filter", "blocks")
_POSITION = re.compile(r"at line (?P<line>\d+), column (?P<column>\d+)")

Known = TypeVar("Known", int, str)
BlockDraft: TypeAlias = tuple[BlockType, dict[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """What a campaign file says, with the names it uses for things of the installation."""

    name: str
    kind: str
    sender: str
    template: str
    audiences: tuple[str, ...]
    words: Mapping[Language, VersionWords]
    blocks: tuple[BlockDraft, ...]
    both_to_all: bool = False
    narrowing: Mapping[str, Any] = field(default_factory=dict)


def read_campaign(content: bytes) -> CampaignDraft:
    """Read a campaign file; raise CampaignFileError or ContentError: what was found, where, and what may stand there.

    A file without a single English key is a campaign in Spanish only.
    """
    raw = _parse(content)
    _refuse_unknown_keys(raw)
    blocks = _read_blocks(raw.get("blocks", []))
    languages = {Language.ES, *_list_languages(raw)}
    texts = {key: _read_texts(raw, key) for key in _WORDS}
    words = {
        language: clean_words(VersionWords(**{key: texts[key].get(language, "") for key in _WORDS}))
        for language in Language
        if language in languages
    }
    return CampaignDraft(
        name=_read_text(raw, "name"),
        kind=_read_text(raw, "kind"),
        sender=_read_text(raw, "sender"),
        template=_read_text(raw, "template"),
        audiences=_read_audiences(raw["audiences"]),
        words=words,
        blocks=tuple((block, _keep_languages(fields, languages)) for block, fields in blocks),
        both_to_all=_read_flag(raw, "both_to_all"),
        narrowing=read_narrowing(raw),
    )


def import_campaign(draft: CampaignDraft, author: User) -> Campaign:
    """Make a draft campaign; raise CampaignFileError, listing what exists, for a name that nothing has."""
    campaign = create_campaign(
        CampaignSettings(
            name=draft.name,
            kind_id=_find("kind", draft.kind, {kind.slug: kind.id for kind in list_kinds()}),
            sender_id=_find("sender", draft.sender.lower(), {sender.address: sender.id for sender in list_senders()}),
            template=_find("template", draft.template, {name: name for name in list_templates()}),
            audience_ids=_find_audiences(draft.audiences),
            languages=frozenset(draft.words),
            sends_both_to_all=draft.both_to_all,
        ),
        author,
    )
    if draft.narrowing:
        set_choice(campaign, _find_choice(campaign.choice, draft.narrowing))
    add_blocks(campaign, draft.blocks)
    edit_content(campaign, Content(words=draft.words))
    begin(campaign, author)
    return campaign


def _find(key: str, wanted: str, known: Mapping[str, Known]) -> Known:
    if wanted in known:
        return known[wanted]
    raise CampaignFileError(
        _(
            "La clave «%(key)s» dice «%(wanted)s», que no existe; existen: %(known)s.",
            key=key,
            wanted=wanted,
            known=", ".join(known) or _("ninguno"),
        )
    )


def _find_choice(choice: Choice, narrowing: Mapping[str, Any]) -> Choice:
    exclude = dict(narrowing.get("exclude", {}))
    exclude["audiences"] = list(_find_audiences(tuple(exclude.get("audiences", ()))))
    return choice.narrow({**narrowing, "exclude": exclude})


def _find_audiences(slugs: tuple[str, ...]) -> tuple[int, ...]:
    known = {audience.slug: audience.id for audience in db.session.scalars(select(Audience).order_by(Audience.id))}
    return tuple(_find("audiences", slug, known) for slug in slugs)


def _parse(content: bytes) -> dict[str, object]:
    if len(content) > _LARGEST_FILE:
        raise CampaignFileError(
            _("El archivo pasa de un megabyte: revise que sea una campaña en TOML, que es un texto corto.")
        )
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise CampaignFileError(_("El archivo no es texto UTF-8: guárdelo de nuevo como TOML en UTF-8.")) from problem
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        found = _POSITION.search(str(problem))
        if found is None:
            raise CampaignFileError(_("El archivo no es TOML porque le falta algo al final: complételo.")) from problem
        raise CampaignFileError(
            _("El archivo no es TOML: revise la línea %(line)s, columna %(column)s.", **found.groupdict())
        ) from problem


def _refuse_unknown_keys(raw: Mapping[str, object]) -> None:
    unknown = [key for key in raw if key not in _KEYS]
    if unknown:
        raise CampaignFileError(
            _("La clave «%(key)s» no existe: las claves son %(keys)s.", key=unknown[0], keys=", ".join(_KEYS))
        )
    missing = [key for key in _REQUIRED if key not in raw]
    if missing:
        raise CampaignFileError(_("Faltan claves en el archivo; escríbalas: %(keys)s.", keys=", ".join(missing)))


def _read_text(raw: Mapping[str, object], key: str) -> str:
    value = raw[key]
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise CampaignFileError(
        _("La clave «%(key)s» debe ser un texto que no esté vacío, y dice: %(value)s.", key=key, value=_show(value))
    )


def _read_flag(raw: Mapping[str, object], key: str) -> bool:
    value = raw.get(key, False)
    if isinstance(value, bool):
        return value
    raise CampaignFileError(
        _("La clave «%(key)s» debe ser true o false, y dice: %(value)s.", key=key, value=_show(value))
    )


def _read_audiences(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(slug, str) for slug in value):
        return tuple(dict.fromkeys(value))
    raise CampaignFileError(
        _('La clave «audiences» debe ser una lista como ["diaspora"], y dice: %(value)s.', value=_show(value))
    )


def _read_texts(raw: Mapping[str, object], key: str) -> dict[str, str]:
    value = raw.get(key, {})
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise CampaignFileError(
            _(
                'La clave «%(key)s» debe ser un texto por idioma, {es = "…", en = "…"}, y dice: %(value)s.',
                key=key,
                value=_show(value),
            )
        )
    unknown = [language for language in value if language not in set(Language)]
    if unknown:
        raise CampaignFileError(
            _("La clave «%(key)s» está en «%(language)s»: los idiomas son es y en.", key=key, language=unknown[0])
        )
    return dict(value)


def _read_blocks(value: object) -> list[BlockDraft]:
    if not isinstance(value, list) or not all(isinstance(block, Mapping) for block in value):
        raise CampaignFileError(_("Los bloques se escriben como tablas [[blocks]], cada una con su «type»."))
    if len(value) > MOST_BLOCKS:
        raise CampaignFileError(
            _(
                "El archivo tiene %(number)s bloques y caben %(most)s: quite algunos o haga dos campañas.",
                number=len(value),
                most=MOST_BLOCKS,
            )
        )
    return [read_block(block, number) for number, block in enumerate(value, start=1)]


def _list_languages(raw: Mapping[str, object]) -> Iterator[Language]:
    """Yield the languages that the file writes anything in."""
    blocks = raw.get("blocks", [])
    tables: list[object] = [raw.get(key) for key in _WORDS]
    for block in blocks if isinstance(blocks, list) else []:
        tables.extend(block.values())
    for table in tables:
        if isinstance(table, Mapping):
            yield from (language for language in Language if language in table)


def _keep_languages(fields: dict[str, dict[str, str]], languages: set[Language]) -> dict[str, dict[str, str]]:
    return {
        name: {language: text for language, text in texts.items() if language in languages}
        for name, texts in fields.items()
    }


def _show(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"  # noqa: PLR2004 - a sentence shows the start of a value
