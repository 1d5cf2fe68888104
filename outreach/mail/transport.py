"""The contract that every way of handing over a message keeps, and the words its answer is given in."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar


class Stage(StrEnum):
    """How far a hand-over had come; CONTENT is the body without its final dot, DOT the wait for the last reply."""

    CONNECT = "connect"
    GREETING = "greeting"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA_COMMAND = "data"
    CONTENT = "content"
    DOT = "dot"


class Kind(StrEnum):
    """What a hand-over came to.

    ACCEPTED has the server's 2xx to the final dot. POSTPONED is a 4xx: try again later, and count the attempt.
    REFUSED is a 5xx: final. RETURNED cannot have left and is nobody's fault: back to the queue, the attempt does not
    count. UNCERTAIN lost its answer after the final dot could have left: never sent again by itself (RFC 1047).
    """

    ACCEPTED = "accepted"
    POSTPONED = "postponed"
    REFUSED = "refused"
    RETURNED = "returned"
    UNCERTAIN = "uncertain"


class Scope(StrEnum):
    """Whom the verdict is about.

    RECIPIENT and MESSAGE touch one delivery. SENDER (a refused sign-in or From) hits every message alike: pause the
    campaign. CONNECTION asks for a new one after a short wait, SERVER for a long wait or a person.
    """

    RECIPIENT = "recipient"
    MESSAGE = "message"
    SENDER = "sender"
    CONNECTION = "connection"
    SERVER = "server"


class Verdict(NamedTuple):
    """The outcome of one hand-over; `reply` is the server's text, at most 1 KB, control characters escaped (S-01)."""

    kind: Kind
    scope: Scope
    stage: Stage
    code: int | None = None
    reply: str = ""


class Envelope(NamedTuple):
    """Who a message is from and for on the wire; an empty `mail_from` is the null sender."""

    mail_from: str
    rcpt_to: str


class Parcel(Protocol):
    """A message to hand over, as PreparedMessage writes it: encoded, so that no line of it can end the content."""

    @property
    def envelope(self) -> Envelope:
        """Who it is from and for."""

    @property
    def content(self) -> bytes:
        """The message with CRLF line ends."""

    def before_dot(self) -> None:
        """Make durable that the message may be accepted from now on."""


SomeParcel = TypeVar("SomeParcel", bound=Parcel)


class Transport(Protocol):
    """A way to hand messages over, used by one thread at a time."""

    def send_each(self, parcels: Iterator[SomeParcel]) -> Iterator[tuple[SomeParcel, Verdict]]:
        """Hand over parcels in their order and yield what came of each, under the terms of `send`.

        The next parcel may be taken before the verdict on the one before, never more than one ahead. Whoever stops
        early has to close this generator; a parcel without a verdict has not left.
        """

    def send(self, envelope: Envelope, content: bytes, before_dot: Callable[[], None]) -> Verdict:
        """Hand over one message with CRLF line ends, and never raise for what the server says.

        `before_dot` is called at most once, just before the final dot can leave, and not at all for a message that is
        refused earlier: whoever calls makes the moment durable there. What it raises passes through, and the dot
        does not leave. Raises ValueError, before anything is sent, for content with a bare CR, a bare LF or a NUL.
        """

    def close(self) -> None:
        """End the connection politely, if there is one; the next `send` opens another."""


def check_content(content: bytes) -> None:
    """Raise ValueError for a bare CR, a bare LF or a NUL: material for smuggling a second message (X-03)."""
    pairs = content.count(b"\r\n")
    if content.count(b"\r") != pairs or content.count(b"\n") != pairs or b"\x00" in content:
        message = "message content holds a bare CR, a bare LF or a NUL"
        raise ValueError(message)
