"""What every answer says to the browser about what it may load, keep and reveal."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, make_response, request
from flask_wtf.csrf import CSRFProtect

from outreach.config import Config, current_config
from outreach.web.pictures import list_own_sites, withhold_foreign

csrf = CSRFProtect()

_DAY = 86_400
_HALF_A_YEAR = 182 * _DAY
_FORM_TOKEN_SECONDS = 10 * 3600
_LARGEST_REQUEST = 16 * 1024 * 1024
_LARGEST_FIELD = 2 * 1024 * 1024
_MOST_PARTS = 2000

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PREVIEW_POLICY = (
    "default-src 'none'; img-src {sites} data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "sandbox; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install_security(app: Flask, config: Config) -> None:
    """Set cookies, limits, form tokens and headers; a view's own Content-Security-Policy is left alone."""
    is_secure = config.base_url.startswith("https:")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-outreach" if is_secure else "outreach",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=_LARGEST_FIELD,
        MAX_FORM_PARTS=_MOST_PARTS,
        WTF_CSRF_TIME_LIMIT=_FORM_TOKEN_SECONDS,
        # The origin is compared below, which also works where the Referer header is withheld.
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    app.before_request(_refuse_foreign_origin)
    app.after_request(_add_headers)


def preview_response(html: str) -> Response:
    """Answer with somebody's mail for a frame of our own pages: it runs nothing, submits nothing, asks nobody else."""
    response = make_response(withhold_foreign(html))
    # In a sandbox 'self' is nobody, so our own sites are named.
    response.headers["Content-Security-Policy"] = _PREVIEW_POLICY.format(sites=" ".join(list_own_sites()))
    return response


def _refuse_foreign_origin() -> None:
    """Refuse a form sent from another site; a view that `csrf.exempt` lets through answers to everybody."""
    origin = request.headers.get("Origin")
    if not g.get("csrf_valid") or origin is None:
        return
    if urlsplit(origin).netloc not in {request.host, urlsplit(current_config().base_url).netloc}:
        abort(400)


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if current_config().base_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = f"max-age={_HALF_A_YEAR}"
    if not response.cache_control.public:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response
