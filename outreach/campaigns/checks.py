"""Everything that is looked at before a campaign may leave (design §4.2); pure, so that it can run at any time."""

from collections.abc import Iterator

from outreach.campaigns.blockchecks import check_blocks, check_placeholders, name_language
from outreach.campaigns.composition import Composition, list_languages
from outreach.campaigns.datechecks import check_dates
from outreach.campaigns.facts import Facts, Finding, Severity
from outreach.campaigns.messagechecks import check_message
from outreach.campaigns.phrases import quote
from outreach.campaigns.placeholders import find_marks
from outreach.campaigns.rules import BlockType, Language
from outreach.mail.headers import HeaderError, check_header_text
from outreach.translation import gettext as _
from outreach.translation import ngettext

__all__ = ["LONGEST_SUBJECT", "Facts", "Finding", "Severity", "check"]

LONGEST_SUBJECT = 78  # characters that people see (F-07)


def check(composition: Composition, facts: Facts) -> tuple[Finding, ...]:
    """Return what is wrong (errors, which stop the campaign) and what is doubtful (warnings), errors first."""
    languages = list_languages(composition)
    findings = [
        *_check_campaign(composition, facts),
        *_check_information(languages, facts),
        *(finding for language in languages for finding in _check_words(composition, language)),
        *check_blocks(composition, languages),
        *check_dates(composition, languages, facts),
        *check_placeholders(composition, languages, facts),
        *check_message(composition, facts),
        *_check_readers(languages, facts),
        *_check_timeliness(languages, facts),
    ]
    return tuple(sorted(findings, key=lambda finding: finding.severity is Severity.WARNING))


def _check_campaign(composition: Composition, facts: Facts) -> Iterator[Finding]:
    if all(piece.type is BlockType.DIVIDER for piece in composition.pieces):
        yield Finding(
            "no-blocks", Severity.ERROR, _("La campaña no tiene contenido: agregue al menos un bloque."), "blocks"
        )
    if composition.template not in facts.templates:
        yield Finding(
            "unknown-template",
            Severity.ERROR,
            _(
                "No existe la plantilla «%(template)s»: elija entre %(templates)s.",
                template=composition.template,
                templates=", ".join(sorted(facts.templates)),
            ),
            "template",
        )
    if not facts.audiences:
        yield Finding(
            "no-audience", Severity.ERROR, _("La campaña no tiene audiencia: elija al menos una."), "audiences"
        )
    elif facts.recipients == 0:
        yield Finding(
            "no-recipients",
            Severity.ERROR,
            _(
                "Nadie recibiría la campaña, porque no hay personas suscritas en %(audiences)s: elija otra audiencia.",
                audiences=", ".join(facts.audiences),
            ),
            "audiences",
        )


def _check_information(languages: tuple[Language, ...], facts: Facts) -> Iterator[Finding]:
    """Demand the text of the report's row in every written language, and always in Spanish."""
    for language in Language:
        if (language in languages or language is Language.ES) and not facts.information.get(language, "").strip():
            yield Finding(
                "missing-information",
                Severity.ERROR,
                _("Falta el texto para el informe en %(language)s: escríbalo.", language=name_language(language)),
                f"version/{language}/information",
            )


def _check_words(composition: Composition, language: Language) -> Iterator[Finding]:
    words = composition.words.get(language)
    subject, preheader = (words.subject, words.preheader) if words else ("", "")
    place = f"version/{language}"
    if not subject.strip():
        yield Finding(
            "missing-subject",
            Severity.ERROR,
            _("Falta el asunto en %(language)s: escríbalo.", language=name_language(language)),
            f"{place}/subject",
        )
    if not preheader.strip() and any(other.preheader.strip() for other in composition.words.values()):
        yield Finding(
            "missing-preheader",
            Severity.ERROR,
            _("Falta el texto de vista previa en %(language)s: escríbalo.", language=name_language(language)),
            f"{place}/preheader",
        )
    for name, text in (("subject", subject), ("preheader", preheader)):
        yield from _check_header(text, f"{place}/{name}")
    yield from _check_length(subject, language)


def _check_header(text: str, place: str) -> Iterator[Finding]:
    try:
        check_header_text(text)
    except HeaderError as refusal:
        yield Finding("header-text", Severity.ERROR, str(refusal), place)


def _check_length(subject: str, language: Language) -> Iterator[Finding]:
    shown = len(subject) - sum(len(mark.source) - len(mark.default or "") for mark in find_marks(subject))
    if shown > LONGEST_SUBJECT:
        yield Finding(
            "long-subject",
            Severity.WARNING,
            _(
                "El asunto en %(language)s tiene %(length)s caracteres y suelen verse %(most)s: acórtelo.",
                language=name_language(language),
                length=shown,
                most=LONGEST_SUBJECT,
            ),
            f"version/{language}/subject",
        )


def _check_readers(languages: tuple[Language, ...], facts: Facts) -> Iterator[Finding]:
    """Warn of people who will read another language than theirs (F-10)."""
    english, spanish = facts.readers.get(Language.EN, 0), facts.readers.get(Language.ES, 0)
    if Language.EN not in languages and english:
        yield Finding(
            "no-english",
            Severity.WARNING,
            ngettext(
                "%(num)s persona que lee en inglés recibirá el correo en español, porque no hay versión en inglés.",
                "%(num)s personas que leen en inglés recibirán el correo en español, porque no hay versión en inglés.",
                english,
            ),
            f"version/{Language.EN}/subject",
        )
    if Language.ES not in languages and spanish:
        yield Finding(
            "no-spanish",
            Severity.WARNING,
            ngettext(
                "%(num)s persona que lee en español recibirá el correo en inglés, porque no hay versión en español.",
                "%(num)s personas que leen en español recibirán el correo en inglés, porque no hay versión en español.",
                spanish,
            ),
            f"version/{Language.ES}/subject",
        )


def _check_timeliness(languages: tuple[Language, ...], facts: Facts) -> Iterator[Finding]:
    changed = facts.changed_at
    if set(languages) == set(Language) == changed.keys() and changed[Language.EN] < changed[Language.ES]:
        yield Finding(
            "english-outdated",
            Severity.WARNING,
            _("El español cambió después que el inglés: revise que las dos versiones digan lo mismo."),
            f"version/{Language.EN}/subject",
        )
    if facts.same_today:
        yield Finding(
            "same-today",
            Severity.WARNING,
            ngettext(
                "Hoy ya va a la misma audiencia otra campaña de este tipo (%(names)s): confirme que quiere otra.",
                "Hoy ya van a la misma audiencia %(num)s campañas de este tipo (%(names)s): confirme que quiere otra.",
                len(facts.same_today),
                names=", ".join(quote(name) for name in facts.same_today),
            ),
            "audiences",
        )
