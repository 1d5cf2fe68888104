"""Who receives a campaign: the one statement behind the count panel, the check page, the lists and the release."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, false, func, literal, not_, or_, select, true

from outreach.audiences.choice import NO_LANGUAGE, Choice
from outreach.audiences.history import get_history
from outreach.audiences.models import Contact, Subscription, Suppression

RECEIVES = ""
UNSUBSCRIBED = "unsubscribed"
SUPPRESSED = "suppressed"
EXCLUDED = "excluded"
FILTERED = "filtered"
# Whom the person who chose left out: they are counted and listed, but the ledger does not know them.
LEFT_OUT = (EXCLUDED, FILTERED)

# Added to the place of an audience that somebody left, so that those who stay in another come first.
ENDED = 10_000

_PIECES = re.compile("[A-Za-z0-9]+")


def select_recipients(choice: Choice) -> Select[tuple[int, int, str | None, str]]:
    """Select everybody whom a campaign to `choice` concerns once: contact_id, audience_id, language, reason.

    The first audience in which a contact is subscribed owns them. `reason` is empty for those who receive, else why
    not; somebody who left one audience and stays in another still receives. Nobody that `choice` leaves out is here.
    """
    everybody = select_everybody(choice).subquery()
    rows = select(everybody.c.contact_id, everybody.c.audience_id, everybody.c.language, everybody.c.reason)
    return rows.where(everybody.c.reason.not_in(LEFT_OUT)) if choice.has_exclusions or choice.has_filters else rows


def select_everybody(
    choice: Choice, among: Select[int] | None = None, window: tuple[int, int] | None = None
) -> Select[tuple[int, int, str | None, str, int]]:
    """Select as `select_recipients`, also those left out, with `places`, the number of their subscriptions.

    `among` is a short list of contacts to which the search is limited; `window` is a stretch of contacts, the first one
    left out.
    """
    placed = select_placed(choice, among, window).subquery()
    owners = {place + left: audience for place, audience in enumerate(choice.audience_ids) for left in (0, ENDED)}
    return select(
        placed.c.contact_id,
        (case(owners, value=placed.c.best) if owners else literal(0)).label("audience_id"),
        Contact.language,
        case(
            *_list_reasons(choice, placed.c.is_excluded, placed.c.contact_id),
            (placed.c.best >= ENDED, literal(UNSUBSCRIBED)),
            (placed.c.contact_id.in_(select_suppressed()), literal(SUPPRESSED)),
            else_=literal(RECEIVES),
        ).label("reason"),
        placed.c.places,
    ).join(Contact, Contact.id == placed.c.contact_id)


def select_placed(
    choice: Choice, among: Select[int] | None = None, window: tuple[int, int] | None = None
) -> Select[tuple[int, int, int, int]]:
    """Select everybody in the chosen audiences, before anything is asked of their contact.

    contact_id; best, the place of the audience that owns them, `ENDED` added when they left all of them; places, how
    many subscriptions they have, ended ones too; is_excluded, whether an excluded audience holds them.

    It walks one index that holds everything asked for, contact by contact, so nothing is sorted or kept aside; the sum
    keeps SQLite from choosing the audience's index, after which it would have to sort.
    """
    audience = Subscription.audience_id
    positions = {number: place for place, number in enumerate(choice.audience_ids)} or {0: 0}
    ended = case((Subscription.ended_at.is_not(None), ENDED), else_=0)
    is_chosen = audience.in_(choice.audience_ids)
    best = func.min(case((is_chosen, case(positions, value=audience) + ended)))
    is_excluding = and_(audience.in_(choice.excluded_audience_ids), Subscription.ended_at.is_(None))
    rows = select(
        Subscription.contact_id,
        best.label("best"),
        func.sum(case((is_chosen, 1), else_=0)).label("places"),
        (func.max(case((is_excluding, 1), else_=0)) if choice.excluded_audience_ids else literal(0)).label(
            "is_excluded"
        ),
    ).where((audience + 0).in_((*choice.audience_ids, *choice.excluded_audience_ids)))
    if among is not None:
        rows = rows.where(Subscription.contact_id.in_(among))
    if window:
        rows = rows.where(Subscription.contact_id > window[0], Subscription.contact_id <= window[1])
    rows = rows.group_by(Subscription.contact_id)
    return rows.having(best.is_not(None)) if choice.excluded_audience_ids else rows


def select_present(choice: Choice) -> Select[int, int]:
    """Select contact_id and is_excluded of the people that `select_placed` gives, when nothing else is asked."""
    audience = Subscription.audience_id
    rows = select(Subscription.contact_id, literal(0).label("is_excluded"))
    if choice.excluded_audience_ids:
        is_excluding = and_(audience.in_(choice.excluded_audience_ids), Subscription.ended_at.is_(None))
        is_chosen = func.max(case((audience.in_(choice.audience_ids), 1), else_=0))
        rows = select(Subscription.contact_id, func.max(case((is_excluding, 1), else_=0)).label("is_excluded"))
        rows = rows.having(is_chosen == 1)
    concerned = (audience + 0).in_((*choice.audience_ids, *choice.excluded_audience_ids))
    return rows.where(concerned).group_by(Subscription.contact_id)


def select_suppressed() -> Select[int]:
    """Select the contacts whose address is suppressed, found from the few suppressions."""
    return select(Contact.id).where(Contact.email_hash.in_(select(Suppression.email_hash)))


def select_unsubscribed() -> Select[int]:
    """Select the contacts that left any audience, found from the few places that ended."""
    return select(Subscription.contact_id).where(Subscription.ended_at.is_not(None))


def select_readers(language: str) -> Select[int]:
    """Select the contacts that read `language`, or named none."""
    return select(Contact.id).where(_reads(language))


def is_left_out(choice: Choice, is_excluded: ColumnElement[int], contact_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Tell whether `choice` itself leaves somebody out, by an exclusion or a filter."""
    return or_(false(), *(condition for condition, _reason in _list_reasons(choice, is_excluded, contact_id)))


def _list_reasons(
    choice: Choice, is_excluded: ColumnElement[int], contact_id: ColumnElement[int]
) -> list[tuple[ColumnElement[bool], ColumnElement[str]]]:
    reasons: list[tuple[ColumnElement[bool], ColumnElement[str]]] = []
    if choice.has_exclusions:
        reasons.append((find_exclusion(choice, is_excluded, contact_id), literal(EXCLUDED)))
    if choice.has_filters:
        reasons.append((not_(find_match(choice, contact_id)), literal(FILTERED)))
    return reasons


def find_exclusion(
    choice: Choice, is_excluded: ColumnElement[int], contact_id: ColumnElement[int]
) -> ColumnElement[bool]:
    """Return the condition under which an exclusion leaves somebody out."""
    conditions = [is_excluded == 1] if choice.excluded_audience_ids else []
    if choice.excluded_campaign_ids:
        conditions.append(get_history().may_have_received(contact_id, choice.excluded_campaign_ids))
    return or_(false(), *conditions)


def find_match(choice: Choice, contact_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition under which somebody, joined as Contact, matches every filter; it is never NULL."""
    conditions: list[ColumnElement[bool]] = []
    if choice.languages:
        # Not as `_reads` has it: nobody is to be found by the index of languages here, most read one of them.
        conditions.append(func.coalesce(Contact.language, NO_LANGUAGE).in_(choice.languages))
    if choice.countries:
        conditions.append(Contact.country.in_(choice.countries))
    for name, values in choice.attributes:
        conditions += [_may_hold(values), func.coalesce(Contact.attributes[name].as_string(), "").in_(values)]
    if choice.received_campaign_ids:
        conditions.append(get_history().received(contact_id, choice.received_campaign_ids))
    return and_(true(), *conditions)


def _may_hold(values: Sequence[str]) -> ColumnElement[bool]:
    """Tell whether one of the values can be among somebody's attributes, without the cost of reading them as JSON.

    Looked for is the longest piece of each that is written the same in every JSON text, its Latin letters and digits.
    """
    pieces = [max(_PIECES.findall(value), key=len, default="") for value in values]
    written = cast(Contact.attributes, Text)
    return or_(*(written.contains(piece) for piece in pieces)) if all(pieces) else true()


def _reads(language: str) -> ColumnElement[bool]:
    if language == NO_LANGUAGE:
        return Contact.language.is_(None)
    return and_(Contact.language.is_not(None), Contact.language == language)
