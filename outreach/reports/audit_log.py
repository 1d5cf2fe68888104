"""The audit beside a report: what was found in its lines, and in the tables that some of them came from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from outreach.dispatch.imports import list_imports_between
from outreach.dispatch.log import LogFilter, LogLine, stream_lines
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
    return ReportAudit(tuple(audit_log(stream_lines(asked))), tuple(list_import_findings(period)))


def audit_log(lines: Iterable[LogLine]) -> list[Finding]:
    """Return what is to be looked at in lines of the log; a finding's row is the line's number."""
    rows = [
        AuditedRow(
            row=line.id,
            dates=PrintedDates((PrintedDay(line.sent_on, is_month_only=line.is_month_only),)),
            information=line.information_es,
            printed=line.information_es,
            audience=line.audience,
            channel=line.channel.value,
        )
        for line in lines
    ]
    return [finding for finding in audit_rows(rows, None, None) if finding.code in _ASKED]


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
