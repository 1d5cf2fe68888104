"""What a new campaign begins with: what its kind usually is, or an earlier campaign."""

from copy import deepcopy
from datetime import date

from babel.dates import format_date

from outreach import clock
from outreach.campaigns.models import Block, Campaign, Kind
from outreach.campaigns.rules import Language
from outreach.campaigns.service import LONGEST_NAME, CampaignSettings, read_settings
from outreach.campaigns.wording import LONGEST_INFORMATION
from outreach.db import db
from outreach.translation import LOCALES
from outreach.translation import gettext as _


def begin_with_kind(kind: Kind) -> CampaignSettings:
    """Return the settings that campaigns of `kind` usually have; without a template or sender, those stay open."""
    return CampaignSettings(
        name="",
        kind_id=kind.id,
        sender_id=kind.sender_id or 0,
        template=kind.template,
        audience_ids=tuple(link.audience_id for link in kind.audience_links),
        languages=frozenset(Language),
        sends_both_to_all=kind.sends_both_to_all,
    )


def begin_with_copy(origin: Campaign) -> CampaignSettings:
    """Return the settings of a copy of `origin`."""
    settings = read_settings(origin)
    name = _("%(name)s (copia)", name=origin.name)[:LONGEST_NAME]
    return CampaignSettings(
        name=name,
        kind_id=settings.kind_id,
        sender_id=settings.sender_id,
        template=settings.template,
        audience_ids=settings.audience_ids,
        languages=settings.languages,
        sends_both_to_all=settings.sends_both_to_all,
    )


def write_information(kind: Kind, name: str, day: date) -> dict[Language, str]:
    """Return the text of the report's row that `kind` gives a campaign of that name opened on `day`."""
    words = {
        "mes": format_date(day, "MMMM", locale=LOCALES["es"]),
        "month": format_date(day, "MMMM", locale=LOCALES["en"]),
        "año": str(day.year),
        "year": str(day.year),
        "nombre": name,
        "name": name,
    }
    texts = {Language.ES: kind.information_es, Language.EN: kind.information_en}
    return {language: _fill(text, words)[:LONGEST_INFORMATION] for language, text in texts.items()}


def preset_information(campaign: Campaign, day: date) -> None:
    """Give a new campaign the text of the report's row that its kind says."""
    kind = db.session.get_one(Kind, campaign.kind_id)
    texts = write_information(kind, campaign.name, day)
    for version in campaign.versions:
        version.information = texts[Language(version.language)]
    db.session.flush()


def copy_content(origin: Campaign, target: Campaign) -> None:
    """Give `target`, which has no content, what `origin` says in the languages that both have, for the same people."""
    now = clock.now()
    said = {version.language: version for version in origin.versions}
    for version in target.versions:
        if version.language in said:
            other = said[version.language]
            version.subject, version.preheader, version.information = other.subject, other.preheader, other.information
    target.narrowing = deepcopy(dict(origin.narrowing or {}))
    target.blocks.extend(
        Block(
            position=position,
            type=block.type,
            fields=deepcopy(dict(block.fields)),
            changed_es_at=now,
            changed_en_at=now,
        )
        for position, block in enumerate(origin.blocks)
    )
    db.session.flush()


def _fill(text: str, words: dict[str, str]) -> str:
    """Put the words into a text; what stands in braces and is none of them stays."""
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text
