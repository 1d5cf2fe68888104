"""How far each language of a campaign has come, for the pages that show it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from babel.support import LazyProxy

from outreach.campaigns.blocks import list_missing
from outreach.campaigns.models import Block, Campaign, Version
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


def find_words_states(campaign: Campaign) -> dict[Language, LanguageState]:
    """Return how far the subject, the preheader and the information are in each language of `campaign`."""
    is_behind = _are_words_behind(campaign)
    return {
        Language(version.language): _judge(
            _list_words(version),
            is_lacking=not all(word.strip() for word in _list_words(version)),
            is_behind=is_behind and version.language == Language.EN,
        )
        for version in campaign.versions
    }


def find_block_states(block: Block, languages: Iterable[Language]) -> dict[Language, LanguageState]:
    """Return how far one block is in each of `languages`; a block without texts is complete."""
    return {
        language: _judge(
            _list_texts(block, language) if block.fields else ["-"] * (block.type == BlockType.DIVIDER),
            is_lacking=bool(list_missing(BlockType(block.type), block.fields, language)),
            is_behind=language is Language.EN and block.changed_en_at < block.changed_es_at,
        )
        for language in languages
    }


def is_english_behind(campaign: Campaign) -> bool:
    """Tell whether some Spanish changed after the English that says the same."""
    has_english = any(version.language == Language.EN for version in campaign.versions)
    return has_english and (
        _are_words_behind(campaign) or any(block.changed_en_at < block.changed_es_at for block in campaign.blocks)
    )


def _find_state(campaign: Campaign, version: Version) -> LanguageState:
    language = Language(version.language)
    words = _list_words(version)
    texts = [text for block in campaign.blocks for text in _list_texts(block, language)]
    lacking = any(list_missing(BlockType(block.type), block.fields, language) for block in campaign.blocks)
    return _judge(
        [*words, *texts],
        is_lacking=lacking or not campaign.blocks or not all(word.strip() for word in words),
        is_behind=language is Language.EN and is_english_behind(campaign),
    )


def _judge(texts: Iterable[str], *, is_lacking: bool, is_behind: bool) -> LanguageState:
    if not any(text.strip() for text in texts):
        return LanguageState.EMPTY
    if is_lacking:
        return LanguageState.DRAFT
    return LanguageState.OUTDATED if is_behind else LanguageState.COMPLETE


def _list_words(version: Version) -> tuple[str, ...]:
    return version.subject, version.preheader, version.information


def _list_texts(block: Block, language: Language) -> list[str]:
    fields: Mapping[str, object] = block.fields
    return [texts.get(language, "") for texts in fields.values() if isinstance(texts, dict)]


def _are_words_behind(campaign: Campaign) -> bool:
    times = {version.language: version.changed_at for version in campaign.versions}
    return Language.EN in times and Language.ES in times and times[Language.EN] < times[Language.ES]
