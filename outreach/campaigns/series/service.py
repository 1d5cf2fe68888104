"""Writes of series: what they are, whether they run, and which of their editions are left out."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.scheduling import cancel
from outreach.campaigns.series.errors import SeriesError
from outreach.campaigns.series.models import Edition, Series, SeriesAudience, SeriesPerson
from outreach.campaigns.series.opening import open_edition, skip_date
from outreach.campaigns.series.queries import EditionView
from outreach.campaigns.series.recurrence import Pattern, Recurrence, Shift, write_rule
from outreach.campaigns.series.rules import EditionState, SeriesState
from outreach.db import db
from outreach.translation import gettext as _

LONGEST_NAME = 120
LONGEST_REASON = 400
MOST_LEAD_DAYS = 90
_LONGEST_SLUG = 60


@dataclass(frozen=True, slots=True)
class SeriesSettings:
    """What a series is; the audiences and the people stand in their order."""

    name_es: str
    name_en: str
    kind_id: int
    template: str
    sender_id: int
    audience_ids: tuple[int, ...]
    user_ids: tuple[int, ...]
    recurrence: Recurrence
    zone: str
    is_bilingual: bool = True
    shift: Shift = Shift.BEFORE
    hour: str = "09:00"
    lead_days: int = 10
    reminder_days: int = 3
    next_number: int = 1
    ends_on: date | None = None


def create_series(settings: SeriesSettings, user: User | None = None) -> Series:
    """Add a series that waits to be started; raise SeriesError if it cannot be taken as given."""
    _check(settings)
    now = clock.now()
    series = Series(slug=_find_slug(settings.name_es), created_at=now, updated_at=now)
    _put(series, settings)
    db.session.add(series)
    _place(series, settings)
    record("create", "series", series.id, user=user)
    return series


def edit_series(series: Series, settings: SeriesSettings, user: User) -> None:
    """Change a series; editions that are open keep their date."""
    _check(settings)
    _put(series, settings)
    series.updated_at = clock.now()
    _place(series, settings)
    record("edit", "series", series.id, user=user)


def start_series(series: Series, user: User) -> None:
    """Let editions open by themselves from today on; what would have been due before does not open any more."""
    if not series.audience_links or not series.person_links:
        raise SeriesError(_("Antes de empezar, la serie necesita una audiencia y una persona responsable."))
    today = clock.day_in(series.zone, clock.now())
    if series.ends_on and series.ends_on < today:
        raise SeriesError(_("El último día de la serie ya pasó: cámbielo o quítelo antes de empezar."))
    series.since_on = today
    _set_state(series, SeriesState.ACTIVE, "start", user)


def pause_series(series: Series, user: User) -> None:
    """Let nothing open until somebody starts the series again; open editions go on."""
    _set_state(series, SeriesState.PAUSED, "pause", user)


def end_series(series: Series, user: User) -> None:
    """Let nothing open any more; open editions go on."""
    _set_state(series, SeriesState.ENDED, "end", user)


def open_now(view: EditionView, user: User) -> Edition:
    """Open an edition before its day, or one that was skipped; raise SeriesError if it is open or was sent."""
    edition = None
    if view.state in {EditionState.PLANNED, EditionState.SKIPPED, EditionState.LATE}:
        edition = open_edition(view.series, view.planned, user)
    if edition is None:
        raise SeriesError(_("La edición ya está abierta: alguien la abrió antes."))
    return edition


def skip_edition(view: EditionView, reason: str, user: User) -> Edition:
    """Leave an edition out and keep the reason; a draft of it is cancelled. Raise SeriesError if it left."""
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise SeriesError(
            _("Escriba por qué se omite la edición, en %(most)s caracteres o menos.", most=LONGEST_REASON)
        )
    if view.state in {EditionState.SENT, EditionState.SKIPPED}:
        raise SeriesError(_("La edición ya se envió o ya se omitió: su estado no cambia."))
    if view.campaign is not None and view.campaign.state != CampaignState.CANCELLED:
        cancel(view.campaign)
    return skip_date(view.series, view.planned, said, user, clock.now())


def _set_state(series: Series, state: SeriesState, action: str, user: User) -> None:
    series.state = state
    series.updated_at = clock.now()
    db.session.flush()
    record(action, "series", series.id, user=user)


def _check(settings: SeriesSettings) -> None:
    for name in (settings.name_es, settings.name_en):
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise SeriesError(
                _("El nombre de la serie debe tener de 1 a %(most)s caracteres, en una sola línea.", most=LONGEST_NAME)
            )
    rule = settings.recurrence
    if rule.pattern is Pattern.WEEKS and rule.anchor_on is None:
        raise SeriesError(_("Escriba la fecha de una edición: desde ella se cuentan las semanas."))
    if rule.pattern is Pattern.FIXED and not rule.dates:
        raise SeriesError(_("Escriba al menos una fecha fija."))


def _put(series: Series, settings: SeriesSettings) -> None:
    series.name_es, series.name_en = settings.name_es.strip(), settings.name_en.strip()
    series.kind_id, series.template, series.sender_id = settings.kind_id, settings.template, settings.sender_id
    series.is_bilingual = settings.is_bilingual
    series.recurrence, series.shift = write_rule(settings.recurrence), settings.shift
    series.hour, series.zone = settings.hour, settings.zone
    series.lead_days, series.reminder_days = settings.lead_days, settings.reminder_days
    series.next_number, series.ends_on = settings.next_number, settings.ends_on


def _place(series: Series, settings: SeriesSettings) -> None:
    """Put audiences and people in their order, all of them anew: the tables allow each once."""
    if _list_places(series) != (settings.audience_ids, settings.user_ids):
        series.audience_links.clear()
        series.person_links.clear()
        db.session.flush()
        series.audience_links += [
            SeriesAudience(audience_id=audience_id, position=position)
            for position, audience_id in enumerate(dict.fromkeys(settings.audience_ids))
        ]
        series.person_links += [
            SeriesPerson(user_id=user_id, position=position)
            for position, user_id in enumerate(dict.fromkeys(settings.user_ids))
        ]
    db.session.flush()


def _list_places(series: Series) -> tuple[Sequence[int], Sequence[int]]:
    audiences = tuple(link.audience_id for link in series.audience_links)
    return audiences, tuple(link.user_id for link in series.person_links)


def _find_slug(name: str) -> str:
    """Return a name for the command line that no other series has: «corazon-chilango»."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: _LONGEST_SLUG - 4] or "serie"
    taken = set(db.session.scalars(select(Series.slug).where(Series.slug.startswith(stem))))
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in names if slug not in taken)
