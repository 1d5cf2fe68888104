"""Rich text: a small Markdown (paragraphs, bold, italic, links, lists), as safe HTML and as plain text (X-11)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from outreach.campaigns.links import find_link_problem

TAGS = {"p", "strong", "em", "a", "ul", "ol", "li", "br"}
_BRACES = re.compile(r"\{\{[^{}\n]{1,300}\}\}")
_RULES = ["emphasis", "link", "autolink", "list", "newline", "escape", "entity"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a text: what is read and where it leads."""

    text: str
    url: str


def _read_slot(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature is markdown-it's
    """Keep what stands between double braces in one piece, so that no emphasis starts inside it."""
    found = _BRACES.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found.end()
    return True


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name is markdown-it's
        """Read every link, so that the checks can name a bad one; only good ones are rendered."""
        return bool(url)


def _make_reader() -> MarkdownIt:
    reader = _Reader("zero", {"html": False, "breaks": True}).enable(_RULES)
    reader.inline.ruler.before("newline", "slot", _read_slot)
    return reader


_READER = _make_reader()


def to_html(text: str) -> str:
    """Return the HTML of a rich text: only `TAGS`, only links that a message may carry, everything else escaped."""
    tokens = _READER.parse(text)
    for token in tokens:
        token.children = list(_drop_bad_links(token.children or ()))
    html = _READER.renderer.render(tokens, _READER.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes={"https", "mailto"},
        link_rel=None,
    ).strip()


def _href(token: Token) -> str:
    return str(token.attrGet("href") or "")


def _drop_bad_links(children: Sequence[Token]) -> Iterator[Token]:
    is_good = True
    for token in children:
        if token.type == "link_open":
            is_good = find_link_problem(_href(token)) is None
        if is_good or token.type not in {"link_open", "link_close"}:
            yield token


def find_links(text: str) -> tuple[Link, ...]:
    """Return the links of a rich text in order, bad ones included."""
    links: list[Link] = []
    for block in _READER.parse(text):
        children = block.children or []
        for position, token in enumerate(children):
            if token.type == "link_open":
                inside = children[position + 1 : _find_close(children, position)]
                links.append(Link("".join(child.content for child in inside), _href(token)))
    return tuple(links)


def _find_close(children: Sequence[Token], opened: int) -> int:
    return next(place for place in range(opened, len(children)) if children[place].type == "link_close")


def to_text(text: str) -> str:
    """Return a rich text as plain text: links written out, lists with dashes or numbers (F-05)."""
    writer = _Writer()
    for token in _READER.parse(text):
        writer.write(token)
    return "\n".join(writer.lines).strip("\n")


class _Writer:
    """Writes tokens as lines; `counters` holds the next number of every open list, None for dashes."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.counters: list[int | None] = []
        self.bullet = ""

    def write(self, token: Token) -> None:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            self.counters.append(int(token.attrGet("start") or 1) if token.tag == "ol" else None)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self.counters.pop()
            self.bullet = "  " if self.counters else ""
            self._end_paragraph()
        elif token.type == "list_item_open":
            self.bullet = self._count()
        elif token.type == "inline":
            self._write_lines(_flatten(token.children or ()))
        elif token.type == "paragraph_close":
            self._end_paragraph()

    def _count(self) -> str:
        number = self.counters[-1]
        if number is None:
            return "- "
        self.counters[-1] = number + 1
        return f"{number}. "

    def _write_lines(self, text: str) -> None:
        margin = "  " * (len(self.counters) - 1)
        for line in text.splitlines():
            self.lines.append(margin + self.bullet + line)
            self.bullet = " " * len(self.bullet)

    def _end_paragraph(self) -> None:
        if not self.counters:
            self.lines.append("")


def _flatten(children: Sequence[Token]) -> str:
    """Return the text of one paragraph; a link's address follows its words unless they are the same."""
    parts: list[str] = []
    opened, target = 0, ""
    for token in _drop_bad_links(children):
        if token.type == "link_open":
            opened, target = len(parts), _href(token).removeprefix("mailto:")
        elif token.type == "link_close":
            parts += [] if "".join(parts[opened:]) == target else [f" ({target})"]
        else:
            parts.append("\n" if token.type in {"softbreak", "hardbreak"} else token.content)
    return "".join(parts)
