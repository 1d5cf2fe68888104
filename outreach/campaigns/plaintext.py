"""The text part: the same blocks as the HTML, links written out, never made from it (F-05)."""

from collections.abc import Iterator, Sequence

from outreach.campaigns.phrases import LEAVE_SLOT, PREFERENCES_SLOT, Footer, name_picture, name_when, name_where, quote
from outreach.campaigns.rules import BlockType
from outreach.campaigns.sections import Part, Section

_WIDEST_LINE = 60


def write_section(section: Section, masthead: str) -> str:
    """Return one language of the message; to be called while speaking it."""
    paragraphs = [masthead.upper(), _underline(section.title, "=")]
    paragraphs += ["\n".join(_write_part(part)) for part in section.parts]
    paragraphs.append(_write_footer(section.footer))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def join_sections(sections: Sequence[str], jump: str) -> str:
    """Return the languages one under the other; `jump` is the line that announces the second."""
    if len(sections) == 1:
        return sections[0]
    return f"{jump}\n\n" + f"\n{'=' * _WIDEST_LINE}\n\n".join(sections)


def _underline(title: str, stroke: str) -> str:
    return f"{title}\n{stroke * min(len(title), _WIDEST_LINE)}" if title else ""


def _write_part(part: Part) -> Iterator[str]:
    text = part.text
    match part.type:
        case BlockType.HEADING:
            yield _underline(text["text"], "-")
        case BlockType.TEXT:
            yield text["text"]
        case BlockType.IMAGE:
            yield from filter(None, (name_picture(text["alt"]), text["caption"]))
        case BlockType.BUTTON:
            yield _lead(text["label"], text["url"])
        case BlockType.DIVIDER:
            yield "* * *"
        case BlockType.FILE:
            yield _lead(part.invitation, text["url"])
        case BlockType.QUOTE:
            yield quote(text["text"])
            yield from (f"— {author}" for author in (text["author"],) if author)
        case BlockType.EVENT | BlockType.NEWS:
            yield from _write_titled(part)


def _write_titled(part: Part) -> Iterator[str]:
    text = part.text
    yield _underline(text["title"], "-")
    if text.get("image"):
        yield name_picture(text["alt"])
    for label, value in ((name_when(), text.get("date")), (name_where(), text.get("place"))):
        if value:
            yield f"{label}: {value}"
    if text["text"]:
        yield text["text"]
    if text["url"]:
        yield _lead(part.invitation, text["url"])
    if part.calendar:
        yield _lead(part.invitation_to_keep, part.calendar)


def _lead(label: str, url: str) -> str:
    return f"{label}: {url.removeprefix('mailto:')}" if url else label


def _write_footer(footer: Footer) -> str:
    groups = (
        ("--", footer.sender, footer.postal_address, footer.website),
        (footer.reason, footer.privacy_text),
        (
            _lead(footer.privacy_label, footer.privacy_url) if footer.privacy_url else "",
            _lead(footer.preferences_label, PREFERENCES_SLOT),
            _lead(footer.leave_label, LEAVE_SLOT),
        ),
    )
    return "\n\n".join("\n".join(filter(None, group)) for group in groups)
