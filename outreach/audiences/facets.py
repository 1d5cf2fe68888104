"""The countries and values of attributes that people have, offered where people are filtered."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper

from outreach.audiences.models import Contact, Facet
from outreach.db import db

COUNTRY = ""
# A field with more values than this, a telephone number say, is no way to choose people by.
MOST_VALUES = 500
_LONGEST_FIELD = 60
_LONGEST_VALUE = 200


def note_facets(connection: Connection, people: Iterable[Mapping[str, Any]]) -> None:
    """Keep what these people have, given as rows with `country` and `attributes`, that nobody had before."""
    found = {pair for person in people for pair in _list_pairs(person)}
    counts = select(Facet.field, func.count()).where(Facet.field.in_({field for field, _ in found}))
    full = {field for field, number in connection.execute(counts.group_by(Facet.field)) if number >= MOST_VALUES}
    found = {pair for pair in found if pair[0] not in full}
    if not found:
        return
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(cast("Table", Facet.__table__)).on_conflict_do_nothing(index_elements=["field", "value"])
    connection.execute(statement, [{"field": field, "value": value} for field, value in sorted(found)])


def _list_pairs(person: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    pairs = [(COUNTRY, person.get("country") or ""), *(person.get("attributes") or {}).items()]
    return [
        (field, value)
        for field, value in pairs
        if value and len(field) <= _LONGEST_FIELD and len(value) <= _LONGEST_VALUE
    ]


@event.listens_for(Contact, "after_insert")
@event.listens_for(Contact, "after_update")
def _note_written(_mapper: Mapper[Contact], connection: Connection, contact: Contact) -> None:
    note_facets(connection, [{"country": contact.country, "attributes": contact.attributes}])


def list_fields() -> Sequence[str]:
    """Return the names of the attributes that anybody has or had, in their order; the country is not one."""
    return db.session.scalars(select(Facet.field).where(Facet.field != COUNTRY).distinct().order_by(Facet.field)).all()


def list_values(field: str, limit: int, words: str = "") -> Sequence[str]:
    """Return the first values of a field in their order, those that begin with `words`."""
    query = select(Facet.value).where(Facet.field == field)
    if words:
        query = query.where(Facet.value.istartswith(words, autoescape=True))
    return db.session.scalars(query.order_by(Facet.value).limit(limit)).all()
