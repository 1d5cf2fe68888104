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
from typing import NamedTuple, NoReturn

from outreach.mail.headers import HeaderError, encode_header
from outreach.mail.quoted import SOFT_BREAK, encode_value
from outreach.mail.slots import Segments, Slot
from outreach.translation import gettext as _

_REMOVED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"[\t\r\n\u2028\u2029]+")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,255}@[A-Za-z0-9.-]{1,255}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}>")
_URL = re.compile(r"[!-;=?-~]{1,900}")
# The lines of one reader in a single look; what does not fit is looked at part by part, to say which.
_OWN_HEADERS = re.compile(
    rf"To: {_ADDRESS.pattern}\r\nDate: [ -~]{{1,60}}\r\nMessage-ID: {_MESSAGE_ID.pattern}\r\n"
    rf"(?:List-Unsubscribe: <{_URL.pattern}>(?:,\r\n <{_URL.pattern}>)?\r\n)?"
    r"(?:List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n)?"
)
# A subject that is one line as it stands.
_SHORT_SUBJECT = re.compile(r"(?=.{1,67}$)[!-<>-~]+(?: [!-<>-~]+)*")
# Values of these letters are the same as text, as HTML, and encoded; those of links may take a second line.
_SAME_EVERYWHERE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ,./:@_-]{0,71}")
_SAME_LINK = re.compile(r"https?:[A-Za-z0-9./:_-]{10,67}[A-Za-z0-9/:_-]{1,70}")
_LINK_BREAK = 72


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


class Recipient(NamedTuple):
    """What is one reader's alone: the bare address, and a Message-ID (in < >) and a date that retries keep (F-30)."""

    to: str
    message_id: str
    date: datetime
    unsubscribe_url: str = ""
    unsubscribe_mailto: str = ""


class SlotUse(NamedTuple):
    """Where the value of one slot goes; one that stands in many places, as a link does, is encoded once a reader."""

    slot: Slot
    in_text: tuple[int, ...]
    in_html: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PreparedMessage:
    """A compiled message: `pieces` in their order, empty where a reader's own headers, subject and values go."""

    pieces: tuple[bytes, ...]
    uses: tuple[SlotUse, ...]
    personal_subject: Segments
    is_bulk: bool

    def for_recipient(self, recipient: Recipient, values: Mapping[str, str]) -> bytes:
        """Return the message with CRLF line ends; raise HeaderError if a part of `recipient` cannot stand in a header.

        A value is used as it is, never read again for slots; an empty or missing one gives way to the slot's default.
        """
        if self.is_bulk and not recipient.unsubscribe_url:
            raise HeaderError(_("Un envío a una lista no sale sin la dirección para darse de baja."))
        own = list(self.pieces)
        own[OWN_HEADERS_PLACE] = _write_own_headers(recipient)
        if self.personal_subject:
            own[SUBJECT_PLACE] = _write_subject(self.personal_subject, values)
        last, plain, rich = None, b"", b""
        for slot, in_text, in_html in self.uses:
            value = values.get(slot.name) or slot.default
            if value is not last:
                plain, rich = _encode_both(value)
                last = value
            for place in in_text:
                own[place] = plain
            for place in in_html:
                own[place] = rich
        return b"".join(own)


OWN_HEADERS_PLACE = 1
SUBJECT_PLACE = 2


def _encode_both(value: str) -> tuple[bytes, bytes]:
    """Return a value as it stands in the text and in the HTML, ending where a line begins."""
    if _SAME_EVERYWHERE.fullmatch(value):
        encoded = value.encode() + SOFT_BREAK
        return encoded, encoded
    if _SAME_LINK.fullmatch(value) and value[_LINK_BREAK : _LINK_BREAK + 1] != ".":
        first, rest = value[:_LINK_BREAK].encode() + SOFT_BREAK, value[_LINK_BREAK:].encode()
        encoded = first + rest + SOFT_BREAK if rest else first
        return encoded, encoded
    cleaned = clean_value(value)
    escaped = html.escape(cleaned)
    plain = encode_value(cleaned) + SOFT_BREAK
    return plain, plain if escaped == cleaned else encode_value(escaped) + SOFT_BREAK


def clean_value(value: str) -> str:
    """Remove control characters; a line break becomes a space, as a slot is part of a line."""
    return value if value.isprintable() else _REMOVED.sub("", _SPACES.sub(" ", value))


def escape_value(value: str) -> str:
    """Return a clean value with & < > and quotes escaped, fit for HTML text and quoted attributes."""
    return html.escape(clean_value(value))


def _write_subject(subject: Segments, values: Mapping[str, str]) -> bytes:
    """Write a personal subject; a value cannot pass for an encoded word (X-01)."""
    text = fill(subject, values)
    if _SHORT_SUBJECT.fullmatch(text):
        return f"Subject: {text}\r\n".encode()
    return encode_header("Subject", text.replace("=?", "= ?"))


def fill(segments: Segments, values: Mapping[str, str], clean: Callable[[str], str] = clean_value) -> str:
    """Return the text that `segments` make with `values`, each made harmless by `clean`."""
    pieces = [piece if isinstance(piece, str) else clean(values.get(piece.name) or piece.default) for piece in segments]
    return "".join(pieces)


def _write_own_headers(recipient: Recipient) -> bytes:
    """Write what differs per reader; List-Unsubscribe is folded at its comma only, as one-click needs it (RFC 8058)."""
    url, mailto = recipient.unsubscribe_url, recipient.unsubscribe_mailto
    ways = f"<{url}>,\r\n <{mailto}>" if url and mailto else f"<{url or mailto}>" if url or mailto else ""
    lines = (
        f"To: {recipient.to}\r\nDate: {_write_date(recipient.date)}\r\nMessage-ID: {recipient.message_id}\r\n"
        + (f"List-Unsubscribe: {ways}\r\n" if ways else "")
        + ("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if url else "")
    )
    if not _OWN_HEADERS.fullmatch(lines):
        _refuse_own_headers(recipient)
    return lines.encode()


def _refuse_own_headers(recipient: Recipient) -> NoReturn:
    """Raise HeaderError with the part that cannot stand in a header."""
    ways = [(_URL, way) for way in (recipient.unsubscribe_url, recipient.unsubscribe_mailto) if way]
    parts = [(_ADDRESS, recipient.to), (_MESSAGE_ID, recipient.message_id), *ways]
    value = next((value for shape, value in parts if not shape.fullmatch(value)), recipient.to)
    raise HeaderError(_("«%(value)s» no puede ir en el encabezado de un correo.", value=ascii(value)[:80]))


@lru_cache(maxsize=256)
def _write_date(date: datetime) -> str:
    return format_datetime(date)
