"""Passwords: what is accepted, how it is kept (argon2id), and how it is checked in the same time for everybody."""

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from outreach.accounts.errors import WeakPasswordError
from outreach.translation import gettext as _

SHORTEST = 12
# Longer texts only cost time: nobody remembers them.
LONGEST = 256
_GENERATED_BYTES = 15

# OWASP's argon2id settings with 46 MiB, run once more than it asks for.
_hasher = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)


def check_password_rules(password: str, email: str) -> None:
    """Raise WeakPasswordError unless `password` is long enough and is not the address itself."""
    if len(password) < SHORTEST:
        raise WeakPasswordError(_("La contraseña debe tener al menos %(number)s caracteres.", number=SHORTEST))
    if len(password) > LONGEST:
        raise WeakPasswordError(_("La contraseña puede tener hasta %(number)s caracteres.", number=LONGEST))
    address = email.lower()
    if password.strip().lower() in {address, address.partition("@")[0]}:
        raise WeakPasswordError(_("La contraseña no puede ser la dirección de correo: elija otra."))
    if len(set(password)) == 1:
        raise WeakPasswordError(_("La contraseña no puede repetir un solo carácter: elija otra."))


def generate_password() -> str:
    """Return a password that nobody guesses (120 bits)."""
    return secrets.token_urlsafe(_GENERATED_BYTES)


def hash_password(password: str) -> str:
    """Return the argon2id hash of `password`, with its salt and settings."""
    return _hasher.hash(password)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash(generate_password())


def is_password(password: str, password_hash: str | None) -> bool:
    """Tell whether `password` belongs to the hash; None, for an unknown account, takes the same time and is False."""
    try:
        return _hasher.verify(password_hash or _nobodys_hash(), password[: LONGEST + 1]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Tell whether the hash was made with other settings than today's, and is due to be made again."""
    return _hasher.check_needs_rehash(password_hash)
