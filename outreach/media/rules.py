"""Which files are taken, how large they may be, and how a block names the file that it shows."""

import re
from dataclasses import dataclass

from babel.numbers import format_decimal

from outreach.translation import current_locale
from outreach.translation import gettext as _

LARGEST_FILE = 10_000_000  # bytes
MOST_PIXELS = 40_000_000
# Twice the width of the mail, for screens that show two dots where there was one (templates/email, 600 px).
MAIL_WIDTH = 1200
MAIL_HEIGHT = 2400
# A picture that is downloaded, not shown in the mail.
DOWNLOAD_SIDE = 4000

_REFERENCE = re.compile(r"archivo:(?P<key>[A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is: how it is served, how its name ends, and how readers call it."""

    content_type: str
    extension: str
    name: str

    @property
    def is_picture(self) -> bool:
        """Tell whether a mail can show it."""
        return self.content_type.startswith("image/")


JPEG = FileType("image/jpeg", "jpg", "JPG")
PNG = FileType("image/png", "png", "PNG")
PDF = FileType("application/pdf", "pdf", "PDF")
WORD = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", "Word")
EXCEL = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "Excel")
SLIDES = FileType("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx", "PowerPoint")
CALENDAR = FileType("text/calendar; charset=utf-8", "ics", "iCalendar")
TABLE = FileType("text/csv; charset=utf-8", "csv", "CSV")
TEXT = FileType("text/plain; charset=utf-8", "txt", "TXT")

TYPES = {kind.extension: kind for kind in (JPEG, PNG, PDF, WORD, EXCEL, SLIDES, CALENDAR, TABLE, TEXT)}


def make_reference(key: str) -> str:
    """Return how a block names the file with this key, in the place of an address."""
    return f"archivo:{key}"


def find_key(reference: str) -> str | None:
    """Return the key inside a reference; None for anything else, such as an address."""
    found = _REFERENCE.fullmatch(reference.strip())
    return found["key"] if found else None


def list_keys(text: str) -> set[str]:
    """Return every key that `text`, such as a block's fields, refers to."""
    return set(_REFERENCE.findall(text))


def describe_size(size: int) -> str:
    """Return a number of bytes in words: «840 KB», «1.2 MB»."""
    if size < 1_000_000:  # noqa: PLR2004 - a megabyte
        kilobytes = format_decimal(max(1, round(size / 1000)), locale=current_locale())
        return _("%(number)s KB", number=kilobytes)
    megabytes = format_decimal(round(size / 1_000_000, 1), locale=current_locale())
    return _("%(number)s MB", number=megabytes)
