"""Pages without sign-in: leaving an audience, by one click in the mail program or on a page (RFC 8058).

Opening a link changes nothing, because programs open links before people do (X-31); only a POST that says what it wants
does. The token in the address is what a form token is elsewhere, so these forms carry no other and need no cookie.
"""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from markupsafe import Markup
from sqlalchemy import select

from outreach import clock
from outreach.accounts import visitors
from outreach.accounts.access import public
from outreach.audiences.models import Audience, Contact
from outreach.audiences.queries import find_contact_by_public_id, list_subscriptions
from outreach.audiences.service import ONE_CLICK, UNSUBSCRIBE_PAGE, Evidence, unsubscribe
from outreach.audiences.tokens import PROOF_TOKEN, read_token
from outreach.campaigns.models import Institution
from outreach.config import current_config
from outreach.db import db
from outreach.translation import LANGUAGES, speaking
from outreach.translation import gettext as _
from outreach.web.security import csrf

_WHY_OPEN = "whoever gets our mail may leave without an account; the token in the address says who and which audience"

blueprint = Blueprint("public", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a token leads: somebody, the audience of the message, and what they still receive."""

    contact: Contact
    audience: Audience
    is_lasting: bool
    others: int


@blueprint.get("/baja/<token>")
@public(_WHY_OPEN)
def confirm_unsubscribe(token: str) -> tuple[str, int]:
    """Ask whether to leave; nothing changes."""
    if token == PROOF_TOKEN:
        return _render("public/_test.html", list(LANGUAGES), None), 200
    place = _find_place(token)
    if place is None:
        return _show_unknown()
    return _show("public/_confirm.html" if place.is_lasting else "public/_done.html", place)


@blueprint.post("/baja/<token>")
@csrf.exempt  # type: ignore[untyped-decorator] # Flask-WTF ships no types
@public(_WHY_OPEN)
def leave(token: str) -> tuple[str, int]:
    """Leave the audience, or all; a body that asks for neither changes nothing. Never a redirect."""
    place = _find_place(token)
    if place is None:
        return _show_unknown()
    if request.form.get("List-Unsubscribe") == "One-Click":
        unsubscribe(place.contact, place.audience, Evidence(ONE_CLICK, "List-Unsubscribe=One-Click"))
    elif request.form.get("confirm") == "yes":
        audience = None if request.form.get("everything") == "yes" else place.audience
        unsubscribe(place.contact, audience, Evidence(UNSUBSCRIBE_PAGE, _read_words(place)))
    else:
        return _show("public/_confirm.html", place)
    db.session.commit()
    return _show("public/_done.html", _find_place(token) or place)


def _read_words(place: _Place) -> str:
    """Return the sentence that the page asked with, as part of the evidence."""
    language = request.form.get("language")
    with speaking(language):
        name = place.audience.name_en if language == "en" else place.audience.name_es
        return _("¿Quiere dejar de recibir los correos de «%(audience)s»?", audience=name)


def _find_place(token: str) -> _Place | None:
    found = read_token(current_config().secret_key, token)
    if found is None:
        return None
    contact = find_contact_by_public_id(found[0])
    places = list_subscriptions(contact.id) if contact else []
    place = next((place for place in places if place.audience_id == found[1]), None)
    if contact is None or place is None:
        return None
    others = sum(1 for other in places if other.ended_at is None and other is not place)
    return _Place(contact, place.audience, place.ended_at is None, others)


def _show(template: str, place: _Place) -> tuple[str, int]:
    known = place.contact.language in LANGUAGES
    return _render(template, [place.contact.language or ""] if known else list(LANGUAGES), place), 200


def _show_unknown() -> tuple[str, int]:
    """Answer alike to a forged token and to one whose person is gone; who tries many has to wait."""
    is_flooding = visitors.is_flooding(request.remote_addr or "", clock.now())
    db.session.commit()
    if is_flooding:
        abort(429)
    return _render("public/_unknown.html", list(LANGUAGES), None), 404


def _render(template: str, languages: list[str], place: _Place | None) -> str:
    """Render a page with the same part in each language, one under the other."""
    parts = []
    institution = db.session.scalar(select(Institution).order_by(Institution.id).limit(1))
    for language in languages:
        with speaking(language):
            part = render_template(template, place=place, language=language, address=_mask(place))
            parts.append((language, Markup(part)))  # noqa: S704 a template of ours, escaped when it was rendered
    with speaking(languages[0]):
        return render_template("public/page.html", parts=parts, languages=languages, institution=institution)


def _mask(place: _Place | None) -> str:
    """Return the address with its middle hidden: a message that was passed on does not reveal it."""
    local, _at, domain = place.contact.email.rpartition("@") if place else ("", "", "")
    return f"{local[:1]}•••@{domain}"
