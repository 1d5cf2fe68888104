"""The fixed texts of every message, in the language that is being spoken (F-13, F-35)."""

from dataclasses import dataclass

from outreach.campaigns.composition import Identity
from outreach.campaigns.links import find_link_problem
from outreach.media.rules import describe_size
from outreach.translation import gettext as _

LEAVE_SLOT = "{{sistema.baja}}"
PREFERENCES_SLOT = "{{sistema.preferencias}}"


@dataclass(frozen=True, slots=True)
class Footer:
    """Who sends it, from where, why one receives it, and how to stop it."""

    sender: str
    postal_address: str
    reason: str
    privacy_text: str
    privacy_label: str
    privacy_url: str
    preferences_label: str
    leave_label: str
    website: str


def make_footer(identity: Identity, language: str) -> Footer:
    """Return the footer; to be called while speaking `language`."""
    name = identity.name.get(language, "")
    same = identity.sender_name.strip() in {"", name}
    return Footer(
        sender=name if same else f"{identity.sender_name} · {name}",
        postal_address=identity.postal_address,
        reason=_("Este correo llega a quienes forman parte de la audiencia «{{sistema.audiencia}}»."),
        privacy_text=identity.privacy_text.get(language, ""),
        privacy_label=_("Aviso de privacidad"),
        privacy_url=_keep_good(identity.privacy_url.get(language, "")),
        preferences_label=_("Cambiar mis preferencias"),
        leave_label=_("Dejar de recibir estos correos"),
        website=_keep_good(identity.website),
    )


def _keep_good(url: str) -> str:
    return url if find_link_problem(url) is None else ""


def name_when() -> str:
    """Return the label of an event's date."""
    return _("Cuándo")


def name_where() -> str:
    """Return the label of an event's place."""
    return _("Dónde")


def invite_to_event(title: str) -> str:
    """Return the text of the link to an event's page, which says which event (WCAG 2.4.4)."""
    return _("Ver los detalles: %(title)s", title=title)


def invite_to_news(title: str) -> str:
    """Return the text of the link to the whole piece of news, which says which one."""
    return _("Leer completo: %(title)s", title=title)


def invite_to_file(label: str) -> str:
    """Return the text of the link to a file."""
    return _("Descargar: %(label)s", label=label)


def describe_file(label: str, type_name: str, size: int) -> str:
    """Return a file's name, type and size, «Calendario (PDF, 1.2 MB)»; a type in the name is not said twice."""
    bare = label.removesuffix(f"({type_name})").rstrip()
    return _("%(label)s (%(type)s, %(size)s)", label=bare, type=type_name, size=describe_size(size))


def invite_to_calendar(title: str) -> str:
    """Return the text of the link to an event's file for calendars."""
    return _("Agregar al calendario: %(title)s", title=title)


def name_picture(alt: str) -> str:
    """Return what stands for a picture in plain text."""
    return _("[Imagen: %(alt)s]", alt=alt)


def point_below() -> str:
    """Return the jump from the top to this language's part of a message in two languages."""
    return _("Versión en español más abajo")


def quote(text: str) -> str:
    """Return `text` in the quotation marks of the language."""
    return _("«%(text)s»", text=text)
