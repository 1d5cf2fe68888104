"""The people behind each number of a campaign's sum, a page at a time, without counting or skipping any."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, func, select

from outreach.audiences import selection
from outreach.audiences.choice import NO_LANGUAGE, Choice
from outreach.audiences.models import Contact, Subscription
from outreach.db import db

PAGE_SIZE = 50

_FIRST_STRETCH = 2_000
_GROWTH = 4
_MOST_LOOKED_THROUGH = 100_000

# What an address calls the numbers of the sum, and the reason of the people behind each.
REASONS = {
    "recibiran": selection.RECEIVES,
    "excluidas": selection.EXCLUDED,
    "filtradas": selection.FILTERED,
    "bajas": selection.UNSUBSCRIBED,
    "en-exclusion": selection.SUPPRESSED,
}
READERS = {"leen-es": "es", "leen-en": "en", "leen-ninguno": NO_LANGUAGE}
REPEATED = "repetidas"
IN_AUDIENCE = "audiencia-"


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody behind a number: why they do not receive, empty if they do, and in how many audiences they are."""

    contact: Contact
    reason: str
    places: int


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some of the people behind a number; `next_after` leads on, and `is_cut` says that only others were met since."""

    people: Sequence[Listed]
    next_after: int | None = None
    is_cut: bool = False


def is_figure(figure: str) -> bool:
    """Tell whether `figure` names a number of the sum."""
    return figure in REASONS or figure in READERS or figure == REPEATED or find_audience_id(figure) is not None


def find_audience_id(figure: str) -> int | None:
    """Return the audience whose number is meant; None for any other number."""
    number = figure.removeprefix(IN_AUDIENCE)
    return int(number) if number != figure and number.isascii() and number.isdecimal() and len(number) < 10 else None  # noqa: PLR2004 - what fits the column


def list_people(choice: Choice, figure: str, after: int = 0) -> PeoplePage:
    """Return the people behind a number whose contact comes after `after`, at most PAGE_SIZE, in their order.

    Contacts are looked through in stretches that grow, so that a page full of people costs little however many there
    are. Where they are rare, the search ends after very many others; the page says that it goes on.
    """
    if _is_nobody(choice, figure):
        return PeoplePage(())
    last = db.session.scalar(select(func.max(Subscription.contact_id))) or 0
    rows: list[Row[tuple[int, int, str | None, str, int]]] = []
    start, length = after, _FIRST_STRETCH
    end = last if _find_few(figure, (after, last)) is not None else min(last, after + _MOST_LOOKED_THROUGH)
    while start < end and len(rows) < PAGE_SIZE:
        window = (start, min(start + length, end))
        rows += db.session.execute(_select(choice, figure, window).limit(PAGE_SIZE - len(rows))).all()
        start, length = window[1], length * _GROWTH
    contacts = {contact.id: contact for contact in _find_contacts([row.contact_id for row in rows])}
    people = tuple(Listed(contacts[row.contact_id], row.reason, row.places) for row in rows)
    if len(people) == PAGE_SIZE:
        return PeoplePage(people, next_after=people[-1].contact.id)
    return PeoplePage(people, next_after=end if end < last else None, is_cut=end < last)


def _is_nobody(choice: Choice, figure: str) -> bool:
    """Tell whether the choice itself says that a number is nothing."""
    if REASONS.get(figure) == selection.EXCLUDED:
        return not choice.has_exclusions
    if REASONS.get(figure) == selection.FILTERED:
        return not choice.has_filters
    return figure == REPEATED and len(choice.audience_ids) < 2  # noqa: PLR2004 - nobody is twice in one audience


def _find_contacts(numbers: Sequence[int]) -> Sequence[Contact]:
    return db.session.scalars(select(Contact).where(Contact.id.in_(numbers))).all()


def _select(choice: Choice, figure: str, window: tuple[int, int]) -> Select[tuple[int, int, str | None, str, int]]:
    among = _find_few(figure, window)
    everybody = selection.select_everybody(choice, among, window).subquery()
    wanted = select(everybody).order_by(everybody.c.contact_id)
    if figure in REASONS:
        return wanted.where(everybody.c.reason == REASONS[figure])
    if figure in READERS:
        return wanted.where(everybody.c.reason == selection.RECEIVES)
    return wanted.where(everybody.c.places > 1) if figure == REPEATED else wanted


def _find_few(figure: str, window: tuple[int, int]) -> Select[int] | None:
    """Return where a number's people are found at once, for a walk through everybody may pass very many others."""
    audience_id = find_audience_id(figure)
    if audience_id is not None:
        member = select(Subscription.contact_id).where(Subscription.audience_id == audience_id)
        stretch = member.where(Subscription.contact_id > window[0], Subscription.contact_id <= window[1])
        page = stretch.order_by(Subscription.contact_id).limit(PAGE_SIZE)
        return select(page.subquery().c.contact_id)
    if figure in READERS:
        return selection.select_readers(READERS[figure]).where(Contact.id > window[0], Contact.id <= window[1])
    if REASONS.get(figure) == selection.SUPPRESSED:
        return selection.select_suppressed()
    return None
