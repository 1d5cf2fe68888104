"""How far each language of a campaign has come, for the pages that show it."""

from enum import StrEnum

from babel.support import LazyProxy

from outreach.campaigns.blocks import list_missing
from outreach.campaigns.models import Campaign, Version
from outreach.campaigns.rules import BlockType, Language
from outreach.translation import lazy_gettext as _


class LanguageState(StrEnum):
    """What a version still asks for; OUTDATED is a complete English older than the Spanish it translates."""

    EMPTY = "empty"
    DRAFT = "draft"
    COMPLETE = "complete"
    OUTDATED = "outdated"


LANGUAGE_STATE_LABELS: dict[LanguageState, LazyProxy] = {
    LanguageState.EMPTY: _("vacía"),
    LanguageState.DRAFT: _("borrador"),
    LanguageState.COMPLETE: _("completa"),
    LanguageState.OUTDATED: _("desactualizada"),
}


def find_language_states(campaign: Campaign) -> dict[Language, LanguageState]:
    """Return the state of each language of `campaign`, Spanish first."""
    return {Language(version.language): _find_state(campaign, version) for version in campaign.versions}


def _find_state(campaign: Campaign, version: Version) -> LanguageState:
    language = Language(version.language)
    words = (version.subject, version.preheader, version.information)
    texts = [
        texts.get(language, "")
        for block in campaign.blocks
        for texts in block.fields.values()
        if isinstance(texts, dict)
    ]
    if not any(text.strip() for text in (*words, *texts)):
        return LanguageState.EMPTY
    lacking = any(list_missing(BlockType(block.type), block.fields, language) for block in campaign.blocks)
    if lacking or not campaign.blocks or not all(word.strip() for word in words):
        return LanguageState.DRAFT
    if language is Language.EN and is_english_behind(campaign):
        return LanguageState.OUTDATED
    return LanguageState.COMPLETE


def is_english_behind(campaign: Campaign) -> bool:
    """Tell whether some Spanish changed after the English that says the same."""
    times = {version.language: version.changed_at for version in campaign.versions}
    if Language.EN not in times:
        return False
    return times[Language.EN] < times[Language.ES] or any(
        block.changed_en_at < block.changed_es_at for block in campaign.blocks
    )
