"""The words in which a scripted mail server is told what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias


class Fault(Enum):
    """What a server may do instead of answering.

    DROP hangs up, SILENCE says nothing more, TRICKLE an octet now and then, GARBAGE is no reply, ENDLESS is a reply
    with more and more lines, FLOOD one with an endless line.
    """

    DROP = auto()
    SILENCE = auto()
    TRICKLE = auto()
    GARBAGE = auto()
    ENDLESS = auto()
    FLOOD = auto()


@dataclass(frozen=True, slots=True)
class Pause:
    """Answer `then` after some seconds."""

    seconds: float
    then: str


@dataclass(frozen=True, slots=True)
class Take:
    """Keep the message, then answer, whatever the answer says."""

    then: "str | bytes | Fault | Pause"


Answer: TypeAlias = str | bytes | Fault | Pause | Take
Script: TypeAlias = Mapping[str, Answer | list[Answer] | Callable[[str], Answer | None]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A message the server took responsibility for."""

    mail_from: str
    rcpt_to: str
    content: bytes
