"""Answers that a browser saves as a file."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from flask import Response, stream_with_context

from outreach.translation import current_language, speaking

_LONGEST_NAME = 120
# Separators of paths, quotes, and what Windows refuses; control characters go as well.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|;%]+')


def attachment(content: bytes | str | Iterable[bytes | str], filename: str, content_type: str) -> Response:
    """Answer with a file to save; pieces are sent as they come, and may read the database while they do.

    The name is made safe and written twice, plain and in UTF-8 (RFC 6266).
    """
    pieces = [content] if isinstance(content, bytes | str) else content
    response = Response(stream_with_context(_encode(pieces, current_language())), content_type=content_type)
    if isinstance(content, bytes | str):
        response.make_sequence()
    name = safe_filename(filename)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or "archivo"
    encoded = quote(name, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    return response


def _encode(pieces: Iterable[bytes | str], language: str) -> Iterator[bytes]:
    """Yield the pieces in octets, each written in the language of the request, which is over by then."""
    remaining = iter(pieces)
    while True:
        with speaking(language):
            piece = next(remaining, None)
        if piece is None:
            return
        yield piece.encode() if isinstance(piece, str) else piece


def safe_filename(filename: str) -> str:
    """Return `filename` without what a path, a header or a file system could take for something else."""
    words = _UNSAFE.sub(" ", unicodedata.normalize("NFC", filename)).split()
    name = " ".join(words).lstrip(". ")
    stem, dot, suffix = name.rpartition(".")
    if len(name) > _LONGEST_NAME and stem:
        name = stem[: _LONGEST_NAME - len(suffix) - 1] + dot + suffix
    return name[:_LONGEST_NAME] or "archivo"
