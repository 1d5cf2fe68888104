"""What a file changes about people: their values before and after, kept so that an import can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite

from outreach.audiences.columns import PersonRow
from outreach.audiences.models import ImportChange
from outreach.db import db
from outreach.translation import gettext as _

KEPT = ("name", "institution", "position", "title", "country", "timezone", "language")


@dataclass(slots=True)
class Known:
    """What the database holds about the addresses of a batch, by their keys."""

    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    subscribed: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    suppressed: set[str] = field(default_factory=set)

    def find_barrier(self, person: PersonRow) -> str | None:
        """Return why somebody stays out: only the person can come back after leaving (P-13)."""
        if person.email_hash in self.suppressed:
            return _("La dirección está en exclusión y no recibe correos.")
        if person.address.key in self.left:
            return _("La persona dejó esta audiencia; solo ella puede volver a suscribirse.")
        return None


def find_change(person: PersonRow | None, found: dict[str, Any]) -> dict[str, Any] | None:
    """Return a contact's new values, or None if the row says nothing new; an empty cell erases nothing."""
    if person is None:
        return None
    wanted = {name: found[name] for name in KEPT} | person.texts
    wanted["language"] = person.language or found["language"]
    wanted["attributes"] = {**found["attributes"], **person.attributes}
    return {"contact": found["id"], **wanted} if any(found[name] != value for name, value in wanted.items()) else None


def describe_change(person: PersonRow, contact_id: int, known: Known, now: datetime) -> dict[str, Any] | None:
    """Say what a batch does to somebody, None if nothing; what it overwrites is kept with the time of that change."""
    found = known.contacts.get(person.address.key)
    change = find_change(person, found) if found else None
    joins = person.address.key not in known.subscribed
    if found and not change and not joins:
        return None
    before = None
    if found and change:
        overwritten = {name: found[name] for name in change if name != "contact" and found[name] != change[name]}
        before = {**overwritten, "updated_at": found["updated_at"].isoformat()}
    return {
        "contact_id": contact_id,
        "row": person.number,
        "is_new": found is None,
        "joined": joins,
        "stamped_at": now if found is None or change else found["updated_at"],
        "before": before,
    }


def note_changes(import_id: int, changes: Sequence[dict[str, Any]]) -> None:
    """Keep what an import did, so that it can be taken back; of somebody met twice, what was there before the first."""
    if not changes:
        return
    numbers = [change["contact_id"] for change in changes]
    met = select(ImportChange.contact_id, ImportChange.is_new, ImportChange.before).where(
        ImportChange.import_id == import_id, ImportChange.contact_id.in_(numbers)
    )
    earlier = {row.contact_id: row for row in db.session.execute(met)}
    rows = [{"import_id": import_id, **change} for change in changes]
    for row in rows:
        first = earlier.get(row["contact_id"])
        if first:
            merged = {**(row["before"] or {}), **(first.before or {})}
            row["before"] = None if first.is_new else merged or None
    make = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(cast("Table", ImportChange.__table__))
    again = {"stamped_at": statement.excluded.stamped_at, "before": statement.excluded.before}
    unique = ["import_id", "contact_id"]
    db.session.execute(statement.on_conflict_do_update(index_elements=unique, set_=again), rows)
