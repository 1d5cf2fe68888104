"""One language of a message, ready for the templates: every text cleaned, escaped and defused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from markupsafe import Markup

from outreach.campaigns.blocks import BLOCK_FIELDS, Field, FieldKind, tidy
from outreach.campaigns.composition import Composition, HostedFile, Piece
from outreach.campaigns.events import describe_event, read_times
from outreach.campaigns.links import find_link_problem
from outreach.campaigns.phrases import (
    Footer,
    describe_file,
    invite_to_calendar,
    invite_to_event,
    invite_to_file,
    invite_to_news,
    make_footer,
)
from outreach.campaigns.placeholders import defuse
from outreach.campaigns.prose import to_html, to_text
from outreach.campaigns.rules import BlockType, Language
from outreach.media.rules import find_key

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

    `invitation` is the text of its link where the block has no field for it. `hosted` has, by field, the files of ours
    that it shows or links to. `calendar` is the address of an event's file, `invitation_to_keep` the text of its link.
    """

    type: BlockType
    level: int
    order: int
    html: Mapping[str, Markup]
    text: Mapping[str, str]
    invitation: str
    hosted: Mapping[str, HostedFile] = field(default_factory=dict)
    calendar: str = ""
    invitation_to_keep: str = ""


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
    parts = tuple(_make_parts(composition, language, level))
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


def _make_parts(composition: Composition, language: Language, top: int) -> Iterator[Part]:
    """Yield the parts that say anything; titles inside blocks stand one level below the last heading (H-02)."""
    counts: dict[BlockType, int] = {}
    level = top
    for position, piece in enumerate(composition.pieces):
        hosted = _find_hosted(composition, piece, language)
        text = _read_all(piece, hosted, language)
        if text and not any(text.values()):
            continue
        if piece.type is BlockType.HEADING:
            level = top + 1 if position else top
        counts[piece.type] = counts.get(piece.type, 0) + 1
        calendar = piece.calendar.get(language, "")
        yield Part(
            type=piece.type,
            level=level if piece.type is BlockType.HEADING else level + 1,
            order=counts[piece.type],
            html={each.name: _to_html(piece, each, language, text) for each in BLOCK_FIELDS[piece.type]},
            text=text,
            invitation=_invite(piece.type, text, hosted),
            hosted=hosted,
            calendar=calendar,
            invitation_to_keep=invite_to_calendar(text["title"]) if calendar else "",
        )


def _find_hosted(composition: Composition, piece: Piece, language: Language) -> dict[str, HostedFile]:
    """Return the files of ours that a piece refers to in `language`, by field."""
    found = {}
    for each in BLOCK_FIELDS[piece.type]:
        key = find_key(piece.fields.get(each.name, {}).get(language, "")) if each.kind.takes_file else None
        file = composition.hosted.get(key) if key else None
        if file is not None and (file.is_picture or each.kind is FieldKind.FILE):
            found[each.name] = file
    return found


def _read_all(piece: Piece, hosted: Mapping[str, HostedFile], language: Language) -> dict[str, str]:
    """Return what every field says; an event says when it is in words, the author's own or those of its day."""
    text = {
        each.name: hosted[each.name].url if each.name in hosted else _read(piece, each, language)
        for each in BLOCK_FIELDS[piece.type]
    }
    times = read_times(piece.fields) if piece.type is BlockType.EVENT else None
    if times and text["title"] and not text["date"]:
        text["date"] = describe_event(times)
    return text


def _read(piece: Piece, each: Field, language: Language) -> str:
    text = tidy(piece.fields.get(each.name, {}).get(language, ""), each.kind)
    if each.kind.is_shared:
        return ""
    if each.kind.is_address:
        return text if text and find_link_problem(text) is None else ""
    return defuse(to_text(text) if each.kind is FieldKind.PROSE else text)


def _to_html(piece: Piece, each: Field, language: Language, text: Mapping[str, str]) -> Markup:
    if each.kind is FieldKind.PROSE:
        written = tidy(piece.fields.get(each.name, {}).get(language, ""), each.kind)
        return Markup(defuse(to_html(written)))  # noqa: S704 - prose is sanitised
    return Markup(escape(text[each.name]))  # noqa: S704 - escaped here


def _invite(block: BlockType, text: Mapping[str, str], hosted: Mapping[str, HostedFile]) -> str:
    if block not in _INVITATIONS:
        return ""
    phrase, name = _INVITATIONS[block]
    shown = text[name]
    if block is BlockType.FILE and "url" in hosted:
        shown = describe_file(shown, hosted["url"].type_name, hosted["url"].size)
    return phrase(shown)
