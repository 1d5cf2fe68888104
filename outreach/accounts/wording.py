"""How roles and browsers are called on pages."""

from outreach.accounts.rules import Role
from outreach.translation import gettext
from outreach.translation import lazy_gettext as _

ROLE_NAMES = {
    Role.WRITER: _("Redacción"),
    Role.REVIEWER: _("Revisión"),
    Role.ADMINISTRATOR: _("Administración"),
    Role.READER: _("Consulta"),
}
ROLE_PURPOSES = {
    Role.WRITER: _("Escribe campañas, las programa y lleva las listas de personas."),
    Role.REVIEWER: _("Da el visto bueno a lo que otras personas escriben, y lo programa."),
    Role.ADMINISTRATOR: _("Todo lo anterior, y además los ajustes, las cuentas y los cierres."),
    Role.READER: _("Solo mira: campañas, bitácora e informes."),
}
# The first that is found counts: browsers also name the ones they descend from.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def role_name(role: Role) -> str:
    """Return what `role` is called in the current language."""
    return str(ROLE_NAMES[role])


def browser_name(user_agent: str) -> str:
    """Return a browser in words, «Firefox en Windows», or what it says of itself."""
    browser = _find_first(_BROWSERS, user_agent)
    system = _find_first(_SYSTEMS, user_agent)
    if browser and system:
        return gettext("%(browser)s en %(system)s", browser=browser, system=system)
    return user_agent or gettext("Navegador desconocido")


def _find_first(names: dict[str, str], user_agent: str) -> str | None:
    return next((name for word, name in names.items() if word in user_agent), None)
