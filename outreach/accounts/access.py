"""Who may open which page: every view says so, and a view that does not is refused."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as BaseResponse

from outreach import clock
from outreach.accounts.audit import acting_from
from outreach.accounts.models import User, UserSession
from outreach.accounts.queries import find_session
from outreach.accounts.rules import Permission, is_allowed
from outreach.accounts.second_factor import lacks_demanded
from outreach.accounts.service import note_use
from outreach.config import current_config
from outreach.db import db
from outreach.translation import LANGUAGES, speaking

View = TypeVar("View", bound=Callable[..., Any])

SESSION_TOKEN = "token"  # noqa: S105 - the name of a place, not a secret
SESSION_LANGUAGE = "language"
_MARK = "outreach_access"


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks for: a permission, or None with the reason why it is open to everybody.

    A view that is the same for everybody does not ask who is there, so that any cache on the way may keep its answer.
    """

    permission: Permission | None
    reason: str = ""
    is_same_for_all: bool = False


class UnclassifiedViewError(RuntimeError):
    """A view carries neither `requires` nor `public`: a defect of the program, not of the request."""


def requires(permission: Permission = Permission.READ) -> Callable[[View], View]:
    """Open a view to people who are signed in and have `permission`; stands below the route's decorator."""
    return _mark(Access(permission))


def public(reason: str, *, is_same_for_all: bool = False) -> Callable[[View], View]:
    """Open a view to everybody; `reason` says why, for whoever reviews the list."""
    return _mark(Access(None, reason, is_same_for_all))


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _MARK, access)
        return view

    return mark


def find_access(endpoint: str) -> Access | None:
    """Return what the view behind `endpoint` asks for; None when it says nothing, or when there is none."""
    return getattr(current_app.view_functions.get(endpoint), _MARK, None)


def find_current_user() -> User | None:
    """Return the person who is signed in, as a row of this request's database session."""
    current = find_current_session()
    return current.user if current else None


def find_current_session() -> UserSession | None:
    """Return the signed-in browser's session; None when nobody is signed in."""
    return cast("UserSession | None", g.get("user_session"))


def get_current_user() -> User:
    """Return the person who is signed in; 401 when nobody is."""
    return find_current_user() or abort(401)


# The person who is signed in, for views; a proxy: give `get_current_user()` where a row itself is needed.
current_user = cast("User", LocalProxy(get_current_user))


def may_open(endpoint: str) -> bool:
    """Tell whether the person who is signed in may open the page `endpoint`; for menus and buttons."""
    access = find_access(endpoint)
    return access is not None and (access.permission is None or may(access.permission))


def may(permission: Permission | str) -> bool:
    """Tell whether the person who is signed in has `permission`."""
    user = find_current_user()
    return user is not None and is_allowed(user.role, Permission(permission))


def install_access(app: Flask) -> None:
    """Recognise who is there, speak their language, and guard every view."""
    app.before_request(_recognise)
    app.before_request(_guard)
    app.teardown_request(_forget)
    app.jinja_env.globals.update(may_open=may_open, may=may)
    app.context_processor(lambda: {"current_user": find_current_user()})


def _recognise() -> None:
    g.user_session = None if _is_same_for_all() else _load_session()
    user = find_current_user()
    language = user.language if user else _choose_language()
    g.surroundings = ExitStack()
    g.surroundings.enter_context(speaking(language))
    g.surroundings.enter_context(acting_from(request.remote_addr or "web"))


def _is_same_for_all() -> bool:
    access = find_access(request.endpoint) if request.endpoint else None
    return request.blueprint == "web" or (access is not None and access.is_same_for_all)


def _load_session() -> UserSession | None:
    token = session.get(SESSION_TOKEN)
    now = clock.now()
    found = find_session(token, now) if token else None
    if found and note_use(found, now):
        db.session.commit()
    return found


def _choose_language() -> str:
    if _is_same_for_all():
        return current_config().language
    chosen = session.get(SESSION_LANGUAGE)
    return chosen or request.accept_languages.best_match(LANGUAGES) or current_config().language


def _forget(_problem: BaseException | None) -> None:
    surroundings = g.pop("surroundings", None)
    if surroundings is not None:
        surroundings.close()


def _guard() -> BaseResponse | None:
    if request.endpoint is None:
        return None
    access = find_access(request.endpoint)
    if access is None:
        message = f"{request.endpoint} needs @requires or @public"
        raise UnclassifiedViewError(message)
    if access.permission is None:
        return None
    user = find_current_user()
    if user is None:
        return _ask_to_sign_in()
    if not is_allowed(user.role, access.permission):
        abort(403)
    # One's own account stays open: there the second step is set up.
    if request.blueprint != "accounts" and lacks_demanded(user):
        return redirect(url_for("accounts.show_second_factor"), 303)
    return None


def _ask_to_sign_in() -> BaseResponse:
    """Send a browser to the sign-in page and back afterwards; a part of a page tells the whole page to go there."""
    is_part = "HX-Request" in request.headers
    wanted = request.full_path.rstrip("?") if request.method == "GET" and not is_part else None
    target = url_for("accounts.sign_in", next=None if wanted == "/" else wanted)
    if is_part:
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)
