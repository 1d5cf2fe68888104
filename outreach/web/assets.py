"""The style sheets and scripts of the pages, served under addresses that change with their content."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory, url_for

_FOLDER = Path(__file__).parent / "static"
_YEAR = 31_536_000

blueprint = Blueprint("web", __name__, template_folder="templates")


@lru_cache
def _fingerprint(filename: str) -> str:
    return sha256((_FOLDER / filename).read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """Return the address of a file in `static/`; it changes with the content, so that browsers may keep it for good."""
    return url_for("web.static", filename=filename, v=_fingerprint(filename))


@blueprint.get("/static/<path:filename>")
def static(filename: str) -> Response:
    """Send one file, for a year when the address carries a version."""
    response = send_from_directory(_FOLDER, filename)
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR if "v" in request.args else 60
    response.cache_control.immutable = "v" in request.args
    return response
