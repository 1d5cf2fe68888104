"""The dispatch log, read: which dispatches count, in which order, and what the ledger says of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select

from outreach.audiences.models import Audience
from outreach.audiences.queries import get_audience
from outreach.campaigns.models import Kind
from outreach.db import db
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.rules import Channel, Origin, Outcome
from outreach.errors import NotFoundError
from outreach.translation import gettext as _

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])

# Rows that are in memory at once while a log is read.
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which dispatches are asked for; what is empty does not filter, and `audiences` are slugs, any of them."""

    first_on: date | None = None
    last_on: date | None = None
    audiences: tuple[str, ...] = ()
    channel: Channel | None = None
    sender: str = ""
    kind: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One dispatch as the log prints it; `accepted` counts messages that a mail server took (SMTP 250)."""

    id: int
    sent_on: date
    information_es: str
    information_en: str
    audience: str
    audience_es: str
    audience_en: str
    channel: Channel
    sender: str
    kind: str
    kind_es: str
    kind_en: str
    origin: Origin
    campaign_id: int | None
    accepted: int

    def information(self, language: str) -> str:
        """Return the report's text in `language`; Spanish where nobody wrote the English."""
        return self.information_en if language == "en" and self.information_en else self.information_es

    def audience_name(self, language: str) -> str:
        """Return the audience's name in `language`, empty for a dispatch that names none."""
        return self.audience_en if language == "en" else self.audience_es

    def kind_name(self, language: str) -> str:
        """Return the name of the kind in `language`, empty when it has none."""
        return self.kind_en if language == "en" else self.kind_es


@dataclass(frozen=True, slots=True)
class Reach:
    """Messages that were accepted, and the different people they went to."""

    accepted: int
    people: int


def stream_lines(chosen: LogFilter, *, offset: int = 0, limit: int | None = None) -> Iterator[LogLine]:
    """Yield the lines by day and number, a few hundred in memory at a time, however many there are."""
    query = _filtered(_line_columns(), chosen).order_by(Dispatch.sent_on, Dispatch.id).offset(offset).limit(limit)
    for row in db.session.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)).mappings():
        yield LogLine(**{**row, "channel": Channel(row["channel"]), "origin": Origin(row["origin"])})


def count_lines(chosen: LogFilter) -> int:
    """Count the lines."""
    return db.session.scalar(_filtered(select(func.count(Dispatch.id)), chosen)) or 0


def count_reach(chosen: LogFilter) -> Reach:
    """Count the accepted messages of the chosen dispatches, and the people who got at least one."""
    dispatches = _filtered(select(Dispatch.id), chosen)
    figures = select(func.count(Delivery.id), func.count(Delivery.contact_id.distinct())).where(
        Delivery.outcome == Outcome.SENT, Delivery.dispatch_id.in_(dispatches)
    )
    accepted, people = db.session.execute(figures).one()
    return Reach(accepted, people)


def check_filter(chosen: LogFilter) -> None:
    """Raise NotFoundError for an audience or kind that does not exist, so that a typing error is no empty report."""
    for slug in chosen.audiences:
        get_audience(slug)
    if chosen.kind and not db.session.scalar(select(Kind.id).where(Kind.slug == chosen.kind)):
        raise NotFoundError(
            _(
                "No existe el tipo de envío «%(slug)s»: elija entre %(kinds)s.",
                slug=chosen.kind,
                kinds=", ".join(db.session.scalars(select(Kind.slug).order_by(Kind.slug))),
            )
        )


def _line_columns() -> Select[*tuple[Any, ...]]:
    accepted = (
        select(func.count(Delivery.id))
        .where(Delivery.dispatch_id == Dispatch.id, Delivery.outcome == Outcome.SENT)
        .correlate(Dispatch)
        .scalar_subquery()
    )
    return select(
        Dispatch.id,
        Dispatch.sent_on,
        Dispatch.information_es,
        Dispatch.information_en,
        func.coalesce(Audience.slug, "").label("audience"),
        func.coalesce(Audience.name_es, "").label("audience_es"),
        func.coalesce(Audience.name_en, "").label("audience_en"),
        Dispatch.channel,
        Dispatch.sender,
        func.coalesce(Kind.slug, "").label("kind"),
        func.coalesce(Kind.name_es, "").label("kind_es"),
        func.coalesce(Kind.name_en, "").label("kind_en"),
        Dispatch.origin,
        Dispatch.campaign_id,
        accepted.label("accepted"),
    )


def _filtered(query: Query, chosen: LogFilter) -> Query:
    joined = query.select_from(Dispatch).outerjoin(Dispatch.audience).outerjoin(Dispatch.kind)
    return joined.where(*_list_conditions(chosen))


def _list_conditions(chosen: LogFilter) -> list[ColumnElement[bool]]:
    """Say which dispatches count: those with an accepted message, not replaced by a correction, and as chosen."""
    corrected = select(Dispatch.corrects_id).where(Dispatch.corrects_id.is_not(None)).correlate(None)
    conditions: list[ColumnElement[bool]] = [Dispatch.sent_on.is_not(None), Dispatch.id.not_in(corrected)]
    if chosen.first_on:
        conditions.append(Dispatch.sent_on >= chosen.first_on)
    if chosen.last_on:
        conditions.append(Dispatch.sent_on <= chosen.last_on)
    if chosen.audiences:
        conditions.append(Audience.slug.in_(chosen.audiences))
    if chosen.channel:
        conditions.append(Dispatch.channel == chosen.channel)
    if chosen.sender:
        conditions.append(func.lower(Dispatch.sender) == chosen.sender.lower())
    if chosen.kind:
        conditions.append(Kind.slug == chosen.kind)
    for word in chosen.words.split():
        texts = (Dispatch.information_es, Dispatch.information_en)
        conditions.append(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    return conditions
