"""Texts for people in their language: Spanish is what the sources say, English is the catalogue.

The language is a context variable, so that rules and refusals need neither a request nor an application to speak.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations

from babel.support import LazyProxy, Translations

from outreach.resources import TRANSLATIONS

SOURCE_LANGUAGE = "es"
LANGUAGES = ("es", "en")
# CLDR's plain `es` has other separators than Mexico: numbers and dates always use these.
LOCALES = {"es": "es_MX", "en": "en_US"}

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [language]) if language != SOURCE_LANGUAGE else NullTranslations()


def current_language() -> str:
    """Return the language that texts are written in now, `es` or `en`."""
    return _language.get()


def current_locale() -> str:
    """Return the CLDR locale of the current language."""
    return LOCALES[current_language()]


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Write texts in `language` inside the block; anything but `es` and `en` means Spanish."""
    token = _language.set(language if language in LANGUAGES else SOURCE_LANGUAGE)
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str, **values: object) -> str:
    """Return `message` in the current language, with `%(name)s` filled from `values`."""
    text = _catalogue(current_language()).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Return the form that `number` asks for; `%(num)s` is the number itself."""
    text = _catalogue(current_language()).ngettext(singular, plural, number)
    return text % {"num": number, **values}


def lazy_gettext(message: str) -> LazyProxy:
    """Return a text that is translated when it is shown, for labels made at import time."""
    return LazyProxy(gettext, message, enable_cache=False)
