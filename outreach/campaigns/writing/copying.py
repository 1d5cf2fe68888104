"""Taking texts across languages: one by one, or all that are still empty."""

from outreach.campaigns.content import Content, edit_content
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import Language
from outreach.campaigns.wording import VersionWords
from outreach.campaigns.writing.spots import WORDS, Spot, find_spot, list_texts

OTHER = {Language.ES: Language.EN, Language.EN: Language.ES}


def copy_text(campaign: Campaign, name: str) -> bool:
    """Put the other language's text into the one called `name`, and tell whether that changed anything."""
    texts = dict(list_texts(campaign))
    spot = find_spot(name)
    if spot is None or spot not in texts:
        return False
    source = _find_source(spot, texts)
    return bool(source) and _write(campaign, {spot: source})


def fill_empty(campaign: Campaign, language: Language) -> bool:
    """Put the other language's texts wherever `language` has none, and tell whether that changed anything."""
    texts = dict(list_texts(campaign))
    wanted = {spot: _find_source(spot, texts) for spot, text in texts.items() if spot.language == language and not text}
    return _write(campaign, {spot: text for spot, text in wanted.items() if text})


def _find_source(spot: Spot, texts: dict[Spot, str]) -> str:
    return texts.get(Spot(spot.block_id, OTHER[spot.language], spot.field), "")


def _write(campaign: Campaign, texts: dict[Spot, str]) -> bool:
    words = {
        Language(version.language): VersionWords(
            **{name: texts.get(Spot(None, Language(version.language), name), getattr(version, name)) for name in WORDS}
        )
        for version in campaign.versions
    }
    fields: dict[int, dict[str, dict[str, str]]] = {}
    for spot, text in texts.items():
        if spot.block_id is not None:
            fields.setdefault(spot.block_id, {}).setdefault(spot.field, {})[spot.language] = text
    return edit_content(campaign, Content(words, fields))
