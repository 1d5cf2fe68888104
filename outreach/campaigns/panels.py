"""What the editor's page shows: every text of a campaign as an input, its languages side by side."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel.support import LazyProxy

from outreach.campaigns.blocks import BLOCK_FIELDS, FieldKind
from outreach.campaigns.labels import BLOCK_LABELS
from outreach.campaigns.models import Block, Campaign
from outreach.campaigns.progress import LanguageState, find_block_states, find_words_states
from outreach.campaigns.rules import BlockType, Language
from outreach.translation import lazy_gettext as lazy

BLOCK_FIELD = re.compile(r"block-(?P<block>\d{1,18})-(?P<language>es|en)-(?P<field>[a-z]{1,20})")
WORDS: tuple[tuple[str, LazyProxy, FieldKind], ...] = (
    ("subject", lazy("Asunto"), FieldKind.LINE),
    ("preheader", lazy("Texto de vista previa"), FieldKind.LINE),
    ("information", lazy("Texto para el informe"), FieldKind.LINE),
)

Typed = Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class TextInput:
    """One text to type; `saved` is what the database holds when that is something else."""

    name: str
    language: Language
    value: str
    saved: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One field in every language of the campaign, side by side; `name` is the field's, as in `BLOCK_FIELDS`."""

    name: str
    label: str
    kind: FieldKind
    is_required: bool
    inputs: tuple[TextInput, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One block of the page, with what each of its languages still asks for."""

    id: int
    number: int
    type: BlockType
    label: str
    rows: tuple[Row, ...]
    states: Mapping[Language, LanguageState]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole page: the words around the blocks, the blocks, and what was typed into blocks that are gone."""

    words: tuple[Row, ...]
    words_states: Mapping[Language, LanguageState]
    panels: tuple[Panel, ...]
    orphans: tuple[str, ...]

    @property
    def is_outdated(self) -> bool:
        """Tell whether the Spanish of anything changed after its English."""
        return any(LanguageState.OUTDATED in states.values() for states in self._list_states())

    def _list_states(self) -> list[Mapping[Language, LanguageState]]:
        return [self.words_states, *(panel.states for panel in self.panels)]


def make_sheet(campaign: Campaign, typed: Typed = None) -> Sheet:
    """Lay out `campaign`; `typed` holds texts by the name of their input, which stand instead of what is saved."""
    return Sheet(
        words=_make_word_rows(campaign, typed),
        words_states=find_words_states(campaign),
        panels=tuple(make_panel(campaign, block, number, typed) for number, block in enumerate(campaign.blocks, 1)),
        orphans=_list_orphans(campaign, typed),
    )


def make_panel(campaign: Campaign, block: Block, number: int, typed: Typed = None) -> Panel:
    """Lay out one block, which stands at `number` (from 1)."""
    languages = [Language(version.language) for version in campaign.versions]
    block_type = BlockType(block.type)
    rows = tuple(
        Row(
            field.name,
            str(field.label).capitalize(),
            field.kind,
            field.is_required,
            tuple(
                _make_input(
                    f"block-{block.id}-{language}-{field.name}",
                    language,
                    block.fields.get(field.name, {}).get(language, ""),
                    typed,
                )
                for language in languages
            ),
        )
        for field in BLOCK_FIELDS[block_type]
    )
    states = find_block_states(block, languages)
    return Panel(block.id, number, block_type, str(BLOCK_LABELS[block_type]), rows, states)


def _make_word_rows(campaign: Campaign, typed: Typed) -> tuple[Row, ...]:
    return tuple(
        Row(
            name,
            str(label),
            kind,
            name != "preheader",
            tuple(
                _make_input(f"words-{version.language}-{name}", version.language, getattr(version, name), typed)
                for version in campaign.versions
            ),
        )
        for name, label, kind in WORDS
    )


def _make_input(name: str, language: Language, stored: str, typed: Typed) -> TextInput:
    value = typed.get(name, stored) if typed is not None else stored
    is_other = value.replace("\r\n", "\n").strip() != stored
    return TextInput(name, Language(language), value, stored if is_other else None)


def _list_orphans(campaign: Campaign, typed: Typed) -> tuple[str, ...]:
    """Return what was typed into blocks that somebody removed meanwhile, so that it can be copied."""
    known = {block.id for block in campaign.blocks}
    return tuple(
        text
        for key, text in (typed or {}).items()
        if (found := BLOCK_FIELD.fullmatch(key)) and int(found["block"]) not in known and text.strip()
    )
