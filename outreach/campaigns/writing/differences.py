"""What differs between two states of a campaign's content: blocks, texts, and the words inside a text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeAlias

from outreach.campaigns.writing.spots import find_spot

# {"words": {language: {field: text}}, "blocks": [{"id": …, "type": …, "fields": {field: {language: text}}}]}
Content: TypeAlias = Mapping[str, Any]

_WORD = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_LONGEST_COMPARED = 4000  # words: beyond, the whole text is shown before and after


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went (`del`) or came (`ins`); `sort` is empty for what stayed."""

    text: str
    sort: str


def list_changes(before: Content, after: Content) -> dict[str, Any]:
    """Return what differs, as it is kept: names of `texts`, ids of blocks `added` and `removed`, and `moved`."""
    old, new = _index(before), _index(after)
    old_ids, new_ids = [block["id"] for block in before["blocks"]], [block["id"] for block in after["blocks"]]
    changes: dict[str, Any] = {
        "texts": [name for name in {**new, **old} if old.get(name, "") != new.get(name, "")],
        "added": [number for number in new_ids if number not in old_ids],
        "removed": [number for number in old_ids if number not in new_ids],
    }
    stayed = [number for number in old_ids if number in new_ids]
    if stayed != [number for number in new_ids if number in old_ids]:
        changes["moved"] = True
    return changes


def read_text(content: Content, name: str) -> str:
    """Return the text of that name in `content`; empty when it is not there."""
    return _index(content).get(name, "")


def find_block(content: Content, block_id: int) -> tuple[int, str] | None:
    """Return the place (from 1) and the type of a block in `content`; None when it is not there."""
    for number, block in enumerate(content["blocks"], start=1):
        if block["id"] == block_id:
            return number, block["type"]
    return None


def compare_words(before: str, after: str) -> list[Piece]:
    """Return `after` and what it lost of `before`, cut into runs of words."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > _LONGEST_COMPARED:
        return [piece for piece in (Piece(before, "del"), Piece(after, "ins")) if piece.text]
    pieces: list[Piece] = []
    for change, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            pieces.append(Piece("".join(new[new_from:new_to]), ""))
            continue
        pieces += [Piece("".join(old[old_from:old_to]), "del")] * (old_to > old_from)
        pieces += [Piece("".join(new[new_from:new_to]), "ins")] * (new_to > new_from)
    return pieces


def _index(content: Content) -> dict[str, str]:
    return dict(_list_texts(content))


def _list_texts(content: Content) -> Iterator[tuple[str, str]]:
    for language, words in content["words"].items():
        for field, text in words.items():
            yield f"words-{language}-{field}", text
    for block in content["blocks"]:
        for field, texts in block["fields"].items():
            for language, text in texts.items() if isinstance(texts, Mapping) else ():
                name = f"block-{block['id']}-{language}-{field}"
                if isinstance(text, str) and find_spot(name):
                    yield name, text
