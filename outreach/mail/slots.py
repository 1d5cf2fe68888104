"""The places of a message where a personal value goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for the reader's value of `name`; `default` stands in for an empty one."""

    name: str
    default: str = ""


# A text cut at its slots, in order.
Segments: TypeAlias = Sequence[str | Slot]
