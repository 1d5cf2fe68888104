"""The name of every text of a campaign: `words-es-subject`, `block-12-en-text`, and the mark of what one saw there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from outreach.campaigns.blocks import BLOCK_FIELDS
from outreach.campaigns.models import Block, Campaign, Version
from outreach.campaigns.rules import BlockType, Language

WORDS = ("subject", "preheader", "information")

_NAME = re.compile(r"(?:words|block-(?P<block>\d{1,18}))-(?P<language>es|en)-(?P<field>[a-z]{1,20})")
_MARK_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Spot:
    """One text: of a block, or of the words around the blocks when `block_id` is None."""

    block_id: int | None
    language: Language
    field: str

    @property
    def name(self) -> str:
        """The name of its input in forms."""
        owner = "words" if self.block_id is None else f"block-{self.block_id}"
        return f"{owner}-{self.language}-{self.field}"


def find_spot(name: str) -> Spot | None:
    """Read the name of an input; None when it names no text."""
    found = _NAME.fullmatch(name)
    if found is None or (found["block"] is None and found["field"] not in WORDS):
        return None
    return Spot(int(found["block"]) if found["block"] else None, Language(found["language"]), found["field"])


def mark_text(text: str) -> str:
    """Return a short mark that two different texts do not share; it tells whether somebody changed a text meanwhile."""
    return sha256(text.encode()).hexdigest()[:_MARK_LENGTH]


def list_texts(campaign: Campaign) -> Iterator[tuple[Spot, str]]:
    """Yield every text of `campaign` in the languages it has, in the order of the page."""
    for version in campaign.versions:
        for field in WORDS:
            yield Spot(None, Language(version.language), field), read_word(version, field)
    for block in campaign.blocks:
        for kind in BLOCK_FIELDS[BlockType(block.type)]:
            for version in campaign.versions:
                yield (
                    Spot(block.id, Language(version.language), kind.name),
                    read_field(block, kind.name, version.language),
                )


def read_word(version: Version, field: str) -> str:
    """Return the subject, the preheader or the information."""
    text: str = getattr(version, field)
    return text


def read_field(block: Block, field: str, language: str) -> str:
    """Return a text of a block; empty when it was never written."""
    text: str = block.fields.get(field, {}).get(language, "")
    return text


def read_marks(written: str) -> dict[str, str]:
    """Read the marks that a page sends back: `words-es-subject=0123456789ab block-1-es-text=…`."""
    pairs = (part.partition("=") for part in written.split())
    return {name: mark for name, _sign, mark in pairs if mark}


def write_marks(campaign: Campaign) -> str:
    """Write the marks of every text of `campaign` for its page."""
    return " ".join(f"{spot.name}={mark_text(text)}" for spot, text in list_texts(campaign))
