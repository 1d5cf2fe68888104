"""The audit beside a report: what was found in its lines, and in the tables that some of them came from."""

from dataclasses import dataclass, replace

from sqlalchemy import func

from outreach.audiences.models import Audience
from outreach.db import db
from outreach.dispatch.imports import list_imports_between
from outreach.dispatch.log import LogFilter, select_counted
from outreach.dispatch.models import Dispatch
from outreach.reports.audit import AuditedRow, audit_rows
from outreach.reports.findings import Code, Finding
from outreach.reports.periods import Period
from outreach.reports.printed_dates import PrintedDates, PrintedDay

# What a line of the log can still be asked; its order, its day and its weekday are the log's own.
_ASKED = frozenset(
    {
        *(Code.DUPLICATE_ROW, Code.NOT_A_DISPATCH, Code.MISSING_INFORMATION, Code.SESSION_ON_TWO_DAYS),
        *(Code.UNBALANCED_QUOTES, Code.DOUBLED_WORD),
    }
)
_REFUSALS = frozenset({Code.IMPOSSIBLE_DATE, Code.MALFORMED_DATE})


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """What the audit of a table found when it was brought in, with the number and name of that import."""

    import_id: int
    filename: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class ReportAudit:
    """What stands beside a report: findings of its lines, whose rows are lines' numbers, and of tables of its days."""

    of_lines: tuple[Finding, ...]
    of_imports: tuple[ImportFinding, ...]

    @property
    def total(self) -> int:
        """How many findings there are."""
        return len(self.of_lines) + len(self.of_imports)


def audit_report(chosen: LogFilter, period: Period) -> ReportAudit:
    """Look through the lines that a report prints, and through the tables that some of its days came from."""
    asked = replace(chosen, first_on=period.first_on, last_on=period.last_on)
    of_lines = (finding for finding in audit_rows(read_rows(asked), None, None) if finding.code in _ASKED)
    return ReportAudit(tuple(of_lines), tuple(list_import_findings(period)))


def read_rows(chosen: LogFilter) -> list[AuditedRow]:
    """Read of the lines of the log what their audit looks at; a row's number is the line's."""
    slug = func.coalesce(Audience.slug, "")
    query = select_counted(
        chosen, Dispatch.id, Dispatch.sent_on, Dispatch.is_month_only, Dispatch.information_es, slug, Dispatch.channel
    )
    return [
        AuditedRow(
            row=number,
            dates=PrintedDates((PrintedDay(day, is_month_only=is_month_only),)),
            information=information,
            printed=information,
            audience=audience,
            channel=channel,
        )
        for number, day, is_month_only, information, audience, channel in db.session.execute(
            query.order_by(Dispatch.sent_on, Dispatch.id)
        )
    ]


def list_import_findings(period: Period) -> list[ImportFinding]:
    """Return what the audits of tables of the period found of their dates and totals.

    A row that was refused is in no line of the log, so that only this tells that a report may lack it.
    """
    told = _REFUSALS | {Code.STATED_TOTAL, Code.WEEKDAY_MISMATCH}
    found = []
    for entry in list_imports_between(period.first_on, period.last_on):
        for kept in entry.findings:
            code = Code(kept["code"])
            if code in told:
                found.append(ImportFinding(entry.id, entry.filename, Finding(kept["row"], code, kept["message"])))
    return found
