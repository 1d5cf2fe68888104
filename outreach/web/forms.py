"""The base of every form: token, and messages in the page's language."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms.i18n import get_builtin_gnu_translations

from outreach.translation import current_language, lazy_gettext, ngettext

# What WTForms says, in our words where its own are curt; the rest comes from the catalogue it ships.
_MESSAGES = {
    "This field is required.": lazy_gettext("Falta este dato."),
    "Not a valid choice.": lazy_gettext("Elija una de las opciones."),
    "Not a valid choice": lazy_gettext("Elija una de las opciones."),
    "Not a valid integer value.": lazy_gettext("Escriba un número entero."),
    "Not a valid date value.": lazy_gettext("Escriba una fecha completa: día, mes y año."),
    "Not a valid datetime value.": lazy_gettext("Escriba una fecha y una hora completas."),
    "Not a valid time value.": lazy_gettext("Escriba una hora completa, como 09:00."),
    "Invalid email address.": lazy_gettext("Escriba una dirección de correo, como nombre@example.org."),
    "Invalid URL.": lazy_gettext("Escriba una dirección que empiece con https://."),
}


class _Texts:
    """The two functions that WTForms asks for its messages."""

    def gettext(self, message: str) -> str:
        """Return a message of WTForms in the current language."""
        if message in _MESSAGES:
            return str(_MESSAGES[message])
        return str(get_builtin_gnu_translations([current_language()]).gettext(message))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Return the form of a message of WTForms that `number` asks for, its placeholders unfilled."""
        return str(get_builtin_gnu_translations([current_language()]).ngettext(singular, plural, number))


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A form with its CSRF token; `validate_on_submit()` is the question a view asks."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # Flask-WTF ships no types
        """How the fields speak."""

        def get_translations(self, form: Any) -> _Texts:  # noqa: ANN401 - WTForms' own signature
            """Answer in the page's language."""
            del form
            return _Texts()

    def count_errors(self) -> int:
        """Return how many fields have something to mend."""
        return sum(1 for field in self if field.errors)

    def summarise_errors(self) -> str:
        """Return the heading of the list of errors."""
        return ngettext("Hay %(num)s dato por corregir", "Hay %(num)s datos por corregir", self.count_errors())
