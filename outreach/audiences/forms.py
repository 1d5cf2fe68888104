"""The forms of audiences and people."""

from zoneinfo import available_timezones

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from outreach.audiences.rules import SuppressionReason
from outreach.translation import gettext
from outreach.translation import lazy_gettext as _
from outreach.web.forms import Form


class AudienceForm(Form):
    """A new audience, with the words that reports use for it."""

    slug = StringField(
        _("Clave"),
        [DataRequired(), Length(max=60)],
        description=_("Letras minúsculas, cifras y guiones, como red-observacion; no cambia después."),
    )
    name_es = StringField(_("Nombre en español"), [DataRequired(), Length(max=120)])
    name_en = StringField(_("Nombre en inglés"), [DataRequired(), Length(max=120)])
    phrase_es = StringField(
        _("Frase del informe en español"),
        [DataRequired(), Length(max=200)],
        description=_("Sigue a «se enviaron 12 correos electrónicos…», como «a la Red de Observación»."),
    )
    phrase_en = StringField(
        _("Frase del informe en inglés"),
        [DataRequired(), Length(max=200)],
        description=_("Sigue a «12 e-mails were sent…», como «to the Observation Network»."),
    )


class ImportForm(Form):
    """A file of people and the grounds on which they are written to (P-03)."""

    file = FileField(
        _("Archivo"),
        [FileRequired()],
        description=_("CSV o XLSX con encabezados, uno de ellos «correo»; hasta 16 MB."),
    )
    source = StringField(
        _("Origen del consentimiento"),
        [DataRequired(), Length(max=200)],
        description=_("Dónde dieron su correo: «Registro al foro del 14 de enero, oficio DVOE/012/2026»."),
    )
    consent_text = TextAreaField(
        _("Texto que aceptaron"),
        [Length(max=5000)],
        description=_("Tal como lo leyeron las personas; queda guardado con cada suscripción."),
    )
    attests = BooleanField(_("Estas direcciones no vienen del Padrón Electoral ni de la Lista Nominal"))

    def validate_attests(self, field: BooleanField) -> None:
        """Demand the statement: those files must never be used for mail."""
        if not field.data:
            raise ValidationError(gettext("Confírmelo: esos datos no se pueden usar para enviar correos."))


class UnsubscribeForm(Form):
    """Why somebody leaves, told to staff."""

    reason = StringField(
        _("Motivo"),
        [DataRequired(), Length(max=200)],
        description=_("Por ejemplo: «lo pidió por teléfono el 3 de marzo»."),
    )


class SuppressForm(Form):
    """Why an address gets nothing any more."""

    why = SelectField(
        _("Por qué"),
        [DataRequired()],
        choices=[
            SelectChoice(SuppressionReason.OPPOSITION.value, _("La persona se opone a recibir correos")),
            SelectChoice(SuppressionReason.MANUAL.value, _("Decisión del área")),
            SelectChoice(SuppressionReason.COMPLAINT.value, _("Se quejó del envío")),
            SelectChoice(SuppressionReason.BOUNCE.value, _("La dirección no existe o rebota")),
        ],
    )
    note = StringField(_("Nota"), [DataRequired(), Length(max=400)])


class PersonForm(Form):
    """What is known of somebody, to be corrected."""

    name = StringField(_("Nombre"), [Length(max=200)])
    language = SelectField(
        _("Idioma"),
        choices=[
            SelectChoice("", _("Sin preferencia: recibe los dos")),
            SelectChoice("es", "Español"),
            SelectChoice("en", "English"),
        ],
    )
    institution = StringField(_("Institución"), [Length(max=200)])
    position = StringField(_("Cargo"), [Length(max=200)])
    title = StringField(_("Tratamiento"), [Length(max=60)])
    country = StringField(_("País"), [Length(max=60)])
    timezone = StringField(
        _("Zona horaria"),
        [Length(max=60)],
        description=_("Como America/Chicago; sirve para enviar a la hora de cada persona."),
    )

    def validate_timezone(self, field: StringField) -> None:
        """Demand a zone that exists."""
        if field.data and field.data not in available_timezones():
            raise ValidationError(gettext("Esa zona horaria no existe: escriba una como America/Chicago."))


class EraseForm(Form):
    """The grounds on which everything about somebody is taken out."""

    grounds = StringField(
        _("Folio o motivo"),
        [DataRequired(), Length(max=200)],
        description=_("El folio de la solicitud; no escriba aquí el nombre ni la dirección de la persona."),
    )
    understands = BooleanField(_("Entiendo que no se puede deshacer"))

    def validate_understands(self, field: BooleanField) -> None:
        """Demand the tick."""
        if not field.data:
            raise ValidationError(gettext("Márquelo: los datos no se pueden recuperar."))


class LiftForm(Form):
    """Why an address may get mail again."""

    lift_note = StringField(_("Motivo"), [DataRequired(), Length(max=400)])
