"""A campaign as rendering and checks see it: words, pieces and identity, free of tables and requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from outreach.campaigns.blocks import BLOCK_FIELDS, Fields
from outreach.campaigns.rules import BlockType, Language, Rendition


@dataclass(frozen=True, slots=True)
class Words:
    """What a version says outside its blocks."""

    subject: str
    preheader: str


@dataclass(frozen=True, slots=True)
class HostedFile:
    """A file that we keep: where readers load it, its size in bytes, and in pixels if a mail can show it (else 0)."""

    url: str
    type_name: str
    size: int
    width: int = 0
    height: int = 0
    is_transparent: bool = False

    @property
    def is_picture(self) -> bool:
        """Tell whether a mail can show it."""
        return self.width > 0


@dataclass(frozen=True, slots=True)
class Piece:
    """One block: `fields` is field -> language -> text; `calendar` has the address of an event's file by language."""

    type: BlockType
    fields: Fields
    calendar: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose mail it is, by language where it differs."""

    name: Mapping[str, str]
    postal_address: str
    privacy_url: Mapping[str, str]
    privacy_text: Mapping[str, str]
    website: str
    sender_name: str


@dataclass(frozen=True, slots=True)
class Composition:
    """All that a message is made from; two equal compositions render to equal bytes.

    `hosted` has, by key, the files of ours that the pieces refer to.
    """

    template: str
    words: Mapping[Language, Words]
    pieces: tuple[Piece, ...]
    identity: Identity
    hosted: Mapping[str, HostedFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderedVersion:
    """What one rendition says, frozen at approval; `html` and `text` still hold their slots."""

    rendition: Rendition
    subject: str
    html: str
    text: str


def is_begun(composition: Composition, language: Language) -> bool:
    """Tell whether anybody wrote something in `language`; an address or a date alone is no writing."""
    words = composition.words.get(language)
    if words is not None and (words.subject.strip() or words.preheader.strip()):
        return True
    return any(
        piece.fields.get(place.name, {}).get(language, "").strip()
        for piece in composition.pieces
        for place in BLOCK_FIELDS[piece.type]
        if place.kind.is_text
    )


def list_languages(composition: Composition) -> tuple[Language, ...]:
    """Return the languages that are written, wholly or in part, Spanish first; Spanish when there is nothing yet."""
    return tuple(language for language in Language if is_begun(composition, language)) or (Language.ES,)
