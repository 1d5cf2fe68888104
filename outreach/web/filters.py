"""How templates write dates, hours and numbers, in the language of the page."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_location
from babel.numbers import format_decimal
from flask import Flask

from outreach.config import current_config
from outreach.translation import current_language, current_locale
from outreach.translation import gettext as _

_MEXICO_CITY = "America/Mexico_City"
# CLDR's own patterns put a comma after the weekday in Spanish and narrow spaces into hours; people here write these.
_DAY = {"es": "EEEE d 'de' MMMM 'de' y", "en": "EEEE, MMMM d, y"}
_SHORT_DAY = {"es": "d MMM y", "en": "MMM d, y"}
_MONTH = {"es": "LLLL 'de' y", "en": "LLLL y"}
_WEEKDAY = {"es": "EEEE d", "en": "EEEE d"}
_HOUR = {"es": "H:mm", "en": "h:mm a"}


def day(value: date | datetime, zone: str | None = None) -> str:
    """Return a day in words: «martes 3 de marzo de 2026»; an instant is read in `zone`, else the installation's."""
    return format_date(_local_day(value, zone), _DAY[current_language()], locale=current_locale())


def short_day(value: date | datetime, zone: str | None = None) -> str:
    """Return a day in short: «3 mar 2026»."""
    return format_date(_local_day(value, zone), _SHORT_DAY[current_language()], locale=current_locale())


def month(value: date) -> str:
    """Return the month alone: «marzo»."""
    return format_date(value, "LLLL", locale=current_locale())


def month_and_year(value: date) -> str:
    """Return a month with its year: «marzo de 2026»."""
    return format_date(value, _MONTH[current_language()], locale=current_locale())


def weekday_and_day(value: date) -> str:
    """Return a day within its month: «lunes 9»."""
    return format_date(value, _WEEKDAY[current_language()], locale=current_locale())


def weekday(value: date) -> str:
    """Return the weekday alone: «lunes»."""
    return format_date(value, "EEEE", locale=current_locale())


def hour(instant: datetime, zone: str | None = None) -> str:
    """Return the hour alone: «9:00»."""
    return format_datetime(_local(instant, zone), _HOUR[current_language()], locale=current_locale())


def moment(instant: datetime, zone: str | None = None) -> str:
    """Return an instant in words with its zone: «martes 3 de marzo de 2026, 9:00, hora de la Ciudad de México»."""
    return f"{day(instant, zone)}, {hour(instant, zone)}, {zone_name(zone)}"


def short_moment(instant: datetime, zone: str | None = None) -> str:
    """Return an instant in short: «3 mar 2026, 9:00»."""
    return f"{short_day(instant, zone)}, {hour(instant, zone)}"


def zone_name(zone: str | None = None) -> str:
    """Return whose hour it is: «hora de la Ciudad de México»."""
    name = zone or current_config().timezone
    if name == _MEXICO_CITY:
        return _("hora de la Ciudad de México")
    city: str = get_timezone_location(name, locale=current_locale(), return_city=True)
    return _("hora de %(place)s", place=city)


def number(value: float) -> str:
    """Return a number with the separators of Mexico, or of the United States in English: «1,234.5»."""
    text: str = format_decimal(value, locale=current_locale())
    return text


def plural(count: int, one: str, many: str) -> str:
    """Return a number and its noun, both already translated: «1 persona», «2,000 personas»."""
    return f"{number(count)} {one if count == 1 else many}"


_DAYS = (day, short_day, month, month_and_year, weekday, weekday_and_day)


def install_filters(app: Flask) -> None:
    """Offer the functions of this module as filters of the same names."""
    for written in (*_DAYS, hour, moment, short_moment, zone_name, number, plural):
        app.jinja_env.filters[written.__name__] = written


def _local(instant: datetime, zone: str | None) -> datetime:
    return instant.astimezone(ZoneInfo(zone or current_config().timezone))


def _local_day(value: date | datetime, zone: str | None) -> date:
    return _local(value, zone).date() if isinstance(value, datetime) else value
