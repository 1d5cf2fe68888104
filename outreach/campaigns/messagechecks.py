"""What is looked at in the finished message: its size, who sends it and how to leave (F-35, H-20)."""

from collections.abc import Iterator, Mapping

from markupsafe import escape

from outreach.campaigns.composition import Composition, Identity, RenderedVersion
from outreach.campaigns.facts import Facts, Finding, Severity
from outreach.campaigns.links import find_link_problem
from outreach.campaigns.phrases import LEAVE_SLOT
from outreach.campaigns.rendering import find_look, render_all
from outreach.campaigns.rules import Language, Rendition
from outreach.translation import gettext as _

KILOBYTE = 1000
MOST_BYTES = 100 * KILOBYTE  # Gmail clips at about 102 KB
MANY_BYTES = 80 * KILOBYTE


def check_message(composition: Composition, facts: Facts) -> Iterator[Finding]:
    """Yield what is wrong with the institution's identity and with the rendered versions."""
    yield from _check_links(composition.identity)
    if composition.template in facts.templates and find_look(composition.template):
        versions = render_all(composition)
        yield from _check_size(versions)
        yield from _check_furniture(versions, composition.identity)


def _check_links(identity: Identity) -> Iterator[Finding]:
    for url in dict.fromkeys([*identity.privacy_url.values(), identity.website]):
        problem = find_link_problem(url) if url.strip() else None
        if problem:
            yield Finding("bad-link", Severity.ERROR, problem, "institution")


def _check_size(versions: tuple[RenderedVersion, ...]) -> Iterator[Finding]:
    size, largest = max((len(version.html.encode()), version.rendition) for version in versions)
    if size <= MANY_BYTES:
        return
    is_clipped = size > MOST_BYTES
    yield Finding(
        "too-large" if is_clipped else "large",
        Severity.ERROR if is_clipped else Severity.WARNING,
        _(
            "El correo pesa %(size)s KB y a partir de %(most)s KB Gmail lo corta: quite o acorte bloques.",
            size=-(-size // KILOBYTE),
            most=MOST_BYTES // KILOBYTE,
        ),
        f"message/{largest}",
    )


def _check_furniture(versions: tuple[RenderedVersion, ...], identity: Identity) -> Iterator[Finding]:
    """Look for what every message must say, in both parts of every version; each lack is told once."""
    told: set[str] = set()
    for version in versions:
        for code, texts in _list_furniture(version.rendition, identity).items():
            if code not in told and not all(_holds(version, text) for text in texts):
                told.add(code)
                yield Finding(code, Severity.ERROR, _explain(code), "institution")


def _list_furniture(rendition: Rendition, identity: Identity) -> Mapping[str, list[str]]:
    languages = tuple(Language) if rendition is Rendition.BOTH else (Language(rendition.value),)
    return {
        "missing-unsubscribe": [LEAVE_SLOT],
        "missing-identity": [identity.name.get(language, "") for language in languages],
        "missing-postal-address": [identity.postal_address],
        "missing-privacy": [identity.privacy_url.get(language, "") for language in languages],
    }


def _holds(version: RenderedVersion, text: str) -> bool:
    return bool(text.strip()) and text in version.text and str(escape(text)) in version.html


def _explain(code: str) -> str:
    return {
        "missing-unsubscribe": _("La plantilla no ofrece el enlace para darse de baja: avise a la administración."),
        "missing-identity": _("Falta el nombre de la institución en algún idioma: pídalo a la administración."),
        "missing-postal-address": _("Falta la dirección postal de la institución: pídala a la administración."),
        "missing-privacy": _("Falta el enlace al aviso de privacidad en algún idioma: pídalo a la administración."),
    }[code]
