"""The last steps of signing in, whichever way somebody came."""

from urllib.parse import urlsplit

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts import service
from outreach.accounts.access import SESSION_LANGUAGE, SESSION_TOKEN
from outreach.accounts.models import User
from outreach.db import db
from outreach.translation import LANGUAGES

SECOND_STEP = "second_step"
_SECONDS = 300


def let_in(user: User, target: str | None) -> Response:
    """Open a session for somebody whose identity is established, whatever the browser brought; commits."""
    token = service.open_session(user, request.remote_addr or "", request.user_agent.string)
    chosen = session.get(SESSION_LANGUAGE)
    # A language that was chosen on the sign-in page stays with the person, as on every other page.
    if chosen in LANGUAGES and chosen != user.language:
        service.set_language(user, chosen)
    db.session.commit()
    session.clear()
    session[SESSION_TOKEN] = token
    return redirect(safe_target(target), 303)


def ask_second_step(user: User, target: str | None) -> Response:
    """Lead somebody whose password was right on to the code; the browser keeps for five minutes who it is."""
    db.session.commit()
    session[SECOND_STEP] = [user.id, int(clock.now().timestamp()), safe_target(target)]
    return redirect(url_for("accounts.second_step"), 303)


def find_waiting() -> tuple[User, str] | None:
    """Return who is to give a code, and where they want to go; None when nobody is, or it took too long."""
    kept = session.get(SECOND_STEP)
    if not kept or clock.now().timestamp() - kept[1] > _SECONDS:
        return None
    user = db.session.get(User, kept[0])
    return (user, kept[2]) if user and user.is_active and user.second_factor_nonce else None


def safe_target(wanted: str | None) -> str:
    """Return `wanted` when it is a page of this site, else the first page."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or any(c < " " for c in wanted):
        return "/"
    return "/" if urlsplit(wanted).netloc else wanted
