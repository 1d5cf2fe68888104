"""Header lines made by hand: what the standard library writes lets a value start a header of its own (X-01)."""

import base64
import re
from functools import lru_cache

from outreach.errors import OutreachError
from outreach.translation import gettext as _

_ENCODED_WORD = re.compile(r"=\?([^?]*)\?([^?]*)\?([^?]*)\?=")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN_TEXT = re.compile(r"[!-~]{1,60}(?: [!-~]{1,60})*")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]{1,60}(?: [A-Za-z0-9!#$%&'*+/^_`{|}~-]{1,60})*")

_LONGEST_ENCODED_WORD = 75  # RFC 2047 §2
_LONGEST_LINE = 76
_SHORTEST_FIRST_WORD = 30
_FRAME = len("=?utf-8?q??=")
_SHOWN = 60

# RFC 2047 §5 (3): what may stand for itself in a phrase, the strictest of the places; everywhere else it is right too.
_Q_TABLE = tuple(
    "_" if octet == ord(" ") else chr(octet) if chr(octet).isalnum() or chr(octet) in "!*+-/" else f"={octet:02X}"
    for octet in range(128)
) + tuple(f"={octet:02X}" for octet in range(128, 256))


class HeaderError(OutreachError):
    """A text cannot stand in a message's header."""


def check_header_text(value: str) -> str:
    """Return `value` if it may stand in a header; raise HeaderError for line breaks, controls and disguised ones."""
    if _FORBIDDEN.search(value):
        raise _refuse(value, _("lleva un salto de línea o un carácter de control"))
    for charset, encoding, text in _ENCODED_WORD.findall(value) if "=?" in value else ():
        hidden = _decode_word(charset, encoding, text)
        if hidden is None or _FORBIDDEN.search(hidden):
            raise _refuse(value, _("esconde un salto de línea o algo ilegible entre =? y ?="))
    return value


def encode_header(name: str, value: str) -> bytes:
    """Return the folded line or lines `name: value` with CRLF; raise HeaderError for what has no place there."""
    return _fold(name, _choose_words(name, check_header_text(value), _PLAIN_TEXT))


def encode_named(name: str, phrase: str, identifier: str) -> bytes:
    """Return the header `name: phrase <identifier>`, as From and List-Id have it; an empty phrase is left out."""
    check_header_text(identifier)
    if not re.fullmatch(r"[!-;=?-~]+", identifier):
        raise _refuse(identifier, _("debe ir sin espacios, acentos ni signos < >"))
    words = _choose_words(name, check_header_text(phrase), _PLAIN_PHRASE) if phrase.strip() else []
    return _fold(name, [*words, f"<{identifier}>"])


def _refuse(value: str, fault: str) -> HeaderError:
    shown = _FORBIDDEN.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), value)
    text = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
    return HeaderError(
        _("El texto «%(text)s» no puede ir en el encabezado de un correo: %(fault)s.", text=text, fault=fault)
    )


def _decode_word(charset: str, encoding: str, text: str) -> str | None:
    """Return what a reader would make of an encoded word, or None if that cannot be told."""
    if not text.isascii():
        return None
    try:
        if encoding.lower() == "b":
            octets = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        else:
            octets = _decode_q(text)
        return octets.decode("latin-1") + octets.decode(charset.partition("*")[0])
    except (ValueError, LookupError):
        return None


def _decode_q(text: str) -> bytes:
    spaced = text.replace("_", " ")
    decoded = re.sub(r"=([0-9A-Fa-f]{2})", lambda found: chr(int(found.group(1), 16)), spaced)
    return decoded.encode("latin-1")


def _choose_words(name: str, value: str, plain: re.Pattern[str]) -> list[str]:
    """Leave plain text alone; anything else becomes encoded words that decode by themselves (F-07)."""
    if not value or (plain.fullmatch(value) and "=?" not in value):
        return value.split(" ")
    whole = "".join(map(_Q_TABLE.__getitem__, value.encode()))
    first = max(min(_LONGEST_ENCODED_WORD, _LONGEST_LINE - len(name) - 2), _SHORTEST_FIRST_WORD) - _FRAME
    if len(whole) <= first:
        return [f"=?utf-8?q?{whole}?="]
    words: list[str] = []
    current = ""
    for character in value:
        encoded = _encode_character(character)
        if len(current) + len(encoded) > (_LONGEST_ENCODED_WORD - _FRAME if words else first):
            words.append(f"=?utf-8?q?{current}?=")
            current = ""
        current += encoded
    return [*words, f"=?utf-8?q?{current}?="]


@lru_cache(maxsize=1024)
def _encode_character(character: str) -> str:
    return "".join(_Q_TABLE[octet] for octet in character.encode())


def _fold(name: str, words: list[str]) -> bytes:
    """Break between words so that lines stay within 76 characters (RFC 5322 §2.1.1, RFC 2047 §2)."""
    lines = [f"{name}:"]
    for position, word in enumerate(words):
        if position and len(lines[-1]) + 1 + len(word) > _LONGEST_LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines).encode("ascii") + b"\r\n"
