"""Documents for readers to download: recognised by what they hold, whatever their name says."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from icalendar import Calendar

from outreach.media.errors import UploadError
from outreach.media.packages import MARK, recognise_package
from outreach.media.pictures import Picture, clean_picture, looks_like_picture
from outreach.media.rules import CALENDAR, DOWNLOAD_SIDE, PDF, TABLE, TEXT, FileType
from outreach.translation import gettext as _

_LARGEST_CALENDAR = 256 * 1024
_PDF_MARK = b"%PDF-"
_PDF_END = b"%%EOF"
# A reader of PDF looks for the end in the last kilobyte.
_PDF_TAIL = 1024
_PDF_PROGRAMS = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|EmbeddedFile)(?![A-Za-z])")
# Binary streams are left out, where any bytes may stand, but for those that hold objects.
_LONGEST_HEADER = 1000
_MOST_OBJECTS = 20 * 1024 * 1024
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is served; `picture` tells its measures if it is one."""

    content: bytes
    type: FileType
    picture: Picture | None = None


def clean_document(content: bytes, filename: str) -> Document:
    """Return a document as it may be served; raise UploadError for a type that is not taken, or a dangerous one.

    The name only tells a table (.csv) from a text: nothing in the content does.
    """
    if looks_like_picture(content):
        picture = clean_picture(content, DOWNLOAD_SIDE, DOWNLOAD_SIDE)
        return Document(picture.content, picture.type, picture)
    if content.startswith(_PDF_MARK):
        return Document(_check_pdf(content), PDF)
    if content.startswith(MARK):
        return Document(content, recognise_package(content))
    return _read_text(content, filename)


def _check_pdf(content: bytes) -> bytes:
    """Refuse half a document, and one that says to run or to unpack something."""
    if _PDF_END not in content[-_PDF_TAIL:]:
        raise UploadError(_("El PDF está incompleto: expórtelo de nuevo y súbalo."))
    if any(_PDF_PROGRAMS.search(_unescape(objects)) for objects in _list_objects(content)):
        raise UploadError(
            _("El PDF lleva programas u otros archivos dentro, que un correo no debe repartir: imprímalo como PDF.")
        )
    return content


def _list_objects(content: bytes) -> Iterator[bytes]:
    """Yield what a PDF says outside its streams, and inside those that pack objects (ISO 32000 §7.5.7)."""
    place = 0
    while (opened := content.find(b"stream", place)) >= 0:
        yield content[place:opened]
        closed = content.find(b"endstream", opened)
        closed = len(content) if closed < 0 else closed
        if b"/ObjStm" in content[max(place, opened - _LONGEST_HEADER) : opened]:
            yield _unpack(content[opened + len(b"stream") : closed].lstrip(b"\r\n"))
        place = closed + len(b"endstream")
    yield content[place:]


def _unpack(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MOST_OBJECTS)
    except zlib.error:
        return b""


def _unescape(objects: bytes) -> bytes:
    """Write names as they read: «/J#53» is «/JS» (ISO 32000 §7.3.5)."""
    return _NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), objects)


def _read_text(content: bytes, filename: str) -> Document:
    text = _decode(content)
    if text.lstrip("\ufeff").lstrip()[:15].upper() == "BEGIN:VCALENDAR":
        return Document(_check_calendar(text), CALENDAR)
    if re.match(r"\s*<(?:!doctype|html|svg|\?xml|script)", text.lstrip("\ufeff"), re.IGNORECASE):
        raise _not_taken()
    if filename.lower().endswith(".csv"):
        # With its mark at the beginning spreadsheets read the accents right.
        return Document(b"\xef\xbb\xbf" + text.lstrip("\ufeff").encode(), TABLE)
    if filename.lower().endswith(".txt"):
        return Document(text.lstrip("\ufeff").encode(), TEXT)
    raise _not_taken()


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROLS.search(text) and text.strip():
            return text
        break
    raise _not_taken()


def _check_calendar(text: str) -> bytes:
    if len(text) > _LARGEST_CALENDAR:
        raise UploadError(_("El calendario pasa de 256 KB: suba uno con menos fechas."))
    try:
        calendar = Calendar.from_ical(text)
    except (ValueError, KeyError, IndexError, TypeError) as problem:
        raise UploadError(_("El calendario está dañado: expórtelo de nuevo y súbalo.")) from problem
    if not calendar.events:
        raise UploadError(_("El calendario no tiene ningún evento: revíselo y súbalo de nuevo."))
    return text.lstrip("\ufeff").encode()


def _not_taken() -> UploadError:
    return UploadError(
        _(
            "Ese tipo de archivo no se acepta: suba un PDF, un documento de Word, Excel o PowerPoint, un calendario "
            "(ICS), un texto (CSV o TXT) o una imagen."
        )
    )
