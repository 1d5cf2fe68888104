"""What a reader will see: every rendition in a frame that runs nothing, and its text part (X-11)."""

from collections.abc import Mapping
from html import escape
from uuid import UUID

from flask import Response, abort, render_template, request

from outreach.accounts.access import requires
from outreach.audiences.models import Contact
from outreach.audiences.queries import find_contact_by_public_id
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.composing import compose
from outreach.campaigns.labels import RENDITION_LABELS
from outreach.campaigns.models import Campaign
from outreach.campaigns.placeholders import fill
from outreach.campaigns.queries import get_campaign, list_example_readers
from outreach.campaigns.rendering import list_renditions, render
from outreach.campaigns.rules import Rendition
from outreach.translation import gettext as _
from outreach.translation import speaking
from outreach.web.security import preview_response

_ADDRESSES = {"sistema.baja": "https://example.org/baja", "sistema.preferencias": "https://example.org/preferencias"}


@blueprint.get("/<int:campaign_id>/vista-previa")
@requires()
def preview(campaign_id: int) -> str:
    """Show one rendition as an example person, or one of the readers, gets it."""
    campaign = get_campaign(campaign_id)
    composition = compose(campaign)
    renditions = list_renditions(composition)
    rendition = _read_rendition(request.args.get("version", ""), renditions)
    reader = _find_reader(request.args.get("persona", ""))
    version = render(composition, rendition)
    values = fill_in(campaign, reader, rendition)
    return render_template(
        "campaigns/preview.html",
        campaign=campaign,
        renditions={each: RENDITION_LABELS[each] for each in renditions},
        rendition=rendition,
        readers=list_example_readers(campaign),
        reader=reader,
        subject=fill(version.subject, values),
        text=fill(version.text, values),
    )


@blueprint.get("/<int:campaign_id>/vista-previa/<rendition>.html")
@requires()
def frame(campaign_id: int, rendition: str) -> Response:
    """Answer with the message itself, for the frame of the preview."""
    campaign = get_campaign(campaign_id)
    composition = compose(campaign)
    if rendition not in list_renditions(composition):
        abort(404)
    version = render(composition, Rendition(rendition))
    values = fill_in(campaign, _find_reader(request.args.get("persona", "")), Rendition(rendition))
    return preview_response(fill(version.html, values, escape))


def fill_in(campaign: Campaign, reader: Contact | None, rendition: Rendition) -> Mapping[str, str]:
    """Return the values of a reader's placeholders, or those of an example person; addresses lead nowhere."""
    fixed = dict(_ADDRESSES)
    if campaign.audiences:
        fixed |= {"sistema.audiencia": campaign.audiences[0].name_es, "sistema.audience": campaign.audiences[0].name_en}
    if reader is None:
        with speaking("en" if rendition is Rendition.EN else "es"):
            return {**_make_up_reader(), **fixed}
    personal = {name: getattr(reader, column) for name, column in PERSONAL_FIELDS.items()}
    return {**reader.attributes, **personal, **fixed}


def _make_up_reader() -> Mapping[str, str]:
    return {
        "nombre": _("Ana Pérez"),
        "institucion": _("Colegio de Ejemplo"),
        "cargo": _("coordinadora"),
        "tratamiento": _("Dra."),
        "pais": _("México"),
    }


def _read_rendition(wanted: str, offered: tuple[Rendition, ...]) -> Rendition:
    return Rendition(wanted) if wanted in offered else offered[0]


def _find_reader(wanted: str) -> Contact | None:
    try:
        return find_contact_by_public_id(UUID(wanted))
    except ValueError:
        return None
