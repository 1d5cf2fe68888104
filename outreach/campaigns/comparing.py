"""What changed since an approval: settings, blocks that came, went or moved, and texts word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from outreach.campaigns.blocks import BLOCK_FIELDS, FieldKind
from outreach.campaigns.labels import BLOCK_LABELS
from outreach.campaigns.prose import to_text
from outreach.campaigns.rules import BlockType, Language
from outreach.translation import gettext as _

_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
_SHOWN_AROUND = 12  # words and spaces left beside a change


class Stretch(StrEnum):
    """Whether words stand in both texts, only in the new one, or only in the old one."""

    SAME = "same"
    NEW = "new"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of a text compared word by word."""

    stretch: Stretch
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, in which language if in one, what happened in a sentence, and the words of it."""

    where: str
    language: str = ""
    what: str = ""
    words: tuple[Words, ...] = ()


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what differs between two snapshots (snapshots.py), settings first, then words, then blocks."""
    return (
        *_compare_settings(before["settings"], after["settings"]),
        *_compare_words(before["words"], after["words"]),
        *_compare_blocks(before["blocks"], after["blocks"]),
    )


def compare_text(before: str, after: str) -> tuple[Words, ...]:
    """Return `after` with what it lost and gained against `before`; long stretches that stayed are shortened."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    found: list[Words] = []
    for operation, first, last, start, end in SequenceMatcher(None, old, new).get_opcodes():
        if operation == "equal":
            found.append(Words(Stretch.SAME, "".join(new[start:end])))
            continue
        if first != last:
            found.append(Words(Stretch.OLD, "".join(old[first:last])))
        if start != end:
            found.append(Words(Stretch.NEW, "".join(new[start:end])))
    return tuple(_shorten(found))


def _shorten(found: Sequence[Words]) -> Iterator[Words]:
    for place, words in enumerate(found):
        tokens = _TOKENS.findall(words.text)
        if words.stretch is not Stretch.SAME or len(tokens) <= 3 * _SHOWN_AROUND:
            yield words
            continue
        head = "".join(tokens[:_SHOWN_AROUND]) if place else ""
        tail = "".join(tokens[-_SHOWN_AROUND:]) if place + 1 < len(found) else ""
        yield Words(Stretch.SAME, f"{head} … {tail}".strip(" ") if not (head and tail) else f"{head} … {tail}")


def _compare_settings(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    labels = {
        "name": _("Nombre de la campaña"),
        "kind": _("Tipo de envío"),
        "sender": _("Remitente"),
        "audiences": _("Audiencias"),
        "people": _("Exclusiones y filtros"),
        "template": _("Plantilla"),
        "languages": _("Idiomas"),
        "departure": _("Salida"),
        "recipients": _("Personas que lo recibirían"),
    }
    for name, label in labels.items():
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            whole = (Words(Stretch.OLD, old), Words(Stretch.NEW, new))
            yield Change(label, words=tuple(words for words in whole if words.text))


def _compare_words(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> Iterator[Change]:
    labels = {
        "subject": _("Asunto"),
        "preheader": _("Texto de vista previa"),
        "information": _("Texto para el informe"),
    }
    for language in Language:
        old, new = before.get(language, {}), after.get(language, {})
        for name, label in labels.items():
            if old.get(name, "") != new.get(name, ""):
                yield Change(label, language, words=compare_text(old.get(name, ""), new.get(name, "")))


def _compare_blocks(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    """Compare lists of {id, type, fields}: a block is the same by its number, or else by its content."""
    pairs = _pair(before, after)
    moved = _find_moved([pairs[place] for place in sorted(pairs)])
    for place, block in enumerate(after):
        where = _name_block(block, place)
        if place not in pairs:
            yield from _show_whole(block, where, _("Bloque agregado."), Stretch.NEW)
            continue
        if pairs[place] in moved:
            yield Change(where, what=_("Cambió de lugar: antes era el bloque %(number)s.", number=pairs[place] + 1))
        yield from _compare_fields(before[pairs[place]], block, where)
    for place, block in enumerate(before):
        if place not in pairs.values():
            yield from _show_whole(block, _name_block(block, place), _("Bloque quitado."), Stretch.OLD)


def _pair(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Return places in `after` with the place of the same block in `before`."""
    numbers = {block["id"]: place for place, block in enumerate(before)}
    pairs = {
        place: numbers[block["id"]]
        for place, block in enumerate(after)
        if block["id"] in numbers and before[numbers[block["id"]]]["type"] == block["type"]
    }
    left = [place for place in range(len(before)) if place not in pairs.values()]
    for place, block in enumerate(after):
        if place in pairs:
            continue
        twin = next((old for old in left if _is_twin(before[old], block)), None)
        if twin is not None:
            pairs[place] = twin
            left.remove(twin)
    return pairs


def _is_twin(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(old["type"] == new["type"] and old["fields"] == new["fields"])


def _find_moved(order: Sequence[int]) -> set[int]:
    """Return the fewest places of `order` without which the rest still ascends."""
    chains: list[list[int]] = []
    for place in order:
        best = max((chain for chain in chains if chain[-1] < place), key=len, default=[])
        chains.append([*best, place])
    kept = max(chains, key=len, default=[])
    return set(order) - set(kept)


def _compare_fields(before: Mapping[str, Any], after: Mapping[str, Any], where: str) -> Iterator[Change]:
    for name, label, is_prose in _list_fields(after["type"]):
        for language in Language:
            old = before["fields"].get(name, {}).get(language, "")
            new = after["fields"].get(name, {}).get(language, "")
            if old == new:
                continue
            place = f"{where}: {label}"
            if is_prose and to_text(old) != to_text(new):
                yield Change(place, language, words=compare_text(to_text(old), to_text(new)))
            else:
                what = _("Cambió el formato o un enlace, no las palabras.") if is_prose else ""
                yield Change(place, language, what, compare_text(old, new))


def _show_whole(block: Mapping[str, Any], where: str, what: str, stretch: Stretch) -> Iterator[Change]:
    yield Change(where, what=what)
    for name, label, is_prose in _list_fields(block["type"]):
        for language in Language:
            text = block["fields"].get(name, {}).get(language, "")
            if text:
                shown = to_text(text) if is_prose else text
                yield Change(f"{where}: {label}", language, words=(Words(stretch, shown),))


def _list_fields(block_type: str) -> list[tuple[str, str, bool]]:
    if block_type not in set(BlockType):
        return []
    return [
        (field.name, str(field.label), field.kind is FieldKind.PROSE) for field in BLOCK_FIELDS[BlockType(block_type)]
    ]


def _name_block(block: Mapping[str, Any], place: int) -> str:
    label = BLOCK_LABELS[BlockType(block["type"])] if block["type"] in set(BlockType) else block["type"]
    return _("Bloque %(number)s (%(type)s)", number=place + 1, type=label)
