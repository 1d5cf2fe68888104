"""The forms of the account pages."""

from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from outreach.accounts.passwords import LONGEST, SHORTEST
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
