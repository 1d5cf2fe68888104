"""What a reader will see: every rendition in a frame that runs nothing, and its text part (X-11)."""

from dataclasses import dataclass
from enum import StrEnum
from html import escape

from babel.support import LazyProxy
from flask import Response, abort, render_template, request

from outreach.accounts.access import get_current_user, may, requires
from outreach.accounts.queries import list_users
from outreach.accounts.rules import Permission
from outreach.audiences.models import Contact
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.composing import compose
from outreach.campaigns.labels import RENDITION_LABELS
from outreach.campaigns.models import Campaign
from outreach.campaigns.placeholders import fill
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.readers import fill_in, find_reader, list_readers, note_seen
from outreach.campaigns.rendering import list_renditions, render
from outreach.campaigns.rules import Rendition
from outreach.db import db
from outreach.translation import lazy_gettext as _
from outreach.web.pictures import has_foreign
from outreach.web.security import preview_response


class Screen(StrEnum):
    """What the message is looked at on."""

    DESKTOP = "escritorio"
    PHONE = "telefono"
    TEXT = "texto"


SCREEN_LABELS: dict[Screen, LazyProxy] = {
    Screen.DESKTOP: _("Computadora"),
    Screen.PHONE: _("Teléfono"),
    Screen.TEXT: _("Solo texto"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at a campaign, read from the address."""

    rendition: Rendition
    screen: Screen
    is_dark: bool
    reader: Contact | None


@blueprint.get("/<int:campaign_id>/vista-previa")
@requires()
def preview(campaign_id: int) -> str:
    """Show one rendition as an example person, or one of the readers, gets it; htmx asks for the part alone."""
    campaign = get_campaign(campaign_id)
    composition = compose(campaign)
    renditions = list_renditions(composition)
    look = _read_look(campaign, renditions)
    version = render(composition, look.rendition)
    values = fill_in(campaign, look.reader, look.rendition)
    is_part = "HX-Request" in request.headers
    return render_template(
        "campaigns/_preview.html" if is_part else "campaigns/preview.html",
        campaign=campaign,
        renditions={each: RENDITION_LABELS[each] for each in renditions},
        screens=SCREEN_LABELS,
        look=look,
        may_see_people=may(Permission.SCHEDULE),
        staff=[] if is_part else [user for user in list_users() if user.is_active],
        readers=_list_found(campaign),
        words=request.args.get("buscar", "")[:100],
        subject=fill(version.subject, values),
        text=fill(version.text, values),
        has_foreign_pictures=has_foreign(version.html),
    )


@blueprint.get("/<int:campaign_id>/vista-previa/<rendition>.html")
@requires()
def frame(campaign_id: int, rendition: str) -> Response:
    """Answer with the message itself, for the frame of the preview; it asks nobody else for anything."""
    campaign = get_campaign(campaign_id)
    composition = compose(campaign)
    if rendition not in list_renditions(composition):
        abort(404)
    reader = _find_reader(campaign)
    version = render(composition, Rendition(rendition))
    html = fill(version.html, fill_in(campaign, reader, Rendition(rendition)), escape)
    return preview_response(_choose_light(html, is_dark=request.args.get("modo") == "oscuro"))


def _read_look(campaign: Campaign, renditions: tuple[Rendition, ...]) -> Look:
    wanted, screen = request.args.get("version", ""), request.args.get("vista", "")
    return Look(
        rendition=Rendition(wanted) if wanted in renditions else renditions[0],
        screen=Screen(screen) if screen in set(Screen) else Screen.DESKTOP,
        is_dark=request.args.get("modo") == "oscuro",
        reader=_find_reader(campaign),
    )


def _find_reader(campaign: Campaign) -> Contact | None:
    """Return the person in whose place the message is seen; refused to roles that only read, and kept in the trail."""
    wanted = request.args.get("persona", "")
    if not wanted:
        return None
    if not may(Permission.SCHEDULE):
        abort(403)
    reader = find_reader(campaign, wanted)
    if reader is not None and note_seen(campaign, reader, get_current_user()):
        db.session.commit()
    return reader


def _list_found(campaign: Campaign) -> list[Contact]:
    if "buscar" not in request.args or not may(Permission.SCHEDULE):
        return []
    return list(list_readers(campaign, request.args["buscar"][:100]))


def _choose_light(html: str, *, is_dark: bool) -> str:
    """Let the message show its dark or its light colours whatever the reader's own screen prefers."""
    html = html.replace("@media (prefers-color-scheme: dark)", "@media all" if is_dark else "@media not all")
    return html.replace("light dark", "dark" if is_dark else "light")
