"""The form of a goal."""

from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from outreach.audiences.models import Audience
from outreach.campaigns.models import Kind
from outreach.dispatch.rules import Channel
from outreach.reports.goals.labels import MEASURE_LABELS
from outreach.reports.goals.rules import Measure
from outreach.reports.goals.service import LONGEST_KEY, LONGEST_TEXT, MOST, GoalWords
from outreach.reports.labels import CHANNEL_LABELS
from outreach.translation import gettext
from outreach.translation import lazy_gettext as _
from outreach.web.forms import Form


class GoalForm(Form):
    """A goal as somebody writes it."""

    text_es = StringField(
        _("Meta"),
        [DataRequired(), Length(max=LONGEST_TEXT)],
        description=_("Como en el programa anual: «Enviar al menos 20 correos a la diáspora»."),
    )
    text_en = StringField(_("Meta en inglés"), [Length(max=LONGEST_TEXT)])
    programme_key = StringField(_("Clave programática"), [Length(max=LONGEST_KEY)])
    number = IntegerField(_("Envíos, al menos"), [InputRequired(), NumberRange(1, MOST)])
    measure = SelectField(
        _("Se piden"),
        [InputRequired()],
        choices=[SelectChoice(measure.value, label) for measure, label in MEASURE_LABELS.items()],
    )
    period = StringField(
        _("Periodo"),
        [DataRequired(), Length(max=40)],
        description=_("Un trimestre (2026-T1), un año (2026), un mes (2026-03) o dos fechas (2026-07-01/2026-12-31)."),
    )
    audience = SelectField(_("Audiencia"), [Optional()])
    kind = SelectField(_("Tipo de envío"), [Optional()])
    channel = SelectField(_("Canal"), [Optional()])

    def offer(self, audiences: list[Audience], kinds: list[Kind], language: str) -> None:
        """Fill the choices: each may stay open."""
        everything = SelectChoice("", gettext("Cualquiera"))
        self.audience.choices = [everything, *(_name(audience, language) for audience in audiences)]
        self.kind.choices = [everything, *(_name(kind, language) for kind in kinds)]
        channels = [SelectChoice(channel.value, str(label)) for channel, label in CHANNEL_LABELS.items()]
        self.channel.choices = [everything, *channels]

    def read_words(self) -> GoalWords:
        """Return the goal without its period."""
        return GoalWords(
            text_es=" ".join(self.text_es.data.split()),
            number=self.number.data,
            measure=Measure(self.measure.data),
            text_en=" ".join((self.text_en.data or "").split()),
            programme_key=(self.programme_key.data or "").strip(),
            audience_id=int(self.audience.data) if self.audience.data else None,
            kind_id=int(self.kind.data) if self.kind.data else None,
            channel=Channel(self.channel.data) if self.channel.data else None,
        )


def _name(entry: Audience | Kind, language: str) -> SelectChoice:
    return SelectChoice(str(entry.id), entry.name_en if language == "en" else entry.name_es)
