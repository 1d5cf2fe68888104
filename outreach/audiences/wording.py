"""How audiences, people and imports are put into words."""

from collections.abc import Mapping

from outreach.audiences.importing import ImportResult
from outreach.audiences.models import Audience
from outreach.audiences.rules import ConsentAction, ImportState, SuppressionReason
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
CONSENT_ACTIONS = {
    ConsentAction.GRANT: lazy_gettext("Se suscribió"),
    ConsentAction.WITHDRAW: lazy_gettext("Se dio de baja"),
    ConsentAction.ANNUL: lazy_gettext("Se anuló la importación que lo registró"),
}
# What the trail says of somebody; consents tell the rest.
ACTIONS = {
    "add": lazy_gettext("Entró al sistema"),
    "rectify": lazy_gettext("Se corrigieron sus datos"),
    "suppress": lazy_gettext("Su dirección quedó en exclusión"),
    "lift": lazy_gettext("Se quitó la exclusión"),
    "erase": lazy_gettext("Se suprimieron sus datos"),
    "access": lazy_gettext("Se descargaron sus datos"),
}
# What a row of a file wants, and where a file stands with the tone of its badge.
PROBLEM_LABELS = {
    "refused": lazy_gettext("Con error"),
    "kept_out": lazy_gettext("Queda fuera"),
    "note": lazy_gettext("Entra, con aviso"),
}
IMPORT_LABELS = {
    ImportState.MAPPING: (lazy_gettext("Por revisar sus columnas"), "neutral"),
    ImportState.CHECKING: (lazy_gettext("Revisándose"), "working"),
    ImportState.CHECKED: (lazy_gettext("Por confirmar"), "warning"),
    ImportState.ENTERING: (lazy_gettext("Entrando"), "working"),
    ImportState.DONE: (lazy_gettext("Importado"), "good"),
    ImportState.UNDOING: (lazy_gettext("Deshaciéndose"), "working"),
    ImportState.UNDONE: (lazy_gettext("Deshecho"), "neutral"),
    ImportState.FAILED: (lazy_gettext("No se pudo leer"), "bad"),
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
    return describe_figures({**result.as_json(), "refused": len(result.refused), "kept_out": len(result.kept_out)})


def describe_figures(figures: Mapping[str, int]) -> str:
    """Return the figures of an import as a sentence: «412 filas: 398 nuevas, 9 se actualizan, 5 con error.»."""
    parts = [
        ngettext("%(num)s nueva", "%(num)s nuevas", figures["new"]),
        ngettext("%(num)s se actualiza", "%(num)s se actualizan", figures["updated"]),
        _("%(num)s con error", num=figures["refused"]),
    ]
    if figures["kept_out"]:
        parts.append(ngettext("%(num)s queda fuera", "%(num)s quedan fuera", figures["kept_out"]))
    rows = ngettext("%(num)s fila", "%(num)s filas", figures["rows"])
    return f"{rows}: {', '.join(parts)}."


def describe_attributes(result: ImportResult) -> str:
    """Name the columns that become attributes, or return an empty text."""
    if not result.attributes:
        return ""
    return _(
        "Estas columnas se guardan como datos de cada persona, que un mensaje puede citar: %(names)s.",
        names=", ".join(result.attributes),
    )
