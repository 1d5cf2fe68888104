"""What mails show and link to: pictures, files and dates for calendars, the same for all who know the address."""

from flask import Blueprint, Response, abort, send_file

from outreach.accounts.access import public
from outreach.campaigns.calendars import CalendarFile, find_calendar_file
from outreach.media import storage
from outreach.media.queries import find_file
from outreach.web.downloads import safe_filename

blueprint = Blueprint("files", __name__)

_YEAR = 365 * 86_400
_MINUTES = 300
_POLICY = "default-src 'none'; sandbox"
_WHY_FILES = "whoever gets our mail sees its pictures and opens its files; the address cannot be guessed"
_WHY_DATES = "whoever gets our mail may keep its dates; the address carries a signature"


@blueprint.get("/archivos/<key>.<extension>")
@public(_WHY_FILES, is_same_for_all=True)
def show(key: str, extension: str) -> Response:
    """Send one stored file; a picture is shown, anything else is saved and never run."""
    stored = find_file(key)
    if stored is None or stored.extension != extension or not storage.find_path(stored.sha256).is_file():
        abort(404)
    response = send_file(
        storage.find_path(stored.sha256),
        mimetype=stored.type.content_type,
        as_attachment=not stored.type.is_picture,
        download_name=_name(stored.name, extension),
        etag=stored.sha256[:32],
        max_age=_YEAR,
    )
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.immutable = True
    return _fence(response)


@blueprint.get("/calendario/<token>.<language>.ics")
@public(_WHY_DATES, is_same_for_all=True)
def calendar(token: str, language: str) -> Response:
    """Send one event for the reader's calendar, as the campaign says it now."""
    found = find_calendar_file(token, language)
    return _fence(_send_calendar(found)) if found else abort(404)


def _send_calendar(found: CalendarFile) -> Response:
    response = Response(found.content, content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=_name(found.title, "ics"))
    response.cache_control.public = True
    response.cache_control.max_age = _MINUTES
    return response


def _name(name: str, extension: str) -> str:
    """Return the name a file is saved under: the original's, with the ending of what it now is."""
    stem = safe_filename(name).rpartition(".")[0] if "." in name else safe_filename(name)
    return f"{stem or 'archivo'}.{extension}"


def _fence(response: Response) -> Response:
    """Let mail programs on other sites show it, and keep it from doing anything."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
