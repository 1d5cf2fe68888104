"""One strict reading of an e-mail address: what it accepts is safe on an SMTP line and in a header (X-02)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from outreach.errors import OutreachError
from outreach.translation import gettext as _

LONGEST_ADDRESS = 254
_LONGEST_LOCAL = 64
_LONGEST_SHOWN = 80
# A list repeats its domains: a hundred thousand rows name a few thousand.
_DOMAINS_REMEMBERED = 8192

# What stands before the @ in almost every address; the rest takes the slow way. `%` and `!` are routes.
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*")
# The same for domains: letters, digits and single hyphens, ending in letters; reserved endings take the slow way.
_PLAIN_DOMAIN = re.compile(r"(?:[a-z0-9](?:-?[a-z0-9]){0,31}\.){1,6}[a-z]{2,24}", re.IGNORECASE | re.ASCII)
_RESERVED_ENDINGS = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
_SAFE = re.compile(r"[^\s<>()\[\],;:\\\"@%!\x00-\x1f\x7f-\x9f]+@[a-z0-9.-]+")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class AddressError(OutreachError):
    """A text is no e-mail address that this system writes to."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address: `email` goes to the mail server, `display` is what was typed, `key` tells people apart (F-22)."""

    email: str
    display: str
    key: str
    is_ascii: bool


def parse_address(text: str) -> Address:
    """Read one bare address, spaces around it aside; raise AddressError with what is wrong with it."""
    typed = text.strip(" \t\xa0")
    local, _at, domain = typed.rpartition("@")
    if not _PLAIN_LOCAL.fullmatch(local):
        local = _check_local(typed, local, domain)
    ascii_domain = _encode_domain(domain)
    email = f"{local}@{ascii_domain}"
    too_long = len(local.encode()) > _LONGEST_LOCAL or len(email.encode()) > LONGEST_ADDRESS
    if ascii_domain is None or too_long or not _SAFE.fullmatch(email):
        raise _refuse(typed)
    if local.isascii():
        return Address(email, typed, f"{local.lower()}@{ascii_domain}", is_ascii=True)
    folded = unicodedata.normalize("NFC", local.casefold())
    return Address(email, typed, f"{folded}@{ascii_domain}", is_ascii=False)


def _check_local(typed: str, local: str, domain: str) -> str:
    """Return an unusual part before the @ in NFC (RFC 6532 §3.1), or refuse the address."""
    if not domain or _find_fault(typed):
        raise _refuse(typed)
    try:
        found = validate_email(f"{local}@example.org", check_deliverability=False)
    except EmailNotValidError as problem:
        raise _refuse(typed) from problem
    return found.local_part or ""


@lru_cache(maxsize=_DOMAINS_REMEMBERED)
def _encode_domain(domain: str) -> str | None:
    """Return the domain as lower-case A-labels (UTS 46, F-20), or None if it cannot receive mail."""
    if _PLAIN_DOMAIN.fullmatch(domain):
        lowered = domain.lower()
        if lowered.rpartition(".")[2] not in _RESERVED_ENDINGS:
            return lowered
    try:
        return validate_email(f"x@{domain}", check_deliverability=False).ascii_domain.lower()
    except EmailNotValidError:
        return None


def _refuse(typed: str) -> AddressError:
    shown = _UNSEEN.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), typed)
    if len(shown) > _LONGEST_SHOWN:
        shown = shown[:_LONGEST_SHOWN] + "…"
    if not typed:
        return AddressError(_("Falta la dirección de correo."))
    fault = _find_fault(typed) or _find_fault_of_part(typed)
    return AddressError(_("La dirección «%(address)s» no sirve: %(fault)s.", address=shown, fault=fault))


def _find_fault(typed: str) -> str | None:
    """Name what is wrong with the whole, the most telling fault first."""
    if _UNSEEN.search(typed):
        return _("contiene un carácter invisible o de control; escríbala de nuevo")
    if len(typed.encode()) > LONGEST_ADDRESS:
        return _("mide más de %(most)s octetos", most=LONGEST_ADDRESS)
    for marks, fault in (
        ("<>", _("escriba solo la dirección, sin nombre ni los signos < >")),
        ('"\\', _("lleva comillas o una diagonal inversa")),
        ("()", _("lleva un comentario entre paréntesis")),
        (",;", _("parecen ser varias; escriba una sola")),
        ("%!", _("lleva signos de ruta de servidores")),
    ):
        if any(mark in typed for mark in marks):
            return fault
    if typed.startswith("@") and ":" in typed:
        return _("lleva una ruta de servidores")
    if any(character.isspace() for character in typed):
        return _("lleva espacios")
    return None if typed.count("@") == 1 else _("debe llevar una sola arroba (@)")


def _find_fault_of_part(typed: str) -> str:
    local, _at, domain = typed.rpartition("@")
    if not local:
        return _("falta lo que va antes de la arroba")
    if len(local.encode()) > _LONGEST_LOCAL:
        return _("lo que va antes de la arroba mide más de %(most)s octetos", most=_LONGEST_LOCAL)
    if not domain:
        return _("falta el dominio, que va después de la arroba")
    if _encode_domain(domain) is None:
        return _(
            "el dominio «%(domain)s» no puede recibir correo; revise lo que va después de la arroba", domain=domain
        )
    return _("revise lo que va antes de la arroba; sobran puntos o hay signos que no se admiten")
