"""One language of a message, ready for the templates: every text cleaned, escaped and defused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from outreach.campaigns.blocks import BLOCK_FIELDS, Field, FieldKind, tidy
from outreach.campaigns.composition import Composition, Piece
from outreach.campaigns.links import find_link_problem
from outreach.campaigns.phrases import Footer, invite_to_event, invite_to_file, invite_to_news, make_footer
from outreach.campaigns.placeholders import defuse
from outreach.campaigns.prose import to_html, to_text
from outreach.campaigns.rules import BlockType, Language

# The BCP 47 tags that messages declare (F-11).
TAGS = {Language.ES: "es-MX", Language.EN: "en"}

_INVITATIONS = {
    BlockType.EVENT: (invite_to_event, "title"),
    BlockType.NEWS: (invite_to_news, "title"),
    BlockType.FILE: (invite_to_file, "label"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A block in one language: `html` and `text` by field, `level` of its title, its `order` among its like (from 1).

    `invitation` is the text of its link where the block has no field for it.
    """

    type: BlockType
    level: int
    order: int
    html: Mapping[str, Markup]
    text: Mapping[str, str]
    invitation: str


@dataclass(frozen=True, slots=True)
class Section:
    """All that one language says; `level` is that of its title, 2 below the first language."""

    language: Language
    tag: str
    level: int
    subject: str
    preheader: str
    title: str
    parts: tuple[Part, ...]
    footer: Footer


def make_section(composition: Composition, language: Language, level: int) -> Section:
    """Return one language of a message; to be called while speaking it. A first heading becomes the title."""
    words = composition.words.get(language)
    subject = defuse(tidy(words.subject, FieldKind.LINE)) if words else ""
    parts = tuple(_make_parts(composition.pieces, language, level))
    has_title = bool(parts) and parts[0].type is BlockType.HEADING
    return Section(
        language=language,
        tag=TAGS[language],
        level=level,
        subject=subject,
        preheader=defuse(tidy(words.preheader, FieldKind.LINE)) if words else "",
        title=parts[0].text["text"] if has_title else subject,
        parts=parts[1:] if has_title else parts,
        footer=make_footer(composition.identity, language),
    )


def _make_parts(pieces: tuple[Piece, ...], language: Language, top: int) -> Iterator[Part]:
    """Yield the parts that say anything; titles inside blocks stand one level below the last heading (H-02)."""
    counts: dict[BlockType, int] = {}
    level = top
    for position, piece in enumerate(pieces):
        text = {field.name: _read(piece, field, language) for field in BLOCK_FIELDS[piece.type]}
        if text and not any(text.values()):
            continue
        if piece.type is BlockType.HEADING:
            level = top + 1 if position else top
        counts[piece.type] = counts.get(piece.type, 0) + 1
        html = {field.name: _to_html(piece, field, language, text) for field in BLOCK_FIELDS[piece.type]}
        depth = level if piece.type is BlockType.HEADING else level + 1
        yield Part(piece.type, depth, counts[piece.type], html, text, _invite(piece.type, text))


def _read(piece: Piece, field: Field, language: Language) -> str:
    text = tidy(piece.fields.get(field.name, {}).get(language, ""), field.kind)
    if field.kind.is_address:
        return text if text and find_link_problem(text) is None else ""
    return defuse(to_text(text) if field.kind is FieldKind.PROSE else text)


def _to_html(piece: Piece, field: Field, language: Language, text: Mapping[str, str]) -> Markup:
    if field.kind is FieldKind.PROSE:
        written = tidy(piece.fields.get(field.name, {}).get(language, ""), field.kind)
        return Markup(defuse(to_html(written)))  # noqa: S704 - prose is sanitised
    return Markup(escape(text[field.name]))  # noqa: S704 - escaped here


def _invite(block: BlockType, text: Mapping[str, str]) -> str:
    if block not in _INVITATIONS:
        return ""
    phrase, field = _INVITATIONS[block]
    return phrase(text[field])
