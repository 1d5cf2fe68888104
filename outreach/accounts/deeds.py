"""How the audit trail names what people did; a deed that is not named here is shown as the program calls it."""

from typing import Any

from babel.support import LazyProxy
from flask import current_app, url_for

from outreach.accounts.access import may_open
from outreach.accounts.audit import COMMAND_LINE
from outreach.translation import gettext
from outreach.translation import lazy_gettext as _

SUBJECTS: dict[str, LazyProxy] = {
    "campaign": _("campaña"),
    "delivery": _("entrega"),
    "dispatch": _("línea de la bitácora"),
    "contact": _("persona de las audiencias"),
    "audience": _("audiencia"),
    "suppression": _("exclusión"),
    "series": _("serie"),
    "edition": _("edición"),
    "goal": _("meta"),
    "closing": _("cierre"),
    "log_import": _("importación de una tabla"),
    "layout": _("formato de tabla"),
    "word_template": _("plantilla de Word"),
    "phrases": _("frases de los informes"),
    "kind": _("tipo de envío"),
    "sender": _("remitente"),
    "institution": _("institución"),
    "period": _("periodo restringido"),
    "day": _("día inhábil"),
    "days_off": _("días inhábiles"),
    "file": _("archivo"),
    "saved_filter": _("filtro guardado"),
    "user": _("cuenta"),
    "session": _("sesión"),
    "sign-in": _("entrada"),
    "second-factor": _("segundo paso"),
    "recovery-code": _("código de reserva"),
    "recovery-codes": _("códigos de reserva"),
    "mail-server": _("servidor de correo"),
    "installation": _("instalación"),
}

_ACTIONS: dict[str, LazyProxy] = {
    "activate": _("activó"),
    "add": _("agregó"),
    "approve": _("dio el visto bueno"),
    "arm": _("confirmó que se envía desde aquí"),
    "cancel": _("detuvo"),
    "close": _("cerró"),
    "close-sessions": _("cerró las sesiones"),
    "correct": _("corrigió"),
    "create": _("creó"),
    "deactivate": _("desactivó"),
    "demand": _("exigió"),
    "discard": _("descartó"),
    "edit": _("editó"),
    "enter": _("anotó a mano"),
    "forget": _("borró, por antigüedad, rastros de"),
    "hold": _("retuvo"),
    "import": _("importó"),
    "keep": _("guardó"),
    "lift": _("levantó"),
    "link": _("dio un enlace para elegir contraseña"),
    "open": _("abrió"),
    "open-mail": _("leyó el correo como se envió"),
    "pause": _("puso en pausa"),
    "refuse": _("no acertó"),
    "release": _("empezó a enviar"),
    "remove": _("quitó"),
    "rename": _("cambió el nombre"),
    "renew": _("renovó"),
    "reopen": _("reabrió"),
    "resolve": _("resolvió"),
    "resume": _("reanudó"),
    "retire": _("retiró"),
    "return": _("devolvió con una nota"),
    "revoke": _("cerró"),
    "schedule": _("programó"),
    "set-language": _("cambió el idioma"),
    "set-password": _("cambió la contraseña"),
    "set-up": _("activó"),
    "skip": _("omitió"),
    "submit": _("pidió el visto bueno"),
    "subscribe": _("suscribió"),
    "suppress": _("excluyó"),
    "test": _("probó"),
    "undo": _("deshizo"),
    "unschedule": _("quitó la hora de salida"),
    "unsubscribe": _("dio de baja"),
    "use": _("usó"),
    "waive": _("dejó de exigir"),
    "withdraw": _("retiró"),
    "write": _("escribió"),
}

# The page of a subject, and what its address calls the number; only those that exist and may be opened are linked.
_PAGES = {
    "campaign": ("campaigns.show", "campaign_id"),
    "delivery": ("dispatch.show_delivery", "delivery_id"),
    "dispatch": ("logbook.show", "line_id"),
    "contact": ("audiences.show_person", "contact_id"),
    "user": ("settings.edit_person", "user_id"),
}


def name_action(action: str) -> str:
    """Return what somebody did, in words."""
    return str(_ACTIONS.get(action, action))


def name_subject(subject: str) -> str:
    """Return what it was done to, in words."""
    return str(SUBJECTS.get(subject, subject))


def name_origin(origin: str) -> str:
    """Return where it was done: from an address, at the command line, by the program's clock, or by a reader."""
    names = {
        COMMAND_LINE: gettext("línea de órdenes o programa"),
        "scheduler": gettext("el programa"),
        "public": gettext("la propia persona"),
    }
    return names.get(origin, origin)


def find_page(subject: str, subject_id: int | None) -> str:
    """Return the address of what an entry speaks of; empty where it has no page."""
    endpoint, argument = _PAGES.get(subject, ("", ""))
    if not subject_id or endpoint not in current_app.view_functions or not may_open(endpoint):
        return ""
    values: dict[str, Any] = {argument: subject_id}
    return url_for(endpoint, **values)
