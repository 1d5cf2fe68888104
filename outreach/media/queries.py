"""Reads of stored files."""

from collections.abc import Iterable, Mapping

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from outreach.db import db
from outreach.errors import NotFoundError
from outreach.media.models import StoredFile
from outreach.translation import gettext as _

PAGE_SIZE = 24


def find_file(key: str) -> StoredFile | None:
    """Return the file with this key, None when there is none."""
    return db.session.scalars(select(StoredFile).where(StoredFile.key == key)).one_or_none()


def get_file(key: str, *, is_picture: bool) -> StoredFile:
    """Return the picture, or the file to download, with this key; raise NotFoundError."""
    found = find_file(key)
    if found is None or found.is_picture != is_picture:
        raise NotFoundError(_("Ese archivo ya no está guardado: elija otro o súbalo de nuevo."))
    return found


def list_files(keys: Iterable[str]) -> Mapping[str, StoredFile]:
    """Return those of the files with these keys that exist, by key, in one statement."""
    wanted = set(keys)
    if not wanted:
        return {}
    found = db.session.scalars(select(StoredFile).where(StoredFile.key.in_(wanted)))
    return {file.key: file for file in found}


def list_stored(*, is_picture: bool, words: str = "", page: int = 1) -> Pagination:
    """Return one page (from 1, of PAGE_SIZE) of the pictures, or of the files to download, the last used first.

    `words` stand in the name or in the texts that describe a picture.
    """
    statement = (
        select(StoredFile)
        .where(StoredFile.is_picture.is_(is_picture))
        .options(joinedload(StoredFile.uploaded_by))
        .order_by(StoredFile.last_used_at.desc(), StoredFile.id.desc())
    )
    if words.strip():
        columns = (StoredFile.name, StoredFile.alt_es, StoredFile.alt_en)
        statement = statement.where(or_(*(column.icontains(words.strip(), autoescape=True) for column in columns)))
    return db.paginate(statement, page=max(page, 1), per_page=PAGE_SIZE, error_out=False)
