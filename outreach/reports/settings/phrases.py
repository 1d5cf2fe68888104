"""The page of the phrases that sentences are made of, with what they say now."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.db import db
from outreach.reports.layouts import DEFAULT_LAYOUT
from outreach.reports.phrases import Phrase, PhraseError, Phrases, check_phrase, list_phrases, replace_phrases
from outreach.reports.queries import get_layout, list_written
from outreach.reports.service import write_phrases
from outreach.reports.settings.blueprint import blueprint
from outreach.reports.settings.samples import show_phrases
from outreach.reports.settings.wording import GROUPS, name_group, name_phrase
from outreach.translation import LANGUAGES, current_language
from outreach.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase as the page shows it."""

    phrase: Phrase
    label: str
    text: str
    refusal: str = ""

    @property
    def is_own(self) -> bool:
        """Tell whether it is another than the one that ships."""
        return self.text.strip() != self.phrase.text.strip()


@blueprint.get("/informes/frases")
@requires(Permission.CONFIGURE)
def list_all_phrases() -> str:
    """Show every phrase of a language with what it says."""
    language = _read_language()
    return _render(language, list_written(language), {})


@blueprint.post("/informes/frases")
@requires(Permission.CONFIGURE)
def keep_phrases() -> Response | tuple[str, int]:
    """Keep the phrases as they are now written; refuse all of them when one cannot be printed."""
    language = _read_language()
    texts = _read_texts(language)
    refusals = _list_refusals(language, texts)
    if refusals:
        return _render(language, texts, refusals), 422
    write_phrases(language, texts, get_current_user())
    db.session.commit()
    flash(_("Las frases se guardaron: los próximos informes las usan."), "success")
    return redirect(url_for("report_settings.list_all_phrases", idioma=language), 303)


@blueprint.post("/informes/frases/muestra")
@requires(Permission.CONFIGURE)
def sample_phrases() -> str:
    """Show what the phrases say as they are written; nothing is kept."""
    language = _read_language()
    texts = _read_texts(language)
    refusals = _list_refusals(language, texts)
    written = {name: text for name, text in texts.items() if name not in refusals}
    return render_template("report_settings/_phrase_sample.html", **_show(language, written, refusals))


def _read_language() -> str:
    asked = request.values.get("idioma", "")
    return asked if asked in LANGUAGES else current_language()


def _read_texts(language: str) -> dict[str, str]:
    """Return what was written for each phrase; one left empty goes back to the one that ships."""
    given = {phrase: request.form.get(phrase.name, phrase.text) for phrase in list_phrases(language)}
    return {phrase.name: text if text.strip() else phrase.text for phrase, text in given.items()}


def _list_refusals(language: str, texts: dict[str, str]) -> dict[str, str]:
    refusals = {}
    for phrase in list_phrases(language):
        try:
            check_phrase(phrase, texts.get(phrase.name, phrase.text), name_phrase(phrase.name))
        except PhraseError as refusal:
            refusals[phrase.name] = str(refusal)
    return refusals


def _render(language: str, texts: dict[str, str], refusals: dict[str, str]) -> str:
    groups: dict[str, list[Entry]] = {group: [] for group in GROUPS}
    for phrase in list_phrases(language):
        text = texts.get(phrase.name, phrase.text).strip()
        entry = Entry(phrase, name_phrase(phrase.name), text, refusals.get(phrase.name, ""))
        groups[name_group(phrase.name)].append(entry)
    shown = _show(language, {name: text for name, text in texts.items() if name not in refusals}, refusals)
    return render_template("report_settings/phrases.html", groups=groups, labels=GROUPS, **shown)


def _show(language: str, texts: dict[str, str], refusals: dict[str, str]) -> dict[str, object]:
    known = {phrase.name: phrase for phrase in list_phrases(language)}
    checked = {name: check_phrase(known[name], text) for name, text in texts.items() if name in known}
    phrases: Phrases = replace_phrases(language, checked)
    layout = get_layout(DEFAULT_LAYOUT, language)
    return {
        "language": language,
        "refusals": refusals,
        "sentences": show_phrases(layout, language, phrases),
    }
