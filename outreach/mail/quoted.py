"""Quoted-printable pieces that may be joined in any order (RFC 2045 §6.7).

Every piece begins at the start of a line, so its lines are at most 76 long wherever it stands; a piece that more is to
follow ends in a soft line break. A dot that begins a line is encoded: SMTP has nothing left to stuff (RFC 5321 §4.5.2).
"""

import re
from binascii import b2a_qp

SOFT_BREAK = b"=\r\n"

_LONGEST_CONTENT = 75
_LONGEST_WRAPPED = _LONGEST_CONTENT - 2  # room for a first dot that becomes =2E
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_NOT_ALONE = re.compile(rb"[^ -<>-~]|=")
_ENCODED = {bytes([octet]): b"=%02X" % octet for octet in range(256)}


def encode_piece(text: str) -> bytes:
    """Return `text` as quoted-printable UTF-8 lines with CRLF; the last line stays open."""
    return b"\r\n".join(_encode_line(line) for line in _LINE_ENDS.split(text))


def encode_value(value: str) -> bytes:
    """Return what `encode_piece` means for a value without line breaks, at the speed of C."""
    encoded = b2a_qp(value.encode())
    last_line = len(encoded) - encoded.rfind(b"\n") - 1
    if last_line > _LONGEST_CONTENT or encoded[:1] == b"." or b"\n." in encoded:
        return _encode_line(value)
    return encoded.replace(b"\n", b"\r\n")


def _encode_line(line: str) -> bytes:
    encoded = _NOT_ALONE.sub(lambda found: _ENCODED[found.group()], line.encode())
    if encoded[-1:] == b" ":
        encoded = encoded[:-1] + b"=20"
    if len(encoded) > _LONGEST_WRAPPED:
        return _wrap(encoded)
    return b"=2E" + encoded[1:] if encoded[:1] == b"." else encoded


def _wrap(encoded: bytes) -> bytes:
    """Break a long line softly, never inside an escape, and encode a dot that comes to begin a line."""
    lines: list[bytes] = []
    start = 0
    while start < len(encoded):
        end = min(start + _LONGEST_WRAPPED, len(encoded))
        escape = encoded.rfind(b"=", end - 2, end)
        if escape > start and end < len(encoded):
            end = escape
        line = encoded[start:end]
        lines.append(b"=2E" + line[1:] if line[:1] == b"." else line)
        start = end
    return SOFT_BREAK.join(lines)
