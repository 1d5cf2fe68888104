"""Writes of stored files: bringing one, noting that it is used, removing what nothing uses."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from outreach import clock
from outreach.accounts.models import User
from outreach.db import db
from outreach.media import storage
from outreach.media.documents import Document, clean_document
from outreach.media.errors import UploadError
from outreach.media.models import StoredFile
from outreach.media.pictures import clean_picture
from outreach.media.rules import LARGEST_FILE, MAIL_HEIGHT, MAIL_WIDTH, describe_size
from outreach.translation import gettext as _
from outreach.web.downloads import safe_filename

# What nothing has used for so long goes. What is in use looks a month old at the most, so that a text taken back to an
# earlier state finds its pictures for some weeks after they left it.
KEPT_UNUSED = timedelta(days=60)
_USED_AGE = timedelta(days=30)
_WEEK = timedelta(days=7)
_LONGEST_NAME = 120
_LONGEST_ALT = 400
_STEP = 500


def keep_picture(content: bytes, filename: str, user: User) -> StoredFile:
    """Take a picture for mails to show, made harmless and no larger than they need; raise UploadError."""
    _refuse_size(content)
    picture = clean_picture(content, MAIL_WIDTH, MAIL_HEIGHT)
    stored = _keep(Document(picture.content, picture.type, picture), filename, user)
    stored.is_picture = True
    return stored


def keep_document(content: bytes, filename: str, user: User) -> StoredFile:
    """Take a file for mails to link to; raise UploadError. A picture among them is for the download, not for show."""
    _refuse_size(content)
    return _keep(clean_document(content, filename), filename, user)


def note_use(file: StoredFile, alt: Mapping[str, str] | None = None) -> None:
    """Note that somebody used `file` now, and the texts by language that describe it."""
    file.last_used_at = clock.now()
    for language, text in (alt or {}).items():
        if text.strip():
            setattr(file, f"alt_{language}", text.strip()[:_LONGEST_ALT])
    db.session.flush()


def remove_unused(used: AbstractSet[str], now: datetime) -> int:
    """Remove the rows that nothing used for KEPT_UNUSED; `used` are the keys that something refers to.

    Returns how many. Commits nothing; `sweep` removes their content afterwards.
    """
    last = now - KEPT_UNUSED
    old = select(StoredFile.id, StoredFile.key).where(StoredFile.last_used_at < now - _USED_AGE - _WEEK)
    rows = list(db.session.execute(old))
    kept = [number for number, key in rows if key in used]
    for chosen in _slice(kept):
        db.session.execute(update(StoredFile).where(StoredFile.id.in_(chosen)).values(last_used_at=now - _USED_AGE))
    removed = 0
    for chosen in _slice([number for number, key in rows if key not in used]):
        # Whoever picked one of them meanwhile has moved its date.
        gone = delete(StoredFile).where(StoredFile.id.in_(chosen), StoredFile.last_used_at < last)
        removed += len(db.session.scalars(gone.returning(StoredFile.id)).all())
    return removed


def _slice(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _STEP):
        yield numbers[start : start + _STEP]


def sweep(now: datetime) -> int:
    """Remove from the folder what no row names any more and has lain there for a day; return how many."""
    old = {path.name: path for path in storage.list_older(now - timedelta(days=1))}
    kept = set(db.session.scalars(select(StoredFile.sha256)))
    for name, path in old.items():
        if name not in kept:
            path.unlink(missing_ok=True)
    return len(old.keys() - kept)


def _refuse_size(content: bytes) -> None:
    if not content:
        raise UploadError(_("El archivo está vacío: elija otro."))
    if len(content) > LARGEST_FILE:
        raise UploadError(
            _(
                "El archivo pesa %(size)s y caben %(most)s: redúzcalo o publíquelo en el sitio y escriba su dirección.",
                size=describe_size(len(content)),
                most=describe_size(LARGEST_FILE),
            )
        )


def _keep(document: Document, filename: str, user: User) -> StoredFile:
    digest = sha256(document.content).hexdigest()
    storage.write(digest, document.content)
    found = _find(digest)
    if found is not None:
        note_use(found)
        return found
    stored = _make_row(document, digest, filename, user)
    try:
        with db.session.begin_nested():
            db.session.add(stored)
    except IntegrityError:
        # Somebody brought the same content at the same moment.
        return _find(digest) or stored
    return stored


def _make_row(document: Document, digest: str, filename: str, user: User) -> StoredFile:
    now = clock.now()
    picture = document.picture
    return StoredFile(
        key=secrets.token_urlsafe(16),
        sha256=digest,
        extension=document.type.extension,
        is_picture=False,
        is_transparent=picture is not None and picture.is_transparent,
        name=safe_filename(re.split(r"[/\\]", filename)[-1])[:_LONGEST_NAME],
        size=len(document.content),
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
        uploaded_by_id=user.id,
        uploaded_at=now,
        last_used_at=now,
    )


def _find(digest: str) -> StoredFile | None:
    return db.session.scalars(select(StoredFile).where(StoredFile.sha256 == digest)).one_or_none()
