"""Templates speak the language of the moment: `_()`, `gettext`, `ngettext` and `{% trans %}`."""

from babel.numbers import format_decimal
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from outreach.translation import LANGUAGES, current_language, current_locale, gettext, ngettext

LANGUAGE_NAMES = {"es": "Español", "en": "English"}


def install_texts(app: Flask) -> None:
    """Give every template the texts of `outreach.translation`; what is put into a text is escaped."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # `{% trans %}` then hands its values to the functions below instead of filling them in unescaped.
    vars(app.jinja_env)["newstyle_gettext"] = True
    app.jinja_env.globals.update(
        {
            "_": _translate,
            "gettext": _translate,
            "ngettext": _translate_number,
            "current_language": current_language,
            "current_locale": current_locale,
            "languages": {code: LANGUAGE_NAMES[code] for code in LANGUAGES},
        }
    )


@pass_context
def _translate(context: Context, message: str, /, **values: object) -> str:
    if not context.eval_ctx.autoescape:
        return gettext(message) % values
    return Markup(gettext(message)) % values  # noqa: S704 - texts are ours; Markup escapes the values it is given


@pass_context
def _translate_number(context: Context, singular: str, plural: str, number: int, /, **values: object) -> str:
    values.setdefault("num", format_decimal(number, locale=current_locale()))
    if not context.eval_ctx.autoescape:
        return ngettext(singular, plural, number, **values)
    escaped = {name: escape(value) for name, value in values.items()}
    return Markup(ngettext(singular, plural, number, **escaped))  # noqa: S704 - ours, with escaped values
