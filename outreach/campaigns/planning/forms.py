"""The forms of times: when a campaign leaves, restricted periods, and non-working days."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget

from outreach.campaigns.planning.departure import Departure
from outreach.campaigns.planning.models import RestrictedPeriod
from outreach.campaigns.planning.rules import LEVEL_LABELS, PeriodLevel
from outreach.campaigns.planning.service import LONGEST_BASIS, LONGEST_NAME, LONGEST_REASON, list_audience_rows
from outreach.campaigns.planning.zones import OFFERED, place_wall
from outreach.campaigns.queries import list_kinds
from outreach.campaigns.times import name_zone
from outreach.translation import current_language, gettext
from outreach.translation import lazy_gettext as _
from outreach.web.forms import Form

_MIDNIGHT = time(0)


class Silent(Optional):  # type: ignore[misc] # WTForms ships no types
    """A field that is shown only where it is needed, or always has a value: its label does not call it optional."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {"optional": True, "silent": True}


class NeededUnlessNow:
    """Demand a time from whoever did not choose to send now; the label does not call it optional."""

    field_flags: ClassVar[dict[str, bool]] = {"silent": True}

    def __call__(self, form: "ScheduleForm", field: Field) -> None:
        """Raise StopValidation when the time is missing."""
        if form.when.data != "now" and not (field.data or "").strip():
            raise StopValidation(gettext("Escriba la fecha y la hora de salida."))


class ScheduleForm(Form):
    """When a campaign leaves; `seen` names the warnings that stood beside it."""

    when = RadioField(
        _("¿Cuándo sale?"),
        choices=[SelectChoice("at", _("A una fecha y hora")), SelectChoice("now", _("Ahora mismo"))],
        default="at",
    )
    at = StringField(_("Fecha y hora de salida"), [NeededUnlessNow()], widget=DateTimeLocalInput())
    zone = SelectField(_("Zona horaria"), [Silent()])
    is_local_time = BooleanField(
        _("A esa hora en el lugar de cada persona"),
        description=_("Para quienes viven en otra zona horaria conocida; las demás personas, a la hora de arriba."),
    )
    occurrence = RadioField(
        _("Esa hora se repite: los relojes se atrasan"),
        [Silent()],
        choices=[SelectChoice("1", _("La primera vez")), SelectChoice("2", _("La segunda vez"))],
    )
    not_after = StringField(
        _("No enviar después de"),
        [Optional()],
        widget=DateTimeLocalInput(),
        description=_("Lo que no haya salido a esa hora ya no sale."),
    )
    reason = TextAreaField(
        _("Por qué sale en un periodo restringido"),
        [Silent(), Length(max=LONGEST_REASON)],
        render_kw={"rows": 3},
        description=_("Queda en el expediente de la campaña, con su nombre."),
    )
    seen = HiddenField()

    def offer(self, zones: Sequence[str], now: datetime) -> None:
        """Fill the list of zones, `zones` first; a form that was sent without one means the first of them."""
        offered = dict.fromkeys(each for each in (*zones, *OFFERED) if each)
        self.zone.choices = [SelectChoice(each, name_zone(each, now)) for each in offered]
        self.zone.data = self.zone.data or zones[0]

    def fill(self, departure: Departure) -> None:
        """Show local times as the browser writes them."""
        self.zone.data = departure.zone
        self.at.data = f"{departure.wall:%Y-%m-%dT%H:%M}"
        self.is_local_time.data = departure.is_local_time
        end = departure.not_after.astimezone(ZoneInfo(departure.zone)) if departure.not_after else None
        self.not_after.data = f"{end:%Y-%m-%dT%H:%M}" if end else ""


class ReasonForm(Form):
    """Why a campaign may go on in a restricted period."""

    reason = TextAreaField(
        _("Por qué sale en un periodo restringido"),
        [DataRequired(), Length(max=LONGEST_REASON)],
        render_kw={"rows": 3},
        description=_("Queda en el expediente de la campaña, con su nombre."),
    )


class PeriodForm(Form):
    """A restricted period; without hours it covers whole days of the Institute's zone."""

    name = StringField(_("Nombre"), [DataRequired(), Length(max=LONGEST_NAME)])
    starts_on = DateField(_("Desde el día"), [InputRequired()])
    starts_time = TimeField(_("A las"), [Optional()], description=_("Vacío: desde que empieza el día."))
    ends_on = DateField(_("Hasta el día"), [InputRequired()])
    ends_time = TimeField(_("A las"), [Optional()], description=_("Vacío: hasta que termina el día."))
    level = RadioField(
        _("Qué hace"),
        [InputRequired()],
        choices=[SelectChoice(each.value, label) for each, label in LEVEL_LABELS.items()],
    )
    legal_basis = TextAreaField(
        _("Fundamento"),
        [Optional(), Length(max=LONGEST_BASIS)],
        render_kw={"rows": 2},
        description=_("Artículo, número de acuerdo o dirección donde consultarlo."),
    )
    kinds = SelectMultipleField(
        _("Tipos de envío"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_("Ninguno marcado: todos."),
    )
    audiences = SelectMultipleField(
        _("Audiencias"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_("Ninguna marcada: todas."),
    )
    is_active = BooleanField(_("Vigente"), description=_("Mientras no esté marcado, no detiene nada."))

    def offer(self) -> None:
        """Fill the lists with what the installation has."""
        named = "name_en" if current_language() == "en" else "name_es"
        self.kinds.choices = [SelectChoice(kind.id, getattr(kind, named)) for kind in list_kinds()]
        self.audiences.choices = [SelectChoice(row.id, getattr(row, named)) for row in list_audience_rows()]

    def fill(self, period: RestrictedPeriod, zone: str) -> None:
        """Show a period by the clocks of `zone`."""
        start = period.starts_at.astimezone(ZoneInfo(zone))
        end = period.ends_at.astimezone(ZoneInfo(zone))
        is_whole_day = end.time() == _MIDNIGHT
        self.name.data, self.level.data, self.legal_basis.data = period.name, period.level, period.legal_basis
        self.starts_on.data = start.date()
        self.starts_time.data = None if start.time() == _MIDNIGHT else start.time()
        self.ends_on.data = end.date() - timedelta(days=1) if is_whole_day else end.date()
        self.ends_time.data = None if is_whole_day else end.time()
        self.kinds.data, self.audiences.data = list(period.kind_ids), list(period.audience_ids)
        self.is_active.data = period.is_active

    def read(self, period: RestrictedPeriod, zone: str) -> None:
        """Put what was typed, by the clocks of `zone`, into `period`."""
        period.name, period.legal_basis = self.name.data, self.legal_basis.data or ""
        period.starts_at = place_wall(datetime.combine(self.starts_on.data, self.starts_time.data or _MIDNIGHT), zone)
        period.ends_at = place_wall(self._read_end(), zone)
        period.level = PeriodLevel(self.level.data)
        period.kind_ids, period.audience_ids = self.kinds.data, self.audiences.data
        period.is_active = self.is_active.data

    def _read_end(self) -> datetime:
        day: date = self.ends_on.data
        if self.ends_time.data:
            return datetime.combine(day, self.ends_time.data)
        return datetime.combine(day + timedelta(days=1), _MIDNIGHT)


class DaysForm(Form):
    """Days that the Institute does not work, or works although the law gives them off."""

    starts_on = DateField(_("Primer día"), [InputRequired()])
    ends_on = DateField(_("Último día"), [Optional()], description=_("Vacío: solo ese día."))
    name = StringField(_("Motivo"), [DataRequired(), Length(max=LONGEST_NAME)])
    is_working = BooleanField(
        _("Estos días sí se trabaja"), description=_("Por ejemplo, un día feriado durante un proceso electoral.")
    )
