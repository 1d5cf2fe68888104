"""The words people read for series, their rules and their editions."""

from datetime import date

from babel.dates import format_date, get_day_names
from babel.support import LazyProxy

from outreach.campaigns.series.recurrence import LAST, MONTHLY, Pattern, Recurrence, Shift
from outreach.campaigns.series.rules import EditionState, Occasion, ReminderState, SeriesState
from outreach.translation import LOCALES, current_locale, ngettext
from outreach.translation import gettext as _
from outreach.translation import lazy_gettext as _l

SERIES_LABELS: dict[SeriesState, LazyProxy] = {
    SeriesState.IDLE: _l("Sin empezar"),
    SeriesState.ACTIVE: _l("Activa"),
    SeriesState.PAUSED: _l("En pausa"),
    SeriesState.ENDED: _l("Terminada"),
}
SERIES_TONES: dict[SeriesState, str] = {
    SeriesState.IDLE: "neutral",
    SeriesState.ACTIVE: "good",
    SeriesState.PAUSED: "warning",
    SeriesState.ENDED: "neutral",
}
EDITION_LABELS: dict[EditionState, LazyProxy] = {
    EditionState.PLANNED: _l("Prevista"),
    EditionState.OPEN: _l("Abierta"),
    EditionState.IN_WORK: _l("En trabajo"),
    EditionState.APPROVED: _l("Con visto bueno"),
    EditionState.SENT: _l("Enviada"),
    EditionState.SKIPPED: _l("Omitida"),
    EditionState.LATE: _l("Atrasada"),
}
EDITION_TONES: dict[EditionState, str] = {
    EditionState.PLANNED: "neutral",
    EditionState.OPEN: "working",
    EditionState.IN_WORK: "working",
    EditionState.APPROVED: "good",
    EditionState.SENT: "good",
    EditionState.SKIPPED: "neutral",
    EditionState.LATE: "bad",
}
PATTERN_LABELS: dict[Pattern, LazyProxy] = {
    Pattern.MONTH_DAY: _l("Cada mes, el mismo día"),
    Pattern.MONTH_WEEKDAY: _l("Cada mes, un día de la semana"),
    Pattern.WEEKS: _l("Cada cierto número de semanas"),
    Pattern.FIXED: _l("En fechas fijas"),
}
SHIFT_LABELS: dict[Shift, LazyProxy] = {
    Shift.BEFORE: _l("Pasa al día hábil anterior"),
    Shift.AFTER: _l("Pasa al día hábil siguiente"),
    Shift.SAME: _l("Se queda en ese día"),
}
ORDINAL_LABELS: dict[int, LazyProxy] = {
    1: _l("primer"),
    2: _l("segundo"),
    3: _l("tercer"),
    4: _l("cuarto"),
    LAST: _l("último"),
}
OCCASION_LABELS: dict[Occasion, LazyProxy] = {
    Occasion.OPENED: _l("Se abrió el borrador"),
    Occasion.SOON: _l("Faltan pocos días"),
    Occasion.TODAY: _l("Sale hoy y falta el visto bueno"),
}
REMINDER_LABELS: dict[ReminderState, LazyProxy] = {
    ReminderState.QUEUED: _l("Por enviar"),
    ReminderState.SENT: _l("Enviado"),
    ReminderState.FAILED: _l("No se pudo enviar"),
    ReminderState.UNCERTAIN: _l("No se sabe si llegó"),
}
REMINDER_TONES: dict[ReminderState, str] = {
    ReminderState.QUEUED: "neutral",
    ReminderState.SENT: "good",
    ReminderState.FAILED: "bad",
    ReminderState.UNCERTAIN: "warning",
}
_MONTH_PATTERNS = {"es": "MMMM y", "en": "MMMM y"}
_DAY_PATTERNS = {"es": "d 'de' MMMM 'de' y", "en": "MMMM d, y"}


def describe_rule(rule: Recurrence) -> str:
    """Return the rule in words, to follow a colon or begin a sentence: «el primer lunes de cada mes»."""
    match rule.pattern:
        case Pattern.MONTH_DAY:
            return _("el día %(day)s de cada mes", day=rule.day)
        case Pattern.MONTH_WEEKDAY:
            ordinal, weekday = ORDINAL_LABELS[rule.ordinal], name_weekday(rule.weekday)
            return _("el %(ordinal)s %(weekday)s de cada mes", ordinal=ordinal, weekday=weekday)
        case Pattern.WEEKS:
            weekday = name_weekday(rule.anchor_on.weekday()) if rule.anchor_on else "…"
            return ngettext(
                "cada semana, en %(weekday)s", "cada %(num)s semanas, en %(weekday)s", rule.weeks, weekday=weekday
            )
        case Pattern.FIXED:
            return ngettext("en %(num)s fecha fija", "en %(num)s fechas fijas", len(rule.dates))


def name_weekday(weekday: int) -> str:
    """Return the name of a weekday (0 is Monday) in the current language: «lunes»."""
    name: str = get_day_names("wide", locale=current_locale())[weekday]
    return name


def name_date(rule: Recurrence, due_on: date, language: str) -> str:
    """Return what tells an edition from the others of its series: «marzo 2026», or its day where a month has more."""
    patterns = _MONTH_PATTERNS if rule.pattern in MONTHLY else _DAY_PATTERNS
    return format_date(due_on, patterns[language], locale=LOCALES[language])
