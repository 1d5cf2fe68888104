"""People found by the beginnings of the words of their address, name or institution, accents aside.

The database keeps the words itself (SQLite in a full-text table that its triggers keep up, PostgreSQL in an index on an
expression), so every way of writing a person is found, and a million people are searched in a few milliseconds.
"""

import re
import unicodedata

from sqlalchemy import Connection, Integer, Select, Table, column, event, false, select, table, text

from outreach.audiences.models import Contact
from outreach.db import db

PAGE_SIZE = 50
_MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")
_LAST = "\U0010ffff"
_WORDS = table("contact_words", column("rowid", Integer))

_FOLDED = "áéíóúüñàèìòùâêîôûçãõäëïö@.-_''"
_PLAIN = "aeiouunaeiouaeioucaoaeio      "
_VECTOR = (
    "to_tsvector('simple', translate(lower(contacts.email || ' ' || contacts.name || ' ' || contacts.institution),"
    f" '{_FOLDED}', '{_PLAIN}'))"
)
_COLUMNS = "email, name, institution"
_OLD, _NEW = (f"{row}.id, {row}.email, {row}.name, {row}.institution" for row in ("old", "new"))
_DROP_OLD = f"INSERT INTO contact_words (contact_words, rowid, {_COLUMNS}) VALUES ('delete', {_OLD});"  # noqa: S608 - names of columns
_ADD_NEW = f"INSERT INTO contact_words (rowid, {_COLUMNS}) VALUES ({_NEW});"  # noqa: S608 - names of columns

_CREATE = f"CREATE VIRTUAL TABLE contact_words USING fts5({_COLUMNS}, content='contacts', content_rowid='id', {{}})"
SQLITE_STATEMENTS = (
    _CREATE.format("tokenize='unicode61 remove_diacritics 2', prefix='2 3'"),
    f"CREATE TRIGGER contact_words_added AFTER INSERT ON contacts BEGIN {_ADD_NEW} END",
    f"CREATE TRIGGER contact_words_removed AFTER DELETE ON contacts BEGIN {_DROP_OLD} END",
    f"CREATE TRIGGER contact_words_changed AFTER UPDATE OF {_COLUMNS} ON contacts BEGIN {_DROP_OLD} {_ADD_NEW} END",
)
POSTGRESQL_STATEMENTS = (f"CREATE INDEX ix_contacts_words ON contacts USING gin ({_VECTOR.replace('contacts.', '')})",)


@event.listens_for(Contact.__table__, "after_create")
def _keep_words(_table: Table, connection: Connection, **_options: object) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in SQLITE_STATEMENTS if is_sqlite else POSTGRESQL_STATEMENTS:
        connection.exec_driver_sql(statement)


@event.listens_for(Contact.__table__, "before_drop")
def _drop_words(_table: Table, connection: Connection, **_options: object) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TABLE IF EXISTS contact_words"))


def select_matching(words: str) -> Select[int] | None:
    """Select the people who have a word that begins so for each of `words`; None when there are no words.

    A word with an @ is the beginning of an address. Words without a letter or a figure are in nobody.
    """
    wanted = words.casefold().split()[:_MOST_WORDS]
    if not wanted:
        return None
    addresses = [word for word in wanted if "@" in word.strip("@")]
    beginnings = [_fold(part) for word in wanted if word not in addresses for part in _WORD.findall(word)]
    if not addresses and not beginnings:
        return select(Contact.id).where(false())
    query = _match(beginnings[:_MOST_WORDS]) if beginnings else select(Contact.id)
    if addresses and beginnings and _is_sqlite():
        query = query.join(Contact, Contact.id == _WORDS.c.rowid)
    for address in addresses:
        query = query.where(Contact.email_key >= address, Contact.email_key < address + _LAST)
    return query


def _fold(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def _match(beginnings: list[str]) -> Select[int]:
    if not _is_sqlite():
        vector = text(f"{_VECTOR} @@ to_tsquery('simple', :beginnings)")
        sought = " & ".join(f"{word}:*" for word in beginnings)
        return select(Contact.id).where(vector.bindparams(beginnings=sought))
    sentence = " AND ".join(f'"{word}"*' for word in beginnings)
    return select(_WORDS.c.rowid).where(text("contact_words MATCH :beginnings").bindparams(beginnings=sentence))


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


def find_people(words: str, after: int = 0) -> list[Contact]:
    """Return the people who match `words`, those behind the contact `after`, at most PAGE_SIZE, as they were added."""
    found = select_matching(words)
    query = select(Contact.id) if found is None else found
    number = next(iter(query.selected_columns))
    numbers = db.session.scalars(query.where(number > after).order_by(number).limit(PAGE_SIZE)).all()
    return list(db.session.scalars(select(Contact).where(Contact.id.in_(numbers)).order_by(Contact.id)))
