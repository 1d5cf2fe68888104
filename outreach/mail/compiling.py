"""From a MessageForm to a PreparedMessage, with a proof that what it writes reads back as meant."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy

from outreach.errors import OutreachError
from outreach.mail.headers import encode_header, encode_named
from outreach.mail.message import (
    MessageClass,
    MessageForm,
    PreparedMessage,
    Recipient,
    SlotUse,
    clean_value,
    escape_value,
    fill,
)
from outreach.mail.quoted import SOFT_BREAK, encode_piece
from outreach.mail.slots import Segments, Slot
from outreach.mail.transport import check_content
from outreach.translation import gettext as _

_LONGEST_LINE = 998  # RFC 5322 §2.1.1
_LANGUAGES = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*(?:, ?[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)*")
_LIST_ID = re.compile(r"(?=.{3,255}$)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_FEEDBACK_ID = re.compile(r"(?:[A-Za-z0-9_.-]*:){0,3}[A-Za-z0-9_.-]{5,15}")
_SAMPLE = Recipient(
    "ana@example.org",
    "<muestra@example.org>",
    datetime(2026, 1, 1, tzinfo=UTC),
    "https://example.org/u/muestra",
    "mailto:baja@example.org?subject=baja",
)


class MessageError(OutreachError):
    """A message cannot be written as its form asks."""


@dataclass(frozen=True, slots=True)
class _Body:
    """One text of a message, encoded: `pieces` are empty where the value of a slot goes, `places` says whose."""

    pieces: tuple[bytes, ...]
    places: Mapping[int, Slot]


def compile_message(form: MessageForm) -> PreparedMessage:
    """Encode what all readers share; raise HeaderError or MessageError for a form that makes no sound mail."""
    _check_form(form)
    text, html = _compile_body(form.text), _compile_body(form.html)
    boundary = _choose_boundary(text, html)
    part = f"\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Language: {form.language}\r\n\r\n"
    opening = (
        f"MIME-Version: 1.0\r\nContent-Language: {form.language}\r\n"
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
        f'--{boundary}\r\nContent-Type: text/plain; charset="utf-8"{part}'
    ).encode("ascii")
    between = f'\r\n--{boundary}\r\nContent-Type: text/html; charset="utf-8"{part}'.encode("ascii")
    closing = f"\r\n--{boundary}--\r\n".encode("ascii")
    is_personal = any(isinstance(piece, Slot) for piece in form.subject)
    subject = b"" if is_personal else encode_header("Subject", fill(form.subject, {}))
    head = (_write_fixed_headers(form), b"", subject, opening)
    prepared = PreparedMessage(
        pieces=(*head, *text.pieces, between, *html.pieces, closing),
        uses=_list_uses(text, len(head), html, len(head) + len(text.pieces) + 1),
        personal_subject=form.subject if is_personal else (),
        is_bulk=form.message_class is MessageClass.BULK,
    )
    _prove(form, prepared)
    return prepared


def _list_uses(text: _Body, text_begins: int, html: _Body, html_begins: int) -> tuple[SlotUse, ...]:
    """Say where each slot stands in the whole message."""

    def find(slot: Slot, body: _Body, begins: int) -> tuple[int, ...]:
        return tuple(begins + place for place, other in body.places.items() if other == slot)

    slots = dict.fromkeys([*text.places.values(), *html.places.values()])
    return tuple(SlotUse(slot, find(slot, text, text_begins), find(slot, html, html_begins)) for slot in slots)


def _check_form(form: MessageForm) -> None:
    if not _LANGUAGES.fullmatch(form.language):
        raise MessageError(_("«%(tag)s» no es una etiqueta de idioma, como es-MX.", tag=form.language))
    if form.message_class is MessageClass.BULK and not _LIST_ID.fullmatch(form.list_id):
        raise MessageError(_("«%(list_id)s» no identifica una lista, como boletin.example.org.", list_id=form.list_id))
    fields = [field for field in form.feedback_id.split(":") if field]
    if form.feedback_id and (not _FEEDBACK_ID.fullmatch(form.feedback_id) or len(set(fields)) < len(fields)):
        raise MessageError(_("«%(feedback)s» no es un Feedback-ID válido.", feedback=form.feedback_id))
    for segment in form.subject:
        if isinstance(segment, Slot):
            encode_header("Subject", segment.default)


def _write_fixed_headers(form: MessageForm) -> bytes:
    lines = [
        encode_named("From", form.sender_name, form.sender_address),
        encode_named("Reply-To", "", form.reply_to),
    ]
    if form.message_class is MessageClass.SERVICE:
        lines.append(encode_header("Auto-Submitted", "auto-generated"))
    else:
        lines += _write_list_headers(form)
        lines.append(encode_header("Precedence", "bulk"))
    lines.append(encode_header("X-Auto-Response-Suppress", "OOF, AutoReply"))
    return b"".join(lines)


def _write_list_headers(form: MessageForm) -> list[bytes]:
    """Write what is equal for a whole list (RFC 2369, RFC 2919); nobody posts to it."""
    lines = [encode_named("List-Id", form.list_name, form.list_id), encode_header("List-Post", "NO")]
    links = (("List-Help", form.list_help), ("List-Owner", form.list_owner), ("List-Archive", form.list_archive))
    lines += [encode_named(name, "", url) for name, url in links if url]
    if form.feedback_id:
        lines.append(encode_header("Feedback-ID", form.feedback_id))
    return lines


def _compile_body(segments: Segments) -> _Body:
    """Encode the texts between the slots; a piece before a slot ends where a line begins."""
    pieces: list[bytes] = []
    places: dict[int, Slot] = {}
    text = ""
    for segment in [*segments, ""]:
        if not isinstance(segment, Slot):
            text += segment
            continue
        encoded = _encode(text)
        pieces.append(encoded if not encoded or encoded.endswith(b"\n") else encoded + SOFT_BREAK)
        places[len(pieces)] = segment
        pieces.append(b"")
        text = ""
    return _Body((*pieces, _encode(text)), places)


def _encode(text: str) -> bytes:
    try:
        return encode_piece(text)
    except UnicodeEncodeError as problem:
        raise MessageError(_("El texto del mensaje contiene medio carácter; escríbalo de nuevo.")) from problem


def _choose_boundary(*bodies: _Body) -> str:
    """Derive the boundary from the content; quoted-printable never holds `=_` (RFC 2045 §6.7)."""
    return "=_" + hashlib.sha256(repr(bodies).encode()).hexdigest()[:32]


def _expect_headers(form: MessageForm) -> Counter[str]:
    names = "From Reply-To To Date Message-ID List-Unsubscribe List-Unsubscribe-Post Subject MIME-Version"
    expected = Counter(f"{names} Content-Language Content-Type X-Auto-Response-Suppress".split())
    if form.message_class is MessageClass.SERVICE:
        return expected + Counter(["Auto-Submitted"])
    links = {"List-Help": form.list_help, "List-Owner": form.list_owner, "List-Archive": form.list_archive}
    optional = [name for name, value in {**links, "Feedback-ID": form.feedback_id}.items() if value]
    return expected + Counter(["List-Id", "List-Post", "Precedence", *optional])


def _prove(form: MessageForm, prepared: PreparedMessage) -> None:
    """Write a sample and read it back: the headers meant and no others, the texts unchanged (X-01, F-01, F-02)."""
    raw = prepared.for_recipient(_SAMPLE, {})
    check_content(raw)
    read = message_from_bytes(raw, policy=policy.SMTP)
    parts = [part.get_payload(decode=True) for part in read.walk() if not part.is_multipart()]
    meant = [fill(form.text, {}, clean_value), fill(form.html, {}, escape_value)]
    sound = (
        Counter(read.keys()) == _expect_headers(form)
        and parts == ["\r\n".join(re.split(r"\r\n|\r|\n", text)).encode() for text in meant]
        and max(map(len, raw.split(b"\r\n"))) <= _LONGEST_LINE
        and raw.isascii()
    )
    if not sound:
        raise MessageError(_("El mensaje no se lee igual que se escribió; revise asunto, remitente y lista."))
