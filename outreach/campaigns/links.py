"""Which links a message may carry (H-05, H-21): addresses that anybody can open and that say where they lead."""

import ipaddress
import re
from urllib.parse import unquote, urlsplit

import idna

from outreach.translation import gettext as _

SHORTENERS = frozenset(
    {
        "bit.ly", "bitly.com", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "lnkd.in", "ow.ly", "rb.gy", "rebrand.ly",
        "s.id", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com", "urlz.fr", "v.gd", "x.gd",
    }
)  # fmt: skip
VAGUE_WORDS = frozenset(
    {
        "acá", "aqui", "aquí", "clic aqui", "clic aquí", "click aqui", "click aquí", "da clic aquí", "haz clic aquí",
        "haga clic aquí", "pulse aquí", "continuar", "enlace", "esta liga", "este enlace", "leer mas", "leer más",
        "liga", "más", "más información", "página", "saber más", "sitio", "ver mas", "ver más",
        "click", "click here", "continue", "here", "learn more", "link", "more", "more information", "page",
        "read more", "see more", "site", "this", "this link",
    }
)  # fmt: skip
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f\\<>\"`{}|^]")
_ADDRESS = re.compile(r"[a-z0-9._%+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
_HOST_IN_TEXT = re.compile(r"(?:https?://|www\.)([^\s/?#]+)", re.IGNORECASE)
_INNER_ENDINGS = (".local", ".localhost", ".internal", ".intranet", ".lan", ".home.arpa", ".test", ".invalid", ".onion")


def holds_placeholder(url: str) -> bool:
    """Tell whether somebody put a placeholder into a link, plain or percent-encoded."""
    return "{{" in unquote(url)


def find_link_problem(url: str) -> str | None:
    """Say in one sentence why a message may not carry `url`; None when it may."""
    if holds_placeholder(url):
        return _("El enlace «%(url)s» lleva un marcador: escriba la dirección completa.", url=url)
    if url.lower().startswith("mailto:"):
        return _find_mailto_problem(url)
    if not url.lower().startswith("https://"):
        return _("El enlace debe empezar con https:// y dice «%(url)s»: escriba la dirección completa.", url=url)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        host, port = "", None
    if not host or _FORBIDDEN.search(url) or "@" in parts.netloc or port not in {None, 443}:
        return _("El enlace «%(url)s» está mal escrito: cópielo de nuevo desde el navegador.", url=url)
    return _find_host_problem(url, host)


def _find_mailto_problem(url: str) -> str | None:
    address, _mark, query = url[len("mailto:") :].partition("?")
    if not _ADDRESS.fullmatch(address) or _FORBIDDEN.search(unquote(query).replace(" ", "")):
        return _("El enlace de correo «%(url)s» está mal escrito: escriba «mailto:» y una sola dirección.", url=url)
    return None


def _find_host_problem(url: str, host: str) -> str | None:
    if _is_inner(host):
        return _("El enlace «%(url)s» apunta a una red interna: use la dirección pública de la página.", url=url)
    try:
        name = idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return _("El enlace «%(url)s» está mal escrito: cópielo de nuevo desde el navegador.", url=url)
    if name.removeprefix("www.") in SHORTENERS:
        return _(
            "El enlace «%(url)s» está acortado: escriba la dirección completa para que se vea adónde lleva.", url=url
        )
    return None


def _is_inner(host: str) -> bool:
    """Tell whether `host` is a number, in any of its spellings, or a name that only an inner network knows."""
    last = host.rpartition(".")[2]
    return (
        "." not in host or last.isdigit() or last.startswith("0x") or _is_number(host) or host.endswith(_INNER_ENDINGS)
    )


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_vague(text: str) -> bool:
    """Tell whether a link's text says nothing by itself, as «aquí» or «read more» do (WCAG 2.4.4)."""
    words = re.sub(r"[^\w\s]|_", " ", text.casefold())
    return " ".join(words.split()) in VAGUE_WORDS | {""}


def pretends_elsewhere(text: str, url: str) -> bool:
    """Tell whether the text of a link looks like the address of another site than the one it leads to."""
    shown = _HOST_IN_TEXT.match(text.strip())
    if not shown:
        return False
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return shown[1].casefold().removeprefix("www.") != host
