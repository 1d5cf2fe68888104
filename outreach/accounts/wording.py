"""How roles are called on pages."""

from outreach.accounts.rules import Role
from outreach.translation import lazy_gettext as _

_ROLE_NAMES = {
    Role.WRITER: _("Redacción"),
    Role.REVIEWER: _("Revisión"),
    Role.ADMINISTRATOR: _("Administración"),
    Role.READER: _("Consulta"),
}


def role_name(role: Role) -> str:
    """Return what `role` is called in the current language."""
    return str(_ROLE_NAMES[role])
