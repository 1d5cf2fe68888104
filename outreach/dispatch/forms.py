"""What a person fills in about deliveries."""

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from outreach.dispatch.rules import Outcome
from outreach.translation import lazy_gettext as _l
from outreach.web.forms import Form


class ResolutionForm(Form):
    """What became of an uncertain delivery, and how one knows."""

    outcome = RadioField(
        _l("¿Qué pasó con el mensaje?"),
        choices=[
            SelectChoice(Outcome.SENT.value, _l("Sí salió: está en el registro del servidor de correo")),
            SelectChoice(Outcome.FAILED.value, _l("No salió: no está en el registro del servidor de correo")),
        ],
        validators=[InputRequired()],
    )
    reason = StringField(
        _l("Qué encontró en el registro"),
        description=_l("Por ejemplo, el día y la hora en que aparece en el registro del servidor."),
        validators=[InputRequired(), Length(max=1000)],
    )
