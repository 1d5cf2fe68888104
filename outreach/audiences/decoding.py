"""How the bytes of a text file are read: byte order mark, else UTF-8, else cp1252.

No statistics: detectors mistake Spanish for cp1250 and turn an ñ into an ń without saying so.
"""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from outreach.audiences.errors import UnreadableFileError
from outreach.translation import gettext as _

_CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BINARY_SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "GZIP"),
    (b"PK\x03\x04", "ZIP"),
    (b"{\\rtf", "RTF"),
)


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text file is to be read, and its number of lines."""

    encoding: str
    lines: int


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    for chunk in _read_chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def find_text_form(path: Path) -> TextForm:
    """Tell how to read a text file; raise UnreadableFileError if it is no text in an encoding that is known."""
    with path.open("rb") as handle:
        head = handle.read(4096)
    _refuse_binary(head)
    for encoding in _list_candidates(head):
        lines = _count_lines(path, encoding)
        if lines is not None:
            return TextForm(encoding, lines)
    raise UnreadableFileError(
        _("El archivo no está en UTF-8, UTF-16 ni Windows-1252: guárdelo de nuevo como «CSV UTF-8» y vuelva a subirlo.")
    )


def _refuse_binary(head: bytes) -> None:
    for signature, kind in _BINARY_SIGNATURES:
        if head.startswith(signature):
            raise UnreadableFileError(
                _(
                    "El archivo es %(kind)s y no una tabla de texto: ábralo en la hoja de cálculo y guárdelo como CSV "
                    "o XLSX.",
                    kind=kind,
                )
            )


def _list_candidates(head: bytes) -> list[str]:
    for mark, encoding in _MARKS:
        if head.startswith(mark) and not head.startswith(codecs.BOM_UTF32_LE):
            return [encoding]
    if b"\0" not in head:
        return ["utf-8", "cp1252"]
    # In UTF-16 without its mark every other byte of a heading is a zero; anything else with zeros is no text.
    if len(head) > 1 and (head[1] == 0) != (head[0] == 0):
        return ["utf-16-le" if head[1] == 0 else "utf-16-be"]
    return []


def _count_lines(path: Path, encoding: str) -> int | None:
    """Decode the whole file once; None when it is not in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, has_accents = 1, False
    try:
        for chunk in _read_chunks(path):
            text = decoder.decode(chunk)
            if "\0" in text:
                return None
            lines += text.count("\n")
            has_accents = has_accents or not text.isascii()
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as problem:
        if encoding == "utf-8" and (has_accents or not problem.object[: problem.start].isascii()):
            _refuse_mixture(lines + problem.object[: problem.start].count(b"\n"))
        return None
    return lines


def _refuse_mixture(line: int) -> None:
    """Refuse UTF-8 that turns into something else: read as cp1252 its accents would be spoilt without a word."""
    raise UnreadableFileError(
        _(
            "El archivo empieza en UTF-8, pero la línea %(line)s tiene caracteres en otra codificación: guárdelo de "
            "nuevo como «CSV UTF-8» y vuelva a subirlo.",
            line=line,
        )
    )


def _read_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            yield chunk
