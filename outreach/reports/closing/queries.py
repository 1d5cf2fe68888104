"""Reads of closed periods: what counted then, and what the log says differently now."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from outreach.db import db
from outreach.dispatch.log import LogFilter, LogLine, count_lines, select_counted, stream_lines
from outreach.dispatch.models import Dispatch
from outreach.errors import NotFoundError
from outreach.reports.models import Closing, ClosingDocument, ClosingLine
from outreach.reports.periods import Period
from outreach.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines that a report prints; of a closed period those that counted then, and what changed since."""

    lines: list[LogLine]
    closing: Closing | None = None
    added: list[LogLine] = field(default_factory=list)
    removed: list[LogLine] = field(default_factory=list)

    @property
    def has_changed(self) -> bool:
        """Tell whether the log says something else than when the period was closed."""
        return bool(self.added or self.removed)


def find_closing(period: Period) -> Closing | None:
    """Return the closing that holds for exactly this period; None while it is open, or open again."""
    query = select(Closing).where(Closing.first_on == period.first_on, Closing.last_on == period.last_on)
    newest = db.session.scalars(query.order_by(Closing.version.desc()).limit(1)).first()
    return newest if newest and not newest.reopening else None


def list_closings() -> Sequence[Closing]:
    """Return every closing, the latest first."""
    query = select(Closing).options(joinedload(Closing.closed_by), joinedload(Closing.reopening))
    return db.session.scalars(query.order_by(Closing.closed_at.desc(), Closing.id.desc())).all()


def get_closing(closing_id: int) -> Closing:
    """Return one closing, or raise NotFoundError."""
    closing = db.session.get(Closing, closing_id)
    if closing is None:
        raise NotFoundError(_("No existe el cierre %(number)s.", number=closing_id))
    return closing


def get_document(closing_id: int, filename: str) -> ClosingDocument:
    """Return a document of a closing with its content, or raise NotFoundError."""
    query = select(ClosingDocument).where(
        ClosingDocument.closing_id == closing_id, ClosingDocument.filename == filename
    )
    document = db.session.scalars(query).first()
    if document is None:
        raise NotFoundError(_("El cierre %(number)s no tiene ese documento.", number=closing_id))
    return document


def read_lines(asked: LogFilter, period: Period) -> Reading:
    """Read the lines of a report; what changed after the period was closed comes apart."""
    current = list(stream_lines(replace(asked, first_on=period.first_on, last_on=period.last_on)))
    closing = find_closing(period)
    if closing is None:
        return Reading(current)
    counted = set(db.session.scalars(select(ClosingLine.dispatch_id).where(ClosingLine.closing_id == closing.id)))
    removed = [line for line in _list_removed(closing) if _is_chosen(line, asked)]
    kept = [line for line in current if line.id in counted]
    lines = sorted([*kept, *removed], key=lambda line: (line.sent_on, line.id))
    return Reading(lines, closing, [line for line in current if line.id not in counted], removed)


def count_read(asked: LogFilter, period: Period) -> int:
    """Count the lines of a report without reading them, where the period is open."""
    if find_closing(period):
        return len(read_lines(asked, period).lines)
    return count_lines(replace(asked, first_on=period.first_on, last_on=period.last_on))


def count_changes(closing: Closing) -> int:
    """Count the lines that entered a closed period since, and those that count no more."""
    reading = read_lines(LogFilter(), Period(closing.first_on, closing.last_on))
    return len(reading.added) + len(reading.removed)


def _list_removed(closing: Closing) -> list[LogLine]:
    """Return the lines that counted when the period was closed and that a later line corrects or withdraws."""
    counting = select_counted(LogFilter(first_on=closing.first_on, last_on=closing.last_on), Dispatch.id)
    query = (
        select(Dispatch)
        .join(ClosingLine, ClosingLine.dispatch_id == Dispatch.id)
        .where(ClosingLine.closing_id == closing.id, Dispatch.id.not_in(counting))
        .options(joinedload(Dispatch.audience), joinedload(Dispatch.kind))
        .order_by(Dispatch.sent_on, Dispatch.id)
    )
    return [line for dispatch in db.session.scalars(query) if (line := _read_line(dispatch))]


def _read_line(dispatch: Dispatch) -> LogLine | None:
    audience, kind = dispatch.audience, dispatch.kind
    if dispatch.sent_on is None:
        return None
    return LogLine(
        id=dispatch.id,
        sent_on=dispatch.sent_on,
        information_es=dispatch.information_es,
        information_en=dispatch.information_en,
        audience=audience.slug if audience else "",
        audience_es=audience.name_es if audience else "",
        audience_en=audience.name_en if audience else "",
        channel=dispatch.channel,
        sender=dispatch.sender,
        kind=kind.slug if kind else "",
        kind_es=kind.name_es if kind else "",
        kind_en=kind.name_en if kind else "",
        origin=dispatch.origin,
        campaign_id=dispatch.campaign_id,
        accepted=0,
        is_month_only=dispatch.is_month_only,
        programme_key=dispatch.programme_key,
    )


def _is_chosen(line: LogLine, asked: LogFilter) -> bool:
    """Tell whether a line is among those asked for, by the same rules as in the database."""
    texts = f"{line.information_es}\n{line.information_en}".casefold()
    return (
        (not asked.audiences or line.audience in asked.audiences)
        and (not asked.channel or line.channel == asked.channel)
        and (not asked.sender or line.sender.casefold() == asked.sender.casefold())
        and (not asked.kind or line.kind == asked.kind)
        and (not asked.programme_key or line.programme_key == asked.programme_key)
        and all(word.casefold() in texts for word in asked.words.split())
    )
