"""Batches of people written with set-based SQL: contacts, their places in one audience, and the consents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Table, bindparam, insert, literal, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from outreach import clock
from outreach.audiences.changes import KEPT, Known, describe_change, find_change, note_changes
from outreach.audiences.columns import PersonRow
from outreach.audiences.facets import note_facets
from outreach.audiences.models import Consent, Contact, Subscription, Suppression
from outreach.audiences.rules import ConsentAction
from outreach.audiences.service import hash_text
from outreach.db import Base, UtcDateTime, db


def trust_indexes() -> None:
    """Let PostgreSQL find people by unique index until the transaction ends; SQLite does so of itself.

    A table that grows in this very transaction has no statistics, and the plan that suited its first rows would read
    all of it for each batch: a hundred thousand rows took minutes.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        for setting in ("plan_cache_mode = force_custom_plan", "enable_seqscan = off"):
            db.session.execute(text(f"SET LOCAL {setting}"))


def look_up(people: Sequence[PersonRow], audience_id: int) -> Known:
    """Read what is known about these people, three statements for the whole batch."""
    known = Known()
    keys = sorted({person.address.key for person in people})
    hashes = sorted({person.email_hash for person in people})
    columns = (
        Contact.id,
        Contact.email_key,
        Contact.attributes,
        Contact.updated_at,
        *(getattr(Contact, name) for name in KEPT),
    )
    for row in db.session.execute(select(*columns).where(Contact.email_key.in_(keys))).mappings():
        known.contacts[row["email_key"]] = dict(row)
    # Looked for by number, so that a table without statistics is still read by its unique index.
    key_of = {found["id"]: key for key, found in known.contacts.items()}
    places = select(Subscription.contact_id, Subscription.ended_at).where(
        Subscription.audience_id == audience_id, Subscription.contact_id.in_(sorted(key_of))
    )
    for contact_id, ended_at in db.session.execute(places) if key_of else ():
        (known.subscribed if ended_at is None else known.left).add(key_of[contact_id])
    suppressed = select(Suppression.email_hash).where(Suppression.email_hash.in_(hashes))
    known.suppressed.update(db.session.scalars(suppressed))
    return known


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where the people of a file go and on what grounds."""

    audience_id: int
    import_id: int | None
    source: str
    consent_text: str

    def write(self, people: dict[str, PersonRow], known: Known) -> None:
        """Write a batch of people by key, of whom none left the audience or is suppressed."""
        new = sorted(people.keys() - known.contacts.keys())
        now = clock.now()
        if new:
            described = [_describe_new(people[key], now) for key in new]
            db.session.execute(_insert_missing(Contact, "email_key"), described)
            note_facets(db.session.connection(), described)
        changed = [change for key, found in known.contacts.items() if (change := find_change(people.get(key), found))]
        if changed:
            _update_contacts(changed, now)
            note_facets(db.session.connection(), changed)
        ids = self._find_ids(people)
        if self.import_id is not None:
            rows = (describe_change(people[key], ids[key], known, now) for key in sorted(people))
            note_changes(self.import_id, [row for row in rows if row])
        self._subscribe({key: people[key] for key in sorted(people.keys() - known.subscribed)}, ids)

    def _find_ids(self, people: dict[str, PersonRow]) -> dict[str, int]:
        query = select(Contact.email_key, Contact.id).where(Contact.email_key.in_(list(people)))
        return {key: number for key, number in db.session.execute(query)}  # noqa: C416 - rows are no pairs to mypy

    def _subscribe(self, people: dict[str, PersonRow], ids: dict[str, int]) -> None:
        """Add the places in one statement, and the consents, whose day and source differ from row to row."""
        if not people:
            return
        columns = ["audience_id", "contact_id", "started_at", "end_reason", "import_id"]
        now = clock.now()
        fixed = (literal(self.audience_id), Contact.id, literal(now, UtcDateTime), literal(""), literal(self.import_id))
        places = select(*fixed).where(Contact.email_key.in_(list(people)))
        db.session.execute(_insert_missing(Subscription, "audience_id", "contact_id").from_select(columns, places))
        consents = [self._describe_consent(person, ids[key]) for key, person in people.items()]
        db.session.execute(insert(_get_table(Consent)), consents)

    def _describe_consent(self, person: PersonRow, contact_id: int) -> dict[str, Any]:
        return {
            "contact_id": contact_id,
            "audience_id": self.audience_id,
            "action": ConsentAction.GRANT,
            "recorded_at": clock.now(),
            "given_on": person.given_on,
            "source": person.source or self.source,
            "text": self.consent_text,
            "text_sha256": hash_text(self.consent_text),
        }


def _get_table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def _insert_missing(model: type[Base], *unique: str) -> postgresql.Insert | sqlite.Insert:
    """Insert what is not there yet; a row that somebody else added a moment ago stays as it is."""
    if db.session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(_get_table(model)).on_conflict_do_nothing(index_elements=unique)
    return sqlite.insert(_get_table(model)).on_conflict_do_nothing(index_elements=unique)


def _describe_new(person: PersonRow, now: datetime) -> dict[str, Any]:
    return {
        "public_id": uuid4(),
        "email": person.address.display,
        "email_key": person.address.key,
        "email_hash": person.email_hash,
        **{name: person.texts.get(name, "") for name in KEPT if name != "language"},
        "language": person.language,
        "attributes": person.attributes,
        "created_at": now,
        "updated_at": now,
    }


def _update_contacts(changes: list[dict[str, Any]], now: datetime) -> None:
    table = _get_table(Contact)
    statement = update(table).where(table.c.id == bindparam("contact"))
    db.session.execute(statement, [{**change, "updated_at": now} for change in changes])
