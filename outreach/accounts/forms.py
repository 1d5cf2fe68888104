"""The forms of the account pages."""

from wtforms import BooleanField, EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length

from outreach.accounts.passwords import LONGEST, SHORTEST
from outreach.accounts.rules import Role
from outreach.accounts.wording import ROLE_NAMES
from outreach.translation import lazy_gettext as _
from outreach.web.forms import Form


class SignInForm(Form):
    """Address and password."""

    email = EmailField(_("Correo electrónico"), [DataRequired(), Length(max=254)])
    password = PasswordField(_("Contraseña"), [DataRequired(), Length(max=LONGEST)])


class PasswordForm(Form):
    """A new password, with the present one."""

    current = PasswordField(_("Contraseña actual"), [DataRequired(), Length(max=LONGEST)])
    password = PasswordField(
        _("Contraseña nueva"), [DataRequired(), Length(SHORTEST, LONGEST)], description=_("Al menos 12 caracteres.")
    )
    again = PasswordField(
        _("Contraseña nueva, otra vez"),
        [DataRequired(), EqualTo("password", _("Las dos contraseñas nuevas no son iguales: escríbalas de nuevo."))],
    )


class NameForm(Form):
    """One's own name, as others see it."""

    name = StringField(_("Su nombre"), [DataRequired(), Length(max=200)])


class CodeForm(Form):
    """A code of the second step."""

    code = StringField(_("Código"), [DataRequired(), Length(max=40)])


class NewPasswordForm(Form):
    """A password chosen by whoever opened their own link."""

    password = PasswordField(
        _("Contraseña nueva"), [DataRequired(), Length(SHORTEST, LONGEST)], description=_("Al menos 12 caracteres.")
    )
    again = PasswordField(
        _("Contraseña nueva, otra vez"),
        [DataRequired(), EqualTo("password", _("Las dos contraseñas nuevas no son iguales: escríbalas de nuevo."))],
    )


class PersonForm(Form):
    """An account as whoever administers sees it."""

    name = StringField(_("Nombre"), [DataRequired(), Length(max=200)])
    role = RadioField(
        _("Rol"),
        [DataRequired()],
        choices=[SelectChoice(role.value, ROLE_NAMES[role]) for role in Role],
        default=Role.WRITER.value,
    )
    language = SelectField(
        _("Idioma de las páginas"),
        [DataRequired()],
        choices=[SelectChoice("es", "Español"), SelectChoice("en", "English")],
        default="es",
    )


class NewPersonForm(PersonForm):
    """An account to be made."""

    email = EmailField(_("Correo electrónico"), [DataRequired(), Length(max=254)])


class SecurityForm(Form):
    """What is asked of everybody."""

    demands_second_factor = BooleanField(
        _("Exigir el segundo paso a quienes administran"),
        description=_("Quien tenga el rol de administración y no lo haya activado tendrá que hacerlo al entrar."),
    )
