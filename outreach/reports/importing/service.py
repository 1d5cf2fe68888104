"""Old dispatches brought into the log: every row is read, audited and written, or refused under its number."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.db import db
from outreach.dispatch.chain import take_turn
from outreach.dispatch.entering import NewLine, count_known, enter_lines
from outreach.dispatch.models import LogImport
from outreach.reports.audit import AuditedRow, audit_rows
from outreach.reports.findings import Finding
from outreach.reports.importing.audiences import AudienceGuide
from outreach.reports.importing.columns import plan_columns
from outreach.reports.importing.reader import ImportedRow, ImportOptions, RowReader
from outreach.reports.importing.rows import gather_rows
from outreach.reports.importing.sources import SourceTable

_LONGEST_FILENAME = 255


@dataclass(frozen=True, slots=True)
class Preview:
    """A table as it would enter: `known` of its dispatches are in the log already."""

    source: SourceTable
    rows: tuple[ImportedRow, ...]
    findings: tuple[Finding, ...]
    guide: AudienceGuide
    known: Counter[str]

    @property
    def dispatches(self) -> int:
        """How many dispatches its rows tell of, refused rows left out."""
        return sum(len(row.dates.days) for row in self.rows)

    def list_new(self) -> list[tuple[ImportedRow, NewLine]]:
        """Return the lines that are not in the log yet, each with its row."""
        left, lines = Counter(self.known), []
        for row in self.rows:
            for line in _make_lines(row, self.guide):
                if left[line.content_key]:
                    left[line.content_key] -= 1
                else:
                    lines.append((row, line))
        return lines

    def as_json(self, imported: int) -> dict[str, Any]:
        """Return the figures under the names of the command line's contract (design §7)."""
        return {
            "rows": len(self.rows),
            "dispatches": self.dispatches,
            "imported": imported,
            "findings": [finding.as_json() for finding in self.findings],
        }


def preview_import(source: SourceTable, options: ImportOptions) -> Preview:
    """Read and audit a table; raise UnreadableFileError if it has no dates. Nothing is written."""
    plan = plan_columns(source.headings, source.rows, options.information_column)
    gathered = gather_rows(source.headings, source.rows, plan)
    reader = RowReader(plan, options)
    rows = [reader.read(number, cells) for number, cells in enumerate(gathered.rows, 1)]
    audited = [
        AuditedRow(row.row, row.dates, row.information, row.printed, row.audience, row.channel.value) for row in rows
    ]
    stated = gathered.stated_total if options.stated_total is None else options.stated_total
    findings = sorted([*audit_rows(audited, options.period, stated), *reader.findings], key=lambda found: found.row)
    keys = [line.content_key for row in rows for line in _make_lines(row, reader.guide)]
    return Preview(source, tuple(rows), tuple(findings), reader.guide, count_known(keys))


def import_table(source: SourceTable, options: ImportOptions, user: User | None) -> tuple[LogImport, Preview]:
    """Write the dispatches of a table that the log does not hold; the caller commits. The preview has the findings."""
    begun = _begin(source, user)
    preview = preview_import(source, options)
    preview.guide.add_new(user)
    lines = [line for _row, line in preview.list_new()]
    days = [printed.day for row in preview.rows for printed in row.dates.days]
    begun.rows, begun.dispatches, begun.imported = len(preview.rows), preview.dispatches, len(lines)
    begun.first_on, begun.last_on = min(days, default=None), max(days, default=None)
    begun.findings = [finding.as_json() for finding in preview.findings]
    enter_lines(lines, begun.id)
    record("import", "log_import", begun.id, {"rows": begun.rows, "lines": begun.imported}, user)
    db.session.flush()
    return begun, preview


def _begin(source: SourceTable, user: User | None) -> LogImport:
    """Begin with a write and the log's lock: two people who bring the same table wait for each other."""
    begun = LogImport(
        user_id=user.id if user else None,
        filename=source.name[-_LONGEST_FILENAME:],
        sha256=source.sha256,
        imported_at=clock.now(),
        rows=0,
        dispatches=0,
        imported=0,
        findings=[],
    )
    db.session.add(begun)
    db.session.flush()
    take_turn(db.session.connection())
    return begun


def _make_lines(row: ImportedRow, guide: AudienceGuide) -> Iterator[NewLine]:
    for printed in row.dates.days:
        yield NewLine(
            sent_on=printed.day,
            is_month_only=printed.is_month_only,
            printed_date=row.printed_date,
            information_es=row.information,
            channel=row.channel,
            audience_id=guide.find_id(row.audience),
            is_audience_guessed=row.is_audience_guessed,
            kind_id=row.kind_id,
            sender=row.sender,
            programme_key=row.programme_key,
            note=row.note,
            import_row=row.row,
        )
