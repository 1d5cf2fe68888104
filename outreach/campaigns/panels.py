"""What the editor's page shows: every text of a campaign as an input, its languages side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.support import LazyProxy

from outreach.campaigns.blocks import BLOCK_FIELDS, FieldKind
from outreach.campaigns.labels import BLOCK_LABELS
from outreach.campaigns.models import Block, Campaign
from outreach.campaigns.progress import LanguageState, find_block_states, find_words_states
from outreach.campaigns.rules import BlockType, Language
from outreach.campaigns.writing.spots import Spot, list_texts, mark_text
from outreach.translation import lazy_gettext as lazy

WORDS: tuple[tuple[str, LazyProxy, FieldKind], ...] = (
    ("subject", lazy("Asunto"), FieldKind.LINE),
    ("preheader", lazy("Texto de vista previa"), FieldKind.LINE),
    ("information", lazy("Texto para el informe"), FieldKind.LINE),
)

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class TextInput:
    """One text to type; `saved` is what the database holds when that is something else, `problem` why it stays so.

    `mark` tells what the person saw there; `source` is the other language when that has a text that may be taken.
    """

    name: str
    language: Language
    value: str
    saved: str | None
    problem: str
    mark: str
    source: Language | None


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

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every field of the page, in its order."""
        return (*self.words, *(row for panel in self.panels for row in panel.rows))

    def _list_states(self) -> list[Mapping[Language, LanguageState]]:
        return [self.words_states, *(panel.states for panel in self.panels)]


def make_sheet(campaign: Campaign, typed: Mapping[str, str] = _NONE, problems: Mapping[str, str] = _NONE) -> Sheet:
    """Lay out `campaign`; by the name of their input, `typed` holds texts to show instead of what is saved.

    `problems` says why one of them could not be saved.
    """
    texts = _Texts(dict(list_texts(campaign)), typed, problems)
    languages = [Language(version.language) for version in campaign.versions]
    return Sheet(
        words=tuple(
            Row(name, str(label), kind, name != "preheader", texts.lay_out(None, languages, name))
            for name, label, kind in WORDS
        ),
        words_states=find_words_states(campaign),
        panels=tuple(_make_panel(block, number, languages, texts) for number, block in enumerate(campaign.blocks, 1)),
        orphans=texts.list_orphans(),
    )


def _make_panel(block: Block, number: int, languages: list[Language], texts: "_Texts") -> Panel:
    block_type = BlockType(block.type)
    rows = tuple(
        Row(
            field.name,
            str(field.label).capitalize(),
            field.kind,
            not field.is_optional,
            texts.lay_out(block.id, languages, field.name),
        )
        for field in BLOCK_FIELDS[block_type]
    )
    states = find_block_states(block, languages)
    return Panel(block.id, number, block_type, str(BLOCK_LABELS[block_type]), rows, states)


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is saved, what was typed instead of it, and what is wrong with that."""

    saved: Mapping[Spot, str]
    typed: Mapping[str, str]
    problems: Mapping[str, str]

    def lay_out(self, block_id: int | None, languages: list[Language], field: str) -> tuple[TextInput, ...]:
        return tuple(self._make_input(Spot(block_id, language, field)) for language in languages)

    def _make_input(self, spot: Spot) -> TextInput:
        saved = self.saved[spot]
        value = self.typed.get(spot.name, saved)
        is_other = value.replace("\r\n", "\n").strip() != saved
        source = next(
            (
                language
                for language in Language
                if language != spot.language and self.saved.get(Spot(spot.block_id, language, spot.field))
            ),
            None,
        )
        problem = self.problems.get(spot.name, "")
        return TextInput(
            spot.name, spot.language, value, saved if is_other else None, problem, mark_text(saved), source
        )

    def list_orphans(self) -> tuple[str, ...]:
        """Return what was typed into blocks that somebody removed meanwhile, so that it can be copied."""
        known = {spot.name for spot in self.saved}
        return tuple(text for name, text in self.typed.items() if name not in known and text.strip())
