"""Roles and what each may do."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for; the value is what the command line and the database say."""

    WRITER = "redaccion"
    REVIEWER = "revision"
    ADMINISTRATOR = "administracion"
    READER = "consulta"


class Permission(StrEnum):
    """One thing that may or may not be done; OPEN_MAIL is reading the mail of one person, as it was sent to them."""

    READ = "read"
    WRITE = "write"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    OPEN_MAIL = "open-mail"
    CONFIGURE = "configure"


_PERMISSIONS = {
    Role.READER: {Permission.READ},
    Role.WRITER: {Permission.READ, Permission.WRITE, Permission.SCHEDULE, Permission.OPEN_MAIL},
    Role.REVIEWER: {Permission.READ, Permission.APPROVE, Permission.SCHEDULE, Permission.OPEN_MAIL},
    Role.ADMINISTRATOR: set(Permission),
}


def is_allowed(role: Role, permission: Permission) -> bool:
    """Tell whether somebody with `role` may do `permission`."""
    return permission in _PERMISSIONS[role]
