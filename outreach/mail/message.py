"""Messages written from a mould: everything that is equal for all readers is encoded once.

`compile_message` turns a MessageForm into a PreparedMessage, and that one joins its pieces with a reader's values in
microseconds. The layout is RFC 5322 with multipart/alternative, plain text first (F-01 to F-04).
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from functools import lru_cache

from outreach.mail.headers import HeaderError, encode_header
from outreach.mail.quoted import SOFT_BREAK, encode_value
from outreach.mail.slots import Segments, Slot
from outreach.translation import gettext as _

_REMOVED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"[\t\r\n\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,255}@[A-Za-z0-9.-]{1,255}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}>")
_URL = re.compile(r"[!-;=?-~]{1,900}")


class MessageClass(StrEnum):
    """BULK goes to a list and carries its headers; SERVICE answers one person, such as a confirmation (F-37)."""

    BULK = "bulk"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageForm:
    """A message before it has a reader.

    `language` is one BCP 47 tag or several (`es-MX, en`). `list_id` has the form `lista.example.org`, `feedback_id`
    that of F-36; `list_help`, `list_owner` and `list_archive` are URLs, left out when empty.
    """

    subject: Segments
    text: Segments
    html: Segments
    language: str
    sender_name: str
    sender_address: str
    reply_to: str
    list_name: str = ""
    list_id: str = ""
    list_help: str = ""
    list_owner: str = ""
    list_archive: str = ""
    feedback_id: str = ""
    message_class: MessageClass = MessageClass.BULK


@dataclass(frozen=True, slots=True)
class Recipient:
    """What is one reader's alone: the bare address, and a Message-ID (in < >) and a date that retries keep (F-30)."""

    to: str
    message_id: str
    date: datetime
    unsubscribe_url: str = ""
    unsubscribe_mailto: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """One text of a message, encoded: `pieces` are empty where the value of a slot goes, `places` says which of them.

    A slot that stands in many places, as the unsubscribe link does, is encoded once a reader.
    """

    pieces: tuple[bytes, ...]
    places: tuple[tuple[int, int], ...]
    slots: tuple[Slot, ...]

    def write(self, values: Mapping[str, str], clean: Callable[[str], str]) -> list[bytes]:
        """Return the pieces with a reader's values, each made harmless by `clean`."""
        own = list(self.pieces)
        encoded = [encode_value(clean(values.get(slot.name) or slot.default)) + SOFT_BREAK for slot in self.slots]
        for place, slot in self.places:
            own[place] = encoded[slot]
        return own


@dataclass(frozen=True, slots=True)
class PreparedMessage:
    """A compiled message: `fixed_headers` end before the reader's own, `text` and `html` wait for values."""

    fixed_headers: bytes
    subject: bytes | Segments
    opening: bytes
    text: Body
    between: bytes
    html: Body
    closing: bytes
    is_bulk: bool

    def for_recipient(self, recipient: Recipient, values: Mapping[str, str]) -> bytes:
        """Return the message with CRLF line ends; raise HeaderError if a part of `recipient` cannot stand in a header.

        A value is used as it is, never read again for slots; an empty or missing one gives way to the slot's default.
        """
        if self.is_bulk and not recipient.unsubscribe_url:
            raise HeaderError(_("Un envío a una lista no sale sin la dirección para darse de baja."))
        return b"".join(
            (
                self.fixed_headers,
                _write_own_headers(recipient),
                self.subject if isinstance(self.subject, bytes) else _write_subject(self.subject, values),
                self.opening,
                *self.text.write(values, clean_value),
                self.between,
                *self.html.write(values, escape_value),
                self.closing,
            )
        )


def clean_value(value: str) -> str:
    """Remove control characters; a line break becomes a space, as a slot is part of a line."""
    return value if value.isprintable() else _REMOVED.sub("", _SPACES.sub(" ", value))


def escape_value(value: str) -> str:
    """Return a clean value with & < > and quotes escaped, fit for HTML text and quoted attributes."""
    return html.escape(clean_value(value))


def _write_subject(subject: Segments, values: Mapping[str, str]) -> bytes:
    """Write a personal subject; a value cannot pass for an encoded word (X-01)."""
    return encode_header("Subject", fill(subject, values).replace("=?", "= ?"))


def fill(segments: Segments, values: Mapping[str, str], clean: Callable[[str], str] = clean_value) -> str:
    """Return the text that `segments` make with `values`, each made harmless by `clean`."""
    return "".join(
        clean(values.get(piece.name) or piece.default) if isinstance(piece, Slot) else piece for piece in segments
    )


def _write_own_headers(recipient: Recipient) -> bytes:
    """Write what differs per reader; List-Unsubscribe is folded at its comma only, as one-click needs it (RFC 8058)."""
    lines = [
        f"To: {_check_shape(_ADDRESS, recipient.to)}",
        f"Date: {_write_date(recipient.date)}",
        f"Message-ID: {_check_shape(_MESSAGE_ID, recipient.message_id)}",
    ]
    ways = [f"<{_check_shape(_URL, way)}>" for way in (recipient.unsubscribe_url, recipient.unsubscribe_mailto) if way]
    if ways:
        lines.append("List-Unsubscribe: " + ",\r\n ".join(ways))
    if recipient.unsubscribe_url:
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    lines.append("")
    return "\r\n".join(lines).encode()


def _check_shape(shape: re.Pattern[str], value: str) -> str:
    if shape.fullmatch(value):
        return value
    raise HeaderError(_("«%(value)s» no puede ir en el encabezado de un correo.", value=ascii(value)[:80]))


@lru_cache(maxsize=256)
def _write_date(date: datetime) -> str:
    return format_datetime(date)
