"""People brought in from a file: each row is new, updates somebody, is refused or stays out, and never two of these."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.audiences.changes import Known
from outreach.audiences.columns import ColumnPlan, PersonRow, clean_text, plan_columns
from outreach.audiences.enrolment import Enrolment, look_up, trust_indexes
from outreach.audiences.errors import RowError, UnreadableFileError
from outreach.audiences.keys import hash_email
from outreach.audiences.models import Audience, ContactImport
from outreach.audiences.reading import Row, Table, open_table
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _

BATCH = 1_000
_LONGEST_FILENAME = 255
_LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is brought in; `on_progress` gets the rows done and an estimate of all."""

    source: str = ""
    consent_text: str = ""
    filename: str = ""
    is_dry_run: bool = False
    user: User | None = None
    on_progress: Callable[[int, int], None] | None = None


@dataclass(slots=True)
class ImportResult:
    """What came of a file: rows = new + updated + refused + kept out; `notes` are cells that were left empty."""

    rows: int = 0
    new: int = 0
    updated: int = 0
    subscribed: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    kept_out: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names of the command line's contract (design §7)."""
        return {
            "rows": self.rows,
            "new": self.new,
            "updated": self.updated,
            "subscribed": self.subscribed,
            "refused": self.refused,
            "kept_out": self.kept_out,
        }


@dataclass(slots=True)
class Run:
    """A file on its way in: what is written where, and what came of its rows so far."""

    enrolment: Enrolment
    options: ImportOptions
    result: ImportResult
    secret: str
    # Digests of the addresses met so far, 128 bits each: all that is kept of a row that has gone by.
    met: set[int] = field(default_factory=set)


def import_contacts(file: Path, audience: Audience, options: ImportOptions) -> ImportResult:
    """Bring the people of a file into an audience; the caller commits all of it, or rolls back after a refusal.

    Raises UnreadableFileError if the file as a whole cannot be taken. A dry run writes nothing and gives the same
    figures.
    """
    trust_indexes()
    with open_table(file) as table:
        plan = plan_columns([clean_text(cell) for cell in table.headings.cells])
        result = ImportResult(attributes=sorted(plan.attributes.values()), notes=_note_nameless(plan, table))
        filename = (options.filename or file.name)[-_LONGEST_FILENAME:]
        evidence = (options.source or filename)[:_LONGEST_SOURCE]
        kept = None if options.is_dry_run else _begin(table, audience, options, filename)
        enrolment = Enrolment(audience.id, kept.id if kept else None, evidence, options.consent_text)
        run = Run(enrolment, options, result, current_config().secret_key)
        for batch in _cut(table.rows):
            take_batch(run, plan, batch)
            if options.on_progress:
                options.on_progress(result.rows, max(result.rows, table.row_total))
    if not result.rows:
        raise UnreadableFileError(_("El archivo solo tiene encabezados: agregue al menos una persona."))
    if kept:
        _finish(kept, result, options)
    return result


def _begin(table: Table, audience: Audience, options: ImportOptions, filename: str) -> ContactImport:
    kept = ContactImport(
        audience_id=audience.id,
        user_id=options.user.id if options.user else None,
        filename=filename,
        sha256=table.sha256,
        imported_at=clock.now(),
        figures={},
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def _finish(kept: ContactImport, result: ImportResult, options: ImportOptions) -> None:
    totals = {
        "rows": result.rows,
        "new": result.new,
        "updated": result.updated,
        "subscribed": result.subscribed,
        "refused": len(result.refused),
        "kept_out": len(result.kept_out),
    }
    kept.figures = totals
    record("import", "audience", kept.audience_id, {"import": kept.id, **totals}, options.user)
    db.session.flush()
    # What was written went past the session: rows it holds from before are read anew.
    db.session.expire_all()


def _note_nameless(plan: ColumnPlan, table: Table) -> list[dict[str, Any]]:
    if not plan.nameless:
        return []
    places = ", ".join(str(place + 1) for place in sorted(plan.nameless))
    return [
        {
            "row": table.headings.number,
            "reason": _("Las columnas sin título (%(places)s) no se importan.", places=places),
        }
    ]


def _cut(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def take_batch(run: Run, plan: ColumnPlan, batch: list[Row]) -> None:
    """Count every row of a batch under exactly one heading, and write its people unless this is a dry run."""
    result, today = run.result, clock.now().date()
    people: list[PersonRow] = []
    for row in batch:
        result.rows += 1
        try:
            person = plan.read(row, today)
        except RowError as problem:
            result.refused.append({"row": row.number, "reason": str(problem)})
        else:
            person.email_hash = hash_email(run.secret, person.address.key)
            people.append(person)
    known = look_up(people, run.enrolment.audience_id)
    taken: dict[str, PersonRow] = {}
    for person in people:
        _place(run, known, taken, person)
    if not run.options.is_dry_run and taken:
        run.enrolment.write(taken, known)


def _place(run: Run, known: Known, taken: dict[str, PersonRow], person: PersonRow) -> None:
    """Count a row under exactly one heading, and take the person unless they left or are excluded."""
    result, key = run.result, person.address.key
    barrier = known.find_barrier(person)
    if barrier:
        result.kept_out.append({"row": person.number, "reason": barrier})
        return
    result.notes += [{"row": person.number, "reason": note} for note in person.notes]
    digest = int(person.email_hash[:32], 16)
    is_first = digest not in run.met
    run.met.add(digest)
    if is_first and key not in known.contacts:
        result.new += 1
    else:
        result.updated += 1
    if is_first and key not in known.subscribed:
        result.subscribed += 1
    if key in taken:
        taken[key].absorb(person)
    else:
        taken[key] = person
