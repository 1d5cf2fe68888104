"""Roles and what each may do."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for; the value is what the command line and the database say."""

    WRITER = "redaccion"
    REVIEWER = "revision"
    ADMINISTRATOR = "administracion"
    READER = "consulta"


class Permission(StrEnum):
    """One thing that may or may not be done."""

    READ = "read"
    WRITE = "write"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    CONFIGURE = "configure"


_PERMISSIONS = {
    Role.READER: {Permission.READ},
    Role.WRITER: {Permission.READ, Permission.WRITE, Permission.SCHEDULE},
    Role.REVIEWER: {Permission.READ, Permission.APPROVE, Permission.SCHEDULE},
    Role.ADMINISTRATOR: set(Permission),
}


def is_allowed(role: Role, permission: Permission) -> bool:
    """Tell whether somebody with `role` may do `permission`."""
    return permission in _PERMISSIONS[role]
