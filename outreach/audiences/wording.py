"""How audiences, people and imports are put into words."""

from outreach.audiences.importing import ImportResult
from outreach.audiences.models import Audience
from outreach.audiences.rules import SuppressionReason
from outreach.audiences.service import BY_STAFF, ONE_CLICK, UNSUBSCRIBE_PAGE
from outreach.translation import current_language, lazy_gettext, ngettext
from outreach.translation import gettext as _

# A member's state: the word, and the tone of its badge.
MEMBER_LABELS = {
    "subscribed": (lazy_gettext("Suscripción vigente"), "good"),
    "left": (lazy_gettext("Se dio de baja"), "neutral"),
    "excluded": (lazy_gettext("En exclusión"), "bad"),
}
EXCLUSIONS = {
    SuppressionReason.BOUNCE: lazy_gettext("la dirección no existe o rebota"),
    SuppressionReason.COMPLAINT: lazy_gettext("se quejó del envío"),
    SuppressionReason.OPPOSITION: lazy_gettext("se opone a recibir correos"),
    SuppressionReason.MANUAL: lazy_gettext("decisión del área"),
}
# Where a withdrawal came from; every other source is somebody's own words.
SOURCES = {
    ONE_CLICK: lazy_gettext("un clic en su programa de correo"),
    UNSUBSCRIBE_PAGE: lazy_gettext("la página de baja"),
    BY_STAFF: lazy_gettext("lo registró el personal"),
}


def pick_name(audience: Audience) -> str:
    """Return an audience's name in the language of the moment."""
    return audience.name_en if current_language() == "en" else audience.name_es


def describe_result(result: ImportResult) -> str:
    """Return the figures as a sentence: «412 filas: 398 nuevas, 9 se actualizan, 5 con error.»."""
    parts = [
        ngettext("%(num)s nueva", "%(num)s nuevas", result.new),
        ngettext("%(num)s se actualiza", "%(num)s se actualizan", result.updated),
        _("%(num)s con error", num=len(result.refused)),
    ]
    if result.kept_out:
        parts.append(ngettext("%(num)s queda fuera", "%(num)s quedan fuera", len(result.kept_out)))
    rows = ngettext("%(num)s fila", "%(num)s filas", result.rows)
    return f"{rows}: {', '.join(parts)}."


def describe_attributes(result: ImportResult) -> str:
    """Name the columns that become attributes, or return an empty text."""
    if not result.attributes:
        return ""
    return _(
        "Estas columnas se guardan como datos de cada persona, que un mensaje puede citar: %(names)s.",
        names=", ".join(result.attributes),
    )
