"""Pure decisions about time: weekends and nights, whom a restricted period concerns, and who may lift it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from babel.support import LazyProxy

from outreach.translation import lazy_gettext as _

_SATURDAY = 5
# Mail that lands outside these hours wakes people up, or is buried by morning.
DAY_STARTS, DAY_ENDS = time(8), time(21)


class PeriodLevel(StrEnum):
    """What a restricted period asks: a reason, a second person's reason as well, or that nothing leaves."""

    ASKS = "asks"
    ASKS_SECOND = "asks_second"
    STOPS = "stops"


LEVEL_LABELS: dict[PeriodLevel, LazyProxy] = {
    PeriodLevel.ASKS: _("Pide un motivo"),
    PeriodLevel.ASKS_SECOND: _("Pide el motivo de dos personas"),
    PeriodLevel.STOPS: _("Impide el envío"),
}
LEVEL_TONES: dict[PeriodLevel, str] = {
    PeriodLevel.ASKS: "working",
    PeriodLevel.ASKS_SECOND: "warning",
    PeriodLevel.STOPS: "bad",
}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One person's word for a send in a period; `may_approve` tells whether their role gives the visto bueno."""

    user_id: int
    may_approve: bool


def is_weekend(day: date) -> bool:
    """Tell whether `day` is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def is_night(hour: time) -> bool:
    """Tell whether a wall time lies outside the hours in which mail is usually read (T-11)."""
    return not DAY_STARTS <= hour < DAY_ENDS


def concerns(kind_ids: Collection[int], audience_ids: Collection[int], kind_id: int, reached: Collection[int]) -> bool:
    """Tell whether a period limited to those kinds and audiences concerns a campaign of `kind_id` to `reached`."""
    is_its_kind = not kind_ids or kind_id in kind_ids
    return is_its_kind and (not audience_ids or not set(audience_ids).isdisjoint(reached))


def is_lifted(level: PeriodLevel, confirmed: Sequence[Confirmed], *, is_one_person_office: bool = False) -> bool:
    """Tell whether enough people gave their word; of two, one must be somebody whose role gives the visto bueno."""
    people = {each.user_id for each in confirmed}
    match level:
        case PeriodLevel.STOPS:
            return False
        case PeriodLevel.ASKS:
            return bool(people)
        case PeriodLevel.ASKS_SECOND:
            needed = 1 if is_one_person_office else 2
            return len(people) >= needed and any(each.may_approve for each in confirmed)
