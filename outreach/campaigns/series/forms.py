"""The forms of the series pages."""

import re
from datetime import date, time

from babel.dates import get_day_names
from sqlalchemy import select
from wtforms import (
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from outreach import clock
from outreach.accounts.queries import list_users
from outreach.audiences.models import Audience
from outreach.campaigns.forms import Demand
from outreach.campaigns.queries import list_kinds, list_senders
from outreach.campaigns.rendering import find_look, list_templates
from outreach.campaigns.rules import Language
from outreach.campaigns.series.labels import ORDINAL_LABELS, PATTERN_LABELS, SHIFT_LABELS
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.recurrence import MOST_DATES, MOST_WEEKS, Pattern, Recurrence, Shift, read_rule
from outreach.campaigns.series.service import LONGEST_NAME, LONGEST_REASON, MOST_LEAD_DAYS, SeriesSettings
from outreach.campaigns.times import name_zone
from outreach.config import current_config
from outreach.db import db
from outreach.translation import current_language, current_locale, gettext
from outreach.translation import lazy_gettext as _
from outreach.web.forms import Form

_ZONES = ("America/Mexico_City", "America/Tijuana", "America/Cancun", "America/Los_Angeles", "America/Chicago",
          "America/New_York", "Europe/Madrid")  # fmt: skip
_HIGHEST_NUMBER = 99_999
_LONGEST_DATES = 2000


class _Silent(Optional):  # type: ignore[misc] # WTForms ships no types
    """Let a field stay empty that only one pattern reads; its label does not call it optional."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {"optional": True, "silent": True}


class RuleForm(Form):
    """The days of a series; the page shows the next ones while somebody still types."""

    pattern = RadioField(
        _("¿Cada cuándo sale?"),
        choices=[SelectChoice(pattern.value, label) for pattern, label in PATTERN_LABELS.items()],
        default=Pattern.MONTH_WEEKDAY.value,
    )
    day = IntegerField(
        _("Día del mes"),
        [_Silent(), NumberRange(1, 31)],
        default=1,
        description=_("En los meses más cortos, su último día."),
    )
    ordinal = SelectField(_("Cuál"), [_Silent()], coerce=int, default=1)
    weekday = SelectField(_("Día de la semana"), [_Silent()], coerce=int, default=0)
    weeks = IntegerField(_("Cada cuántas semanas"), [_Silent(), NumberRange(1, MOST_WEEKS)], default=2)
    anchor_on = DateField(
        _("Fecha de una edición"),
        [_Silent()],
        description=_("Desde ella se cuentan las semanas y de ella sale el día."),
    )
    dates = TextAreaField(
        _("Fechas"),
        [_Silent(), Length(max=_LONGEST_DATES)],
        render_kw={"rows": 4},
        description=_("Una por renglón: 2026-03-09."),
    )
    shift = RadioField(
        _("Si cae en un día no laborable"),
        choices=[SelectChoice(shift.value, label) for shift, label in SHIFT_LABELS.items()],
        default=Shift.BEFORE.value,
    )
    ends_on = DateField(_("Último día de la serie"), [Optional()])

    def offer(self) -> None:
        """Fill the lists of days in the page's language."""
        names = get_day_names("wide", locale=current_locale())
        self.weekday.choices = [SelectChoice(number, names[number]) for number in range(7)]
        self.ordinal.choices = [SelectChoice(number, str(label)) for number, label in ORDINAL_LABELS.items()]

    def validate_dates(self, field: Field) -> None:
        """Refuse what is no date, and more of them than a series may have."""
        if self.pattern.data == Pattern.FIXED.value and len(_split(field.data)) > MOST_DATES:
            raise ValidationError(gettext("Escriba cuando mucho %(most)s fechas.", most=MOST_DATES))
        for word in _split(field.data):
            if _read_date(word) is None:
                raise ValidationError(gettext("«%(word)s» no es una fecha: escriba por ejemplo 2026-03-09.", word=word))

    def is_rule_sound(self) -> bool:
        """Tell whether the rule can be read as it stands; says nothing of the other fields."""
        own = (self.pattern, self.day, self.ordinal, self.weekday, self.weeks, self.anchor_on, self.shift, self.ends_on)
        are_sound = [field.validate(self) for field in own]
        return all([*are_sound, self.dates.validate(self, (RuleForm.validate_dates,))])

    def read_rule(self) -> Recurrence:
        """Return the rule that was typed."""
        return Recurrence(
            pattern=Pattern(self.pattern.data),
            day=self.day.data or 1,
            ordinal=self.ordinal.data or 1,
            weekday=self.weekday.data or 0,
            weeks=self.weeks.data or 1,
            anchor_on=self.anchor_on.data,
            dates=tuple(found for word in _split(self.dates.data) if (found := _read_date(word))),
        )


class SeriesForm(RuleForm):
    """What a series is."""

    name_es = StringField(_("Nombre"), [DataRequired(), Length(max=LONGEST_NAME)])
    name_en = StringField(_("Nombre en inglés"), [DataRequired(), Length(max=LONGEST_NAME)])
    kind = SelectField(_("Tipo de envío"), [InputRequired()], coerce=int)
    template = SelectField(_("Plantilla"), [InputRequired()])
    sender = SelectField(_("Remitente"), [InputRequired()], coerce=int)
    languages = RadioField(
        _("Idiomas"),
        choices=[SelectChoice("es,en", _("Español e inglés")), SelectChoice("es", _("Solo español"))],
        default="es,en",
    )
    audiences = SelectMultipleField(
        _("Audiencias"),
        [Demand(_("Elija al menos una audiencia."))],
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    people = SelectMultipleField(
        _("Personas responsables"),
        [Demand(_("Elija al menos a una persona."))],
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_("Reciben los avisos. La primera que puede redactar queda como autora de los borradores."),
    )
    hour = TimeField(_("Hora de salida"), [InputRequired()])
    zone = SelectField(_("Zona horaria"), [InputRequired()])
    lead_days = IntegerField(
        _("Días antes para abrir el borrador"), [InputRequired(), NumberRange(0, MOST_LEAD_DAYS)], default=10
    )
    reminder_days = IntegerField(
        _("Días antes para recordar que falta el visto bueno"),
        [InputRequired(), NumberRange(0, MOST_LEAD_DAYS)],
        default=3,
    )
    next_number = IntegerField(_("Número de la siguiente edición"), [InputRequired(), NumberRange(1, _HIGHEST_NUMBER)])

    def offer(self) -> None:
        """Fill the lists with what the installation has."""
        super().offer()
        named = "name_en" if current_language() == Language.EN else "name_es"
        self.kind.choices = [SelectChoice(kind.id, getattr(kind, named)) for kind in list_kinds()]
        self.sender.choices = [SelectChoice(each.id, f"{each.name} <{each.address}>") for each in list_senders()]
        # Without their sizes, which take a look at every subscription.
        audiences = db.session.scalars(select(Audience).order_by(Audience.id))
        self.audiences.choices = [SelectChoice(audience.id, getattr(audience, named)) for audience in audiences]
        chosen = set(self.people.data or ())
        self.people.choices = [
            SelectChoice(user.id, f"{user.name} <{user.email}>")
            for user in list_users()
            if user.is_active or user.id in chosen
        ]
        self.template.choices = [SelectChoice(slug, _name_template(slug)) for slug in list_templates()]
        zones = dict.fromkeys((current_config().timezone, *_ZONES, self.zone.data or current_config().timezone))
        self.zone.choices = [SelectChoice(zone, name_zone(zone, clock.now())) for zone in zones]

    def read(self) -> SeriesSettings:
        """Return what was typed; the people keep the order of the list."""
        return SeriesSettings(
            name_es=" ".join(self.name_es.data.split()),
            name_en=" ".join(self.name_en.data.split()),
            kind_id=self.kind.data,
            template=self.template.data,
            sender_id=self.sender.data,
            audience_ids=tuple(self.audiences.data),
            user_ids=tuple(self.people.data),
            recurrence=self.read_rule(),
            zone=self.zone.data,
            is_bilingual=self.languages.data != Language.ES.value,
            shift=Shift(self.shift.data),
            hour=f"{self.hour.data:%H:%M}",
            lead_days=self.lead_days.data,
            reminder_days=self.reminder_days.data,
            next_number=self.next_number.data,
            ends_on=self.ends_on.data,
        )


class SkipForm(Form):
    """Why an edition is left out."""

    reason = TextAreaField(
        _("Por qué se omite"),
        [DataRequired(), Length(max=LONGEST_REASON)],
        render_kw={"rows": 2},
        description=_("Queda a la vista en el calendario de la serie."),
    )


def list_values(series: Series) -> dict[str, object]:
    """Return what a series is as its form shows it."""
    rule = read_rule(series.recurrence)
    hours, minutes = map(int, series.hour.split(":"))
    return {
        "name_es": series.name_es,
        "name_en": series.name_en,
        "kind": series.kind_id,
        "template": series.template,
        "sender": series.sender_id,
        "languages": "es,en" if series.is_bilingual else "es",
        "audiences": [link.audience_id for link in series.audience_links],
        "people": [link.user_id for link in series.person_links],
        "pattern": rule.pattern.value,
        "day": rule.day,
        "ordinal": rule.ordinal,
        "weekday": rule.weekday,
        "weeks": rule.weeks,
        "anchor_on": rule.anchor_on,
        "dates": "\n".join(day.isoformat() for day in rule.dates),
        "shift": str(series.shift),
        "hour": time(hours, minutes),
        "zone": series.zone,
        "lead_days": series.lead_days,
        "reminder_days": series.reminder_days,
        "next_number": series.next_number,
        "ends_on": series.ends_on,
    }


def _name_template(slug: str) -> str:
    look = find_look(slug)
    return look.name.get(current_language(), slug) if look else slug


def _split(text: str | None) -> list[str]:
    return re.split(r"[\s,;]+", text.strip()) if text and text.strip() else []


def _read_date(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word) else None
    except ValueError:
        return None
