"""The dispatch log, read: which dispatches count, in which order, and what the ledger says of them."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from outreach.audiences.models import Audience
from outreach.audiences.queries import get_audience
from outreach.campaigns.models import Kind
from outreach.db import db
from outreach.dispatch.models import IS_SENT, Delivery, Dispatch, Tally
from outreach.dispatch.rules import Channel, Origin, Outcome
from outreach.errors import NotFoundError
from outreach.translation import gettext as _

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])

# Rows that are in memory at once while a log is read.
_ROWS_AT_ONCE = 500

# Deliveries belong to the line that was released, whatever corrections followed it.
_original = func.coalesce(Dispatch.original_id, Dispatch.id)


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
    programme_key: str = ""
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One dispatch as the log prints it; `accepted` counts messages that a mail server took (SMTP 250).

    `reach` is what another channel's source says, never added to any other figure.
    """

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
    is_month_only: bool = False
    is_audience_guessed: bool = False
    corrects_id: int | None = None
    import_id: int | None = None
    programme_key: str = ""
    note: str = ""
    reach: int | None = None
    reach_source: str = ""
    evidence_name: str = ""

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


_CHANNELS = {channel.value: channel for channel in Channel}
_ORIGINS = {origin.value: origin for origin in Origin}
_CHANNEL, _ORIGIN = (
    next(i for i, one in enumerate(fields(LogLine)) if one.name == name) for name in ("channel", "origin")
)


def stream_lines(
    chosen: LogFilter, *, newest_first: bool = False, offset: int = 0, limit: int | None = None
) -> Iterator[LogLine]:
    """Yield the lines by day and number, a few hundred in memory at a time, however many there are."""
    order = (Dispatch.sent_on.desc(), Dispatch.id.desc()) if newest_first else (Dispatch.sent_on, Dispatch.id)
    query = _filtered(_line_columns(), chosen).order_by(*order).offset(offset).limit(limit)
    # The columns come in the order of the line's fields: a report reads tens of thousands of them.
    for row in db.session.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)):
        values = list(row)
        values[_CHANNEL], values[_ORIGIN] = _CHANNELS[values[_CHANNEL]], _ORIGINS[values[_ORIGIN]]
        yield LogLine(*values)


def count_lines(chosen: LogFilter) -> int:
    """Count the lines."""
    return db.session.scalar(_filtered(select(func.count(Dispatch.id)), chosen)) or 0


def count_reach(chosen: LogFilter) -> Reach:
    """Count the accepted messages of the chosen dispatches, and the people who got at least one."""
    dispatches = _filtered(select(_original), chosen)
    kept = select(func.coalesce(func.sum(Tally.number), 0)).where(
        Tally.outcome == Outcome.SENT, Tally.dispatch_id.in_(dispatches)
    )
    accepted = db.session.scalars(kept).one()
    if not accepted:
        return Reach(0, 0)
    people = select(func.count(Delivery.contact_id.distinct())).where(IS_SENT, Delivery.dispatch_id.in_(dispatches))
    return Reach(accepted, db.session.scalars(people).one())


def select_counted(chosen: LogFilter, *columns: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - whatever is grouped
    """Return the statement that reads `columns` of the lines that count; dispatch, audience and kind are joined."""
    return _filtered(select(*columns), chosen)


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
        select(func.coalesce(func.sum(Tally.number), 0))
        .where(Tally.dispatch_id == _original, Tally.outcome == Outcome.SENT)
        .correlate(Dispatch)
        .scalar_subquery()
    )
    released = aliased(Dispatch)
    campaign = select(released.campaign_id).where(released.id == Dispatch.original_id).scalar_subquery()
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
        func.coalesce(Dispatch.campaign_id, campaign).label("campaign_id"),
        accepted.label("accepted"),
        Dispatch.is_month_only,
        Dispatch.is_audience_guessed,
        Dispatch.corrects_id,
        Dispatch.import_id,
        Dispatch.programme_key,
        Dispatch.note,
        Dispatch.reach,
        Dispatch.reach_source,
        Dispatch.evidence_name,
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
    if chosen.programme_key:
        conditions.append(Dispatch.programme_key == chosen.programme_key)
    if chosen.import_id:
        conditions.append(Dispatch.import_id == chosen.import_id)
    for word in chosen.words.split():
        texts = (Dispatch.information_es, Dispatch.information_en)
        conditions.append(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    return conditions
