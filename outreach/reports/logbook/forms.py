"""The forms of the log: a line by hand, a correction, a withdrawal, and a table of an old report."""

from flask_wtf.file import FileField
from sqlalchemy import select
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from outreach.audiences.models import Audience
from outreach.campaigns.queries import list_kinds
from outreach.db import db
from outreach.dispatch.entering import LONGEST_INFORMATION
from outreach.dispatch.rules import Channel
from outreach.reports.labels import CHANNEL_LABELS
from outreach.translation import current_language, gettext
from outreach.translation import lazy_gettext as _
from outreach.web.forms import Form

_MOST_REACHED = 1_000_000_000


def _offer_channels() -> list[SelectChoice]:
    return [SelectChoice(channel.value, str(CHANNEL_LABELS[channel])) for channel in Channel]


def _offer_audiences() -> list[SelectChoice]:
    name = Audience.name_en if current_language() == "en" else Audience.name_es
    rows = db.session.execute(select(Audience.id, name.label("name")).order_by(Audience.id))
    return [SelectChoice("", gettext("Ninguna")), *(SelectChoice(str(row.id), row.name) for row in rows)]


def _offer_kinds() -> list[SelectChoice]:
    is_english = current_language() == "en"
    kinds = [SelectChoice(str(kind.id), kind.name_en if is_english else kind.name_es) for kind in list_kinds()]
    return [SelectChoice("", gettext("Ninguno")), *kinds]


class _LineForm(Form):
    """What a line says, whether it is new or takes the place of another."""

    sent_on = DateField(_("Fecha"), [DataRequired()])
    channel = SelectField(_("Canal"), [DataRequired()], choices=_offer_channels)
    audience = SelectField(_("Audiencia"), [Optional()], choices=_offer_audiences)
    information = TextAreaField(
        _("Información"),
        [DataRequired(), Length(max=LONGEST_INFORMATION)],
        description=_("El texto de la fila, como lo dirá el informe."),
    )
    information_en = TextAreaField(_("Información en inglés"), [Length(max=LONGEST_INFORMATION)])
    kind = SelectField(_("Tipo de envío"), [Optional()], choices=_offer_kinds)
    sender = StringField(
        _("Cuenta o grupo"),
        [Length(max=254)],
        description=_("Por ejemplo, el grupo de WhatsApp o un número de teléfono."),
    )
    programme_key = StringField(_("Clave programática"), [Length(max=60)])
    reach = IntegerField(
        _("Alcance"),
        [Optional(), NumberRange(0, _MOST_REACHED)],
        description=_("A cuántas personas llegó; nunca se suma a los correos."),
    )
    reach_source = StringField(_("Fuente del alcance"), [Length(max=200)])


class EntryForm(_LineForm):
    """A dispatch that the system did not send."""

    is_month_only = BooleanField(_("Solo se sabe el mes"))
    evidence = FileField(_("Evidencia"), description=_("Una captura o un documento que lo muestre; hasta 16 MB."))


class ShareForm(Form):
    """To which group a campaign's message went, and how many people are in it."""

    audience = SelectField(_("Audiencia"), [Optional()], choices=_offer_audiences)
    sender = StringField(
        _("Grupo"), [Length(max=254)], description=_("El nombre del grupo, o el número al que se envió.")
    )
    reach = IntegerField(
        _("Alcance"),
        [Optional(), NumberRange(0, _MOST_REACHED)],
        description=_("A cuántas personas llegó; nunca se suma a los correos."),
    )
    reach_source = StringField(_("Fuente del alcance"), [Length(max=200)])


class CorrectionForm(_LineForm):
    """What a line should have said, and why."""

    reason = StringField(_("Motivo de la corrección"), [DataRequired(), Length(max=400)])


class VoidForm(Form):
    """Why a line, or a whole import, is withdrawn."""

    void_reason = StringField(_("Motivo"), [DataRequired(), Length(max=400)])


class TableForm(Form):
    """A table of an old report, and what holds for the rows that do not say it."""

    file = FileField(_("Archivo"), description=_("CSV o XLSX con la tabla y sus encabezados."))
    pasted = TextAreaField(
        _("O la tabla pegada"), [Length(max=2_000_000)], description=_("Cópiela entera en Word y péguela aquí.")
    )
    audience = SelectField(_("Audiencia"), [Optional()], choices=_offer_audiences)
    channel = SelectField(_("Canal"), [DataRequired()], choices=_offer_channels)
    sender = StringField(_("Cuenta"), [Length(max=254)])
    programme_key = StringField(_("Clave programática"), [Length(max=60)])
    information = StringField(
        _("Información"), [Length(max=LONGEST_INFORMATION)], description=_("El texto de las filas que no lo tienen.")
    )
    information_column = StringField(
        _("Columna del texto"), [Length(max=200)], description=_("Su encabezado, si no es «Información».")
    )
    first_on = DateField(_("Primer día del periodo"), [Optional()])
    last_on = DateField(_("Último día del periodo"), [Optional()])
    stated_total = IntegerField(
        _("Total que dice el informe"), [Optional(), NumberRange(0, _MOST_REACHED)], description=_("Para compararlo.")
    )
    accepts_guesses = BooleanField(_("Suponer la audiencia por el texto donde la tabla no la dice"), default=True)

    def validate_file(self, field: FileField) -> None:
        """Demand a file or a pasted table."""
        if not field.data and not (self.pasted.data or "").strip():
            raise ValidationError(gettext("Elija un archivo o pegue la tabla."))

    def validate_first_on(self, field: DateField) -> None:
        """Demand the other day of a period, and their order."""
        if not self.last_on.data:
            raise ValidationError(gettext("Escriba los dos días del periodo, o ninguno."))
        if self.last_on.data < field.data:
            raise ValidationError(gettext("El periodo termina antes de empezar: intercambie los dos días."))

    def validate_last_on(self, field: DateField) -> None:
        """Demand the other day of a period."""
        if field.data and not self.first_on.data:
            raise ValidationError(gettext("Escriba los dos días del periodo, o ninguno."))
