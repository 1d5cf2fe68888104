"""Mexico's statutory days of rest (Ley Federal del Trabajo, article 74), computed for any year.

Election days are left out: ordinary ones fall on Sundays, extraordinary ones are known only by agreement.
"""

from dataclasses import dataclass
from datetime import date, timedelta

_MONDAY = 0
# The executive power changes hands on 1 October since 2024, every six years.
_FIRST_HANDOVER = 2024
_YEARS_BETWEEN_HANDOVERS = 6


@dataclass(frozen=True, slots=True)
class StatutoryDay:
    """One day of rest, with its name in both languages."""

    on: date
    name_es: str
    name_en: str


def list_statutory_days(year: int) -> tuple[StatutoryDay, ...]:
    """Return the statutory days of rest of `year` in their order."""
    days = [
        StatutoryDay(date(year, 1, 1), "Año Nuevo", "New Year's Day"),
        StatutoryDay(find_weekday(year, 2, 1), "Día de la Constitución", "Constitution Day"),
        StatutoryDay(find_weekday(year, 3, 3), "Natalicio de Benito Juárez", "Benito Juárez's birthday"),
        StatutoryDay(date(year, 5, 1), "Día del Trabajo", "Labour Day"),
        StatutoryDay(date(year, 9, 16), "Día de la Independencia", "Independence Day"),
        StatutoryDay(find_weekday(year, 11, 3), "Día de la Revolución", "Revolution Day"),
        StatutoryDay(date(year, 12, 25), "Navidad", "Christmas Day"),
    ]
    if year >= _FIRST_HANDOVER and (year - _FIRST_HANDOVER) % _YEARS_BETWEEN_HANDOVERS == 0:
        days.append(
            StatutoryDay(
                date(year, 10, 1), "Transmisión del Poder Ejecutivo Federal", "Handover of the federal executive power"
            )
        )
    return tuple(sorted(days, key=lambda day: day.on))


def find_weekday(year: int, month: int, ordinal: int, weekday: int = _MONDAY) -> date:
    """Return the first, second… (`ordinal` from 1 to 4) such `weekday` (0 is Monday) of the month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (ordinal - 1))
