"""The forms of senders, kinds and the institution."""

from wtforms import BooleanField, EmailField, SelectField, SelectMultipleField, StringField, TextAreaField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from outreach.audiences.names import list_audience_names
from outreach.campaigns.queries import list_senders
from outreach.campaigns.rendering import find_look, list_templates
from outreach.campaigns.settings.service import InstitutionWords, KindWords, SenderWords
from outreach.translation import current_language, gettext
from outreach.translation import lazy_gettext as _
from outreach.web.forms import Form


class SenderForm(Form):
    """A verified From address."""

    name = StringField(_("Nombre"), [DataRequired(), Length(max=80)], description=_("Lo que se ve como remitente."))
    address = EmailField(_("Dirección"), [DataRequired(), Length(max=254)])
    reply_to = EmailField(
        _("Las respuestas llegan a"), [DataRequired(), Length(max=254)], description=_("Un buzón que alguien lee.")
    )
    bounce_domain = StringField(
        _("Dominio de los rebotes"),
        [DataRequired(), Length(max=190)],
        description=_("A él vuelve lo que no se pudo entregar, como rebotes.example.org."),
    )

    def read(self) -> SenderWords:
        """Return what was written."""
        return SenderWords(self.address.data, self.name.data, self.reply_to.data, self.bounce_domain.data)


class KindForm(Form):
    """A kind, and what its campaigns begin with."""

    slug = StringField(
        _("Clave"), [Length(max=40)], description=_("Letras minúsculas, cifras y guiones; no cambia después.")
    )
    name_es = StringField(_("Nombre en español"), [DataRequired(), Length(max=80)])
    name_en = StringField(_("Nombre en inglés"), [DataRequired(), Length(max=80)])
    template = SelectField(_("Plantilla"), default="")
    sender = SelectField(_("Remitente"), default="")
    audiences = SelectMultipleField(
        _("Audiencias habituales"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    information_es = StringField(
        _("Frase para el informe, en español"),
        [Length(max=400)],
        description=_("Puede llevar {nombre}, {mes} y {año} de la campaña."),
    )
    information_en = StringField(
        _("Frase para el informe, en inglés"),
        [Length(max=400)],
        description=_("Puede llevar {name}, {month} y {year} de la campaña."),
    )
    sends_both_to_all = BooleanField(_("Enviar los dos idiomas a todas las personas"))

    def offer(self) -> None:
        """Fill the lists with what the installation has."""
        named = "name_en" if current_language() == "en" else "name_es"
        empty = SelectChoice("", gettext("— sin preferencia —"))
        self.template.choices = [empty, *(SelectChoice(slug, _name_template(slug)) for slug in list_templates())]
        self.sender.choices = [
            empty,
            *(SelectChoice(str(sender.id), f"{sender.name} <{sender.address}>") for sender in list_senders()),
        ]
        self.audiences.choices = [
            SelectChoice(audience.id, getattr(audience, named)) for audience in list_audience_names()
        ]

    def read(self, order: tuple[int, ...] = ()) -> KindWords:
        """Return what was written; audiences that stand in `order` keep their place."""
        chosen = self.audiences.data or []
        kept = [number for number in order if number in chosen]
        return KindWords(
            name_es=self.name_es.data,
            name_en=self.name_en.data,
            template=self.template.data or "",
            sender_id=int(self.sender.data) if self.sender.data else None,
            information_es=self.information_es.data or "",
            information_en=self.information_en.data or "",
            sends_both_to_all=self.sends_both_to_all.data,
            audience_ids=tuple(dict.fromkeys([*kept, *chosen])),
        )


def _name_template(slug: str) -> str:
    look = find_look(slug)
    return look.name.get(current_language(), slug) if look else slug


class InstitutionForm(Form):
    """Whose mail it is."""

    name_es = StringField(_("Nombre en español"), [DataRequired(), Length(max=120)])
    name_en = StringField(_("Nombre en inglés"), [DataRequired(), Length(max=120)])
    postal_address = StringField(_("Dirección postal"), [DataRequired(), Length(max=300)])
    website = URLField(_("Sitio web"), [DataRequired(), Length(max=300)])
    privacy_text_es = TextAreaField(
        _("Aviso de privacidad breve, en español"), [DataRequired(), Length(max=3000)], render_kw={"rows": 5}
    )
    privacy_text_en = TextAreaField(
        _("Aviso de privacidad breve, en inglés"), [DataRequired(), Length(max=3000)], render_kw={"rows": 5}
    )
    privacy_url_es = URLField(_("Aviso completo, en español"), [DataRequired(), Length(max=300)])
    privacy_url_en = URLField(_("Aviso completo, en inglés"), [DataRequired(), Length(max=300)])
    is_one_person_office = BooleanField(
        _("Quien redacta puede dar el visto bueno a lo suyo"),
        description=_("Solo para oficinas de una persona; la bitácora lo dice en cada caso."),
    )

    def read(self) -> InstitutionWords:
        """Return what was written."""
        return InstitutionWords(**{name: self[name].data for name in InstitutionWords.__dataclass_fields__})
