"""The forms of the campaign pages; the editor's texts are read in `editor.py`."""

from babel.support import LazyProxy
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from outreach.audiences.queries import list_named
from outreach.campaigns.queries import list_kinds, list_senders
from outreach.campaigns.rendering import find_look, list_templates
from outreach.campaigns.rules import Language
from outreach.campaigns.service import LONGEST_NAME, LONGEST_NOTE, CampaignSettings
from outreach.translation import current_language
from outreach.translation import lazy_gettext as _
from outreach.web.forms import Form

_USUAL_TEMPLATE = "corazon-chilango"


class Demand:
    """Demand at least one tick; unlike InputRequired it does not mark every box of a group as required."""

    def __init__(self, message: LazyProxy) -> None:
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise StopValidation with the message, in the page's language, when nothing was ticked."""
        if not field.data:
            raise StopValidation(str(self.message))


class SettingsForm(Form):
    """What a campaign is apart from its content."""

    name = StringField(
        _("Nombre de la campaña"),
        [DataRequired(), Length(max=LONGEST_NAME)],
        description=_("Solo para el equipo; quien recibe el correo no lo ve."),
    )
    kind = SelectField(_("Tipo de envío"), [InputRequired()], coerce=int)
    template = SelectField(_("Plantilla"), [InputRequired()])
    sender = SelectField(_("Remitente"), [InputRequired()], coerce=int)
    audiences = SelectMultipleField(
        _("Audiencias"),
        [Demand(_("Elija al menos una audiencia."))],
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=_("Quien está en varias recibe un solo mensaje."),
    )
    languages = RadioField(
        _("Idiomas"),
        choices=[SelectChoice("es,en", _("Español e inglés")), SelectChoice("es", _("Solo español"))],
        default="es,en",
    )
    both_to_all = BooleanField(_("Enviar los dos idiomas a todas las personas"))
    edit_count = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self) -> None:
        """Fill the lists with what the installation has."""
        named = "name_en" if current_language() == Language.EN else "name_es"
        choose = SelectChoice
        self.kind.choices = [choose(kind.id, getattr(kind, named)) for kind in list_kinds()]
        self.sender.choices = [
            SelectChoice(sender.id, f"{sender.name} <{sender.address}>") for sender in list_senders()
        ]
        self.audiences.choices = [SelectChoice(audience.id, getattr(audience, named)) for audience in list_named()]
        self.template.data = self.template.data or _USUAL_TEMPLATE
        self.template.choices = [choose(slug, _name_template(slug)) for slug in list_templates()]

    def fill(self, settings: CampaignSettings, edit_count: int) -> None:
        """Show a campaign's settings."""
        self.name.data = settings.name
        self.kind.data = settings.kind_id
        self.sender.data = settings.sender_id
        self.template.data = settings.template
        self.audiences.data = list(settings.audience_ids)
        self.languages.data = "es,en" if Language.EN in settings.languages else "es"
        self.both_to_all.data = settings.sends_both_to_all
        self.edit_count.data = edit_count

    def read(self, order: tuple[int, ...] = ()) -> CampaignSettings:
        """Return what was chosen; audiences that stand in `order` keep their place in it, others follow."""
        chosen = self.audiences.data
        kept = [audience_id for audience_id in order if audience_id in chosen]
        return CampaignSettings(
            name=self.name.data.strip(),
            kind_id=self.kind.data,
            sender_id=self.sender.data,
            template=self.template.data,
            audience_ids=tuple(dict.fromkeys([*kept, *chosen])),
            languages=frozenset(Language(code) for code in self.languages.data.split(",")),
            sends_both_to_all=self.both_to_all.data,
        )


def _name_template(slug: str) -> str:
    look = find_look(slug)
    return look.name.get(current_language(), slug) if look else slug


class ApprovalForm(Form):
    """The second person's yes."""

    has_looked = BooleanField(
        _("Revisé las dos versiones"), [Demand(_("Marque la casilla cuando haya revisado todo el contenido."))]
    )
    edit_count = HiddenField(validators=[DataRequired()])
    planned = HiddenField()
    reason = TextAreaField(
        _("Por qué sale en un periodo restringido"),
        [Optional(), Length(max=LONGEST_NOTE)],
        render_kw={"rows": 3},
        description=_("Queda en el expediente de la campaña, con su nombre."),
    )


class ReturnForm(Form):
    """A campaign given back to whoever wrote it."""

    note = TextAreaField(_("Qué hay que cambiar"), [DataRequired(), Length(max=LONGEST_NOTE)], render_kw={"rows": 3})
