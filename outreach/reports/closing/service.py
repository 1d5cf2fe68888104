"""Closing a period: its figures, its lines and its documents are kept as they are, under one hash."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.exc import IntegrityError

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.log import LogFilter, count_reach, select_counted
from outreach.dispatch.models import Dispatch
from outreach.reports.closing.errors import ClosingError
from outreach.reports.closing.queries import find_closing
from outreach.reports.documents.formats import Document, Format, write_document
from outreach.reports.models import Closing, ClosingDocument, ClosingLine, Reopening
from outreach.reports.periods import Period
from outreach.reports.queries import get_layout_or_file, read_word_template
from outreach.reports.section import build_section
from outreach.reports.tallies import Tally, list_tallies
from outreach.translation import gettext as _

FROZEN_FORMATS = (Format.DOCX, Format.PDF, Format.XLSX, Format.JSON)
_LONGEST_REASON = 400


def close_period(period: Period, user: User) -> Closing:
    """Freeze the figures, lines and documents of a period that is over; raise ClosingError when it may not be.

    The documents are the whole section in the installation's language.
    """
    _refuse_unclosable(period)
    documents = _write_documents(period)
    figures = _count_figures(period, documents)
    closing = Closing(
        first_on=period.first_on,
        last_on=period.last_on,
        version=_choose_version(period),
        closed_at=clock.now(),
        closed_by_id=user.id,
        figures=figures,
        sha256=hash_figures(figures),
    )
    _add(closing)
    db.session.add_all(_keep(closing, document) for document in documents)
    _keep_lines(closing, period)
    record("close", "closing", closing.id, {"sha256": closing.sha256}, user)
    db.session.flush()
    return closing


def reopen_period(closing: Closing, reason: str, user: User) -> Reopening:
    """Let a closed period be closed anew; the closing and its documents stay. Raises ClosingError without a reason."""
    written = " ".join(reason.split())
    if not written or len(written) > _LONGEST_REASON:
        raise ClosingError(_("Escriba por qué se reabre el periodo, en hasta %(most)s letras.", most=_LONGEST_REASON))
    if find_closing(Period(closing.first_on, closing.last_on)) is not closing:
        raise ClosingError(_("Este cierre ya no es el vigente: el periodo está abierto o se cerró de nuevo."))
    reopening = Reopening(closing_id=closing.id, reopened_at=clock.now(), reopened_by_id=user.id, reason=written)
    db.session.add(reopening)
    record("reopen", "closing", closing.id, {}, user)
    db.session.flush()
    db.session.expire(closing, ["reopening"])
    return reopening


def hash_figures(figures: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the figures as JSON with sorted keys, without spaces, in UTF-8."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def list_broken(closing: Closing) -> list[str]:
    """Return what no longer has its hash, by name; empty while everything is as it was closed."""
    broken = [] if hash_figures(closing.figures) == closing.sha256 else [_("cifras")]
    expected: Mapping[str, str] = closing.figures["documents"]
    kept = {document.filename: hash_content(document.content) for document in closing.documents}
    return broken + [name for name, sha256 in expected.items() if kept.get(name) != sha256]


def hash_content(content: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def _refuse_unclosable(period: Period) -> None:
    today = clock.day_in(current_config().timezone, clock.now())
    if today <= period.last_on:
        raise ClosingError(
            _(
                "El periodo termina el %(day)s: ciérrelo a partir del día siguiente.",
                day=period.last_on.isoformat(),
            )
        )
    if find_closing(period):
        raise ClosingError(_already_closed())


def _already_closed() -> str:
    return _("Este periodo ya está cerrado: lo que cambie después aparece en su adenda.")


def _choose_version(period: Period) -> int:
    query = select(func.max(Closing.version)).where(
        Closing.first_on == period.first_on, Closing.last_on == period.last_on
    )
    return (db.session.scalar(query) or 0) + 1


def _add(closing: Closing) -> None:
    """Add the closing; of two people who close the same period at once, the second is told so."""
    db.session.add(closing)
    try:
        db.session.flush()
    except IntegrityError as problem:
        db.session.rollback()
        raise ClosingError(_already_closed()) from problem


def _write_documents(period: Period) -> list[Document]:
    language = current_config().language
    section = build_section(LogFilter(), period, get_layout_or_file("", language), language)
    template = read_word_template()
    return [write_document(section, chosen, template) for chosen in FROZEN_FORMATS]


def _keep(closing: Closing, document: Document) -> ClosingDocument:
    return ClosingDocument(
        closing_id=closing.id,
        filename=document.filename,
        media_type=document.media_type,
        content=document.content,
        sha256=hash_content(document.content),
    )


def _keep_lines(closing: Closing, period: Period) -> None:
    chosen = LogFilter(first_on=period.first_on, last_on=period.last_on)
    counted = select_counted(chosen, literal(closing.id), Dispatch.id)
    db.session.execute(insert(ClosingLine).from_select(["closing_id", "dispatch_id"], counted))


def _count_figures(period: Period, documents: Sequence[Document]) -> dict[str, Any]:
    """Count what is frozen: dispatches by channel, audience and month, messages, people, and the head of the chain."""
    chosen = LogFilter(first_on=period.first_on, last_on=period.last_on)
    tallies, reach = list_tallies(chosen), count_reach(chosen)
    head = select(Dispatch.sha256).where(Dispatch.sequence.is_not(None)).order_by(Dispatch.sequence.desc()).limit(1)
    return {
        "period": {"from": period.first_on.isoformat(), "to": period.last_on.isoformat()},
        "dispatches": sum(tally.dispatches for tally in tallies),
        "by_channel": _add_up(tallies, lambda tally: tally.channel.value),
        "by_audience": _add_up(tallies, lambda tally: tally.audience),
        "by_month": _add_up(tallies, lambda tally: _name_month(tally.first_on)),
        "accepted": reach.accepted,
        "people": reach.people,
        "log_sha256": db.session.scalar(head) or "",
        "documents": {document.filename: hash_content(document.content) for document in documents},
    }


def _add_up(tallies: Sequence[Tally], name_of: Callable[[Tally], str]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for tally in tallies:
        name = name_of(tally)
        sums[name] = sums.get(name, 0) + tally.dispatches
    return dict(sorted(sums.items()))


def _name_month(first_on: date) -> str:
    return f"{first_on:%Y-%m}"
