"""What is looked at in every block: languages, links, alt texts, placeholders (H-01, H-05, H-21, H-22)."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.campaigns.blocks import BLOCK_FIELDS, Field, FieldKind, list_missing
from outreach.campaigns.composition import Composition, HostedFile, Piece
from outreach.campaigns.facts import Facts, Finding, Severity
from outreach.campaigns.links import find_link_problem, holds_placeholder, is_vague, pretends_elsewhere
from outreach.campaigns.placeholders import SYSTEM_SLOTS, Mark, find_marks, find_misspelt, find_nearest
from outreach.campaigns.prose import find_links, to_text
from outreach.campaigns.rules import BlockType, Language
from outreach.media.rules import find_key
from outreach.translation import gettext as _
from outreach.translation import ngettext

_LINK_LABELS = {(BlockType.BUTTON, "label"), (BlockType.FILE, "label")}


@dataclass(frozen=True, slots=True)
class _Spot:
    """A written text: what it says as readers see it, and its place."""

    text: str
    place: str


def name_language(language: Language) -> str:
    """Return the language's name as it stands after «en»."""
    return _("español") if language is Language.ES else _("inglés")


def check_blocks(composition: Composition, languages: tuple[Language, ...]) -> Iterator[Finding]:
    """Yield what is wrong inside the blocks, in their order, language by language."""
    for number, piece in enumerate(composition.pieces, 1):
        for language in languages:
            for field in list_missing(piece.type, piece.fields, language):
                yield _report_missing(field, number, language)
            for field in BLOCK_FIELDS[piece.type]:
                text, place = _read(piece, field, language), f"block/{number}/{field.name}/{language}"
                if field.kind.takes_file and find_key(text):
                    yield from _check_hosted(composition.hosted.get(find_key(text) or ""), field, place)
                else:
                    yield from _check_field(piece.type, field, text, place)


def _read(piece: Piece, field: Field, language: Language) -> str:
    return piece.fields.get(field.name, {}).get(language, "").strip()


def _report_missing(field: Field, number: int, language: Language) -> Finding:
    place = f"block/{number}/{field.name}/{language}"
    values = {"number": number, "language": name_language(language)}
    if field.name == "alt":
        sentence = _(
            "La imagen del bloque %(number)s no tiene texto alternativo en %(language)s: describa qué se ve en ella.",
            **values,
        )
        return Finding("missing-alt", Severity.ERROR, sentence, place)
    sentence = _(
        "En el bloque %(number)s falta el campo «%(field)s» en %(language)s: escríbalo.",
        field=str(field.label),
        **values,
    )
    return Finding("missing-field", Severity.ERROR, sentence, place)


def _check_hosted(hosted: HostedFile | None, field: Field, place: str) -> Iterator[Finding]:
    number = place.split("/")[1]
    if hosted is None:
        sentence = _("El archivo del bloque %(number)s ya no está guardado: súbalo de nuevo.", number=number)
        yield Finding("missing-file", Severity.ERROR, sentence, place)
    elif field.kind is FieldKind.PICTURE and not hosted.is_picture:
        sentence = _("El archivo del bloque %(number)s no es una imagen: elija una.", number=number)
        yield Finding("not-a-picture", Severity.ERROR, sentence, place)


def _check_field(block: BlockType, field: Field, text: str, place: str) -> Iterator[Finding]:
    if not text:
        return
    if field.kind.is_address:
        yield from _check_url(text, place, is_picture=field.kind is FieldKind.PICTURE)
    elif field.kind is FieldKind.PROSE:
        for link in find_links(text):
            yield from _check_url(link.url, place)
            yield from _check_link_text(link.text, link.url, place)
    elif (block, field.name) in _LINK_LABELS:
        yield from _check_link_text(text, "", place)


def _check_url(url: str, place: str, *, is_picture: bool = False) -> Iterator[Finding]:
    problem = find_link_problem(url)
    if problem is None and is_picture and url.lower().startswith("mailto:"):
        problem = _("La dirección de la imagen debe empezar con https:// y dice «%(url)s»: cópiela completa.", url=url)
    if problem:
        yield Finding("placeholder-in-link" if holds_placeholder(url) else "bad-link", Severity.ERROR, problem, place)


def _check_link_text(text: str, url: str, place: str) -> Iterator[Finding]:
    if is_vague(text):
        sentence = _(
            "El texto de enlace «%(text)s» no dice adónde lleva: escriba el nombre de lo que se abre.", text=text
        )
        yield Finding("vague-link", Severity.ERROR, sentence, place)
    if url and pretends_elsewhere(text, url):
        sentence = _(
            "El texto «%(text)s» muestra un sitio y el enlace abre otro, «%(url)s»: corrija uno de los dos.",
            text=text,
            url=url,
        )
        yield Finding("misleading-link", Severity.ERROR, sentence, place)


def check_placeholders(composition: Composition, languages: tuple[Language, ...], facts: Facts) -> Iterator[Finding]:
    """Yield what is wrong with the placeholders, each only once and at its first place."""
    seen: set[tuple[str, str]] = set()
    for spot in _list_spots(composition, languages):
        found = [(mark.name, _judge(mark, facts)) for mark in find_marks(spot.text)]
        found += [(braces, _warn_of(braces)) for braces in find_misspelt(spot.text)]
        for name, verdict in found:
            if verdict and (verdict[0], name) not in seen:
                seen.add((verdict[0], name))
                yield Finding(*verdict, spot.place)


def _list_spots(composition: Composition, languages: tuple[Language, ...]) -> Iterator[_Spot]:
    for language in languages:
        words = composition.words.get(language)
        if words:
            yield _Spot(words.subject, f"version/{language}/subject")
            yield _Spot(words.preheader, f"version/{language}/preheader")
        for number, piece in enumerate(composition.pieces, 1):
            for field in BLOCK_FIELDS[piece.type]:
                text = _read(piece, field, language)
                if field.kind.is_text:
                    shown = to_text(text) if field.kind is FieldKind.PROSE else text
                    yield _Spot(shown, f"block/{number}/{field.name}/{language}")


def _judge(mark: Mark, facts: Facts) -> tuple[str, Severity, str] | None:
    """Return code, severity and sentence for a placeholder that may not stay as it is."""
    known = facts.attributes | PERSONAL_FIELDS.keys()
    lacking = facts.lacking.get(mark.name, 0) if mark.default is None else 0
    if mark.name in SYSTEM_SLOTS:
        sentence = _("El marcador %(mark)s es de las plantillas y no se escribe a mano: quítelo.", mark=mark.source)
        return "system-placeholder", Severity.ERROR, sentence
    if mark.name not in known:
        return "unknown-placeholder", Severity.ERROR, _ask_for_known(mark, known)
    if lacking:
        return "placeholder-without-default", Severity.ERROR, _ask_for_default(mark, lacking)
    return None


def _ask_for_known(mark: Mark, known: AbstractSet[str]) -> str:
    nearest = find_nearest(mark.name, known)
    if nearest:
        return _(
            "El marcador %(mark)s no existe en estas audiencias: ¿quiso escribir {{%(nearest)s}}?",
            mark=mark.source,
            nearest=nearest,
        )
    return _(
        "El marcador %(mark)s no existe en estas audiencias: elija entre %(names)s.",
        mark=mark.source,
        names=", ".join(sorted(known)),
    )


def _ask_for_default(mark: Mark, lacking: int) -> str:
    return ngettext(
        "%(num)s persona no tiene el valor de %(mark)s: escriba qué poner en su lugar, como en %(example)s.",
        "%(num)s personas no tienen el valor de %(mark)s: escriba qué poner en su lugar, como en %(example)s.",
        lacking,
        mark=mark.source,
        example=_("{{%(name)s|persona integrante}}", name=mark.name),
    )


def _warn_of(braces: str) -> tuple[str, Severity, str]:
    sentence = _(
        "«%(braces)s» no es un marcador y se leerá tal como está: los marcadores se escriben como {{nombre}}.",
        braces=braces,
    )
    return "misspelt-placeholder", Severity.WARNING, sentence
