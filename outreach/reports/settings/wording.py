"""What the phrases are called on their page; those that only name a thing are called by their group."""

from outreach.translation import gettext as _
from outreach.translation import lazy_gettext as _l

GROUPS = {
    "sentence": _l("La frase"),
    "channels": _l("Lo que se cuenta, por canal"),
    "reach": _l("Mensajes y personas"),
    "definitions": _l("Cómo se cuenta"),
    "warnings": _l("Avisos"),
    "document": _l("Palabras del documento"),
}
_CHANNELS = {
    "email": _l("Correo electrónico"),
    "whatsapp": _l("WhatsApp"),
    "micrositio": _l("Micrositio"),
    "telefono": _l("Teléfono"),
    "otro": _l("Otro medio"),
}
_REACH = {"accepted": _l("Mensajes aceptados"), "people": _l("Personas alcanzadas"), "topics": _l("Temas")}
_PIECES = {
    "told": _l("Con el total"),
    "untold": _l("Sin el total"),
    "nothing": _l("Cuando no hubo nada"),
    "besides": _l("Lo que fue por otros medios"),
    "kind": _l("Tipo de envío"),
    "words": _l("Palabras"),
    "verb": _l("Verbo"),
    "noun": _l("Sustantivo"),
    "gender": _l("Género (m o f)"),
    "listed": _l("Antes de la tabla"),
    "audience": _l("Audiencia"),
    "sender": _l("Remitente"),
    "through": _l("Medio"),
}
_NUMBERS = {"one": _l("uno"), "many": _l("varios")}


def name_group(name: str) -> str:
    """Return the group in which a phrase stands."""
    first = name.split(".", maxsplit=1)[0]
    if first in _CHANNELS:
        return "channels"
    if first in _REACH:
        return "reach"
    return first if first in GROUPS else "sentence"


def name_phrase(name: str) -> str:
    """Return what a phrase is called: «Correo electrónico, verbo, varios»."""
    labels = {**_CHANNELS, **_REACH} if name_group(name) in {"channels", "reach"} else {}
    parts = [str(labels.get(part) or _PIECES.get(part) or _NUMBERS.get(part) or "") for part in name.split(".")]
    known = [part for part in parts if part]
    if name_group(name) in {"definitions", "warnings", "document"}:
        return _("Texto «%(name)s»", name=name.split(".", 1)[1])
    return ", ".join([known[0], *(part[0].lower() + part[1:] for part in known[1:])])
