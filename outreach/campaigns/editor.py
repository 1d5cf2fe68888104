"""The page where both languages are written side by side.

The whole page is one form, and its buttons say what happens after saving: so adding or moving a block loses nothing
that was typed, and everything works without a script.
"""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.content import (
    Content,
    add_block,
    confirm_translation,
    edit_content,
    move_block,
    remove_block,
)
from outreach.campaigns.errors import CampaignError, StaleEditError
from outreach.campaigns.labels import BLOCK_LABELS
from outreach.campaigns.models import Campaign
from outreach.campaigns.panels import BLOCK_FIELD, WORDS, make_sheet
from outreach.campaigns.progress import find_language_states
from outreach.campaigns.queries import get_block, get_campaign
from outreach.campaigns.rules import EDITABLE, BlockType, Language
from outreach.campaigns.wording import VersionWords
from outreach.db import db
from outreach.translation import gettext as _


@blueprint.get("/<int:campaign_id>/editar")
@requires(Permission.WRITE)
def edit(campaign_id: int) -> Response | str:
    """Show both languages side by side."""
    campaign = get_campaign(campaign_id)
    if campaign.state not in EDITABLE:
        flash(_("Esta campaña ya no se puede cambiar."), "warning")
        return redirect(url_for("campaigns.show", campaign_id=campaign.id))
    return _render(campaign, None)


@blueprint.post("/<int:campaign_id>/editar")
@requires(Permission.WRITE)
def update(campaign_id: int) -> Response | tuple[str, int]:
    """Save what was typed, then do what the button says."""
    campaign = get_campaign(campaign_id)
    seen = request.form.get("edit_count", type=int, default=-1)
    try:
        target = _save(campaign, seen, request.form.get("then", "save"))
    except CampaignError as refusal:
        db.session.rollback()
        status = 409 if isinstance(refusal, StaleEditError) else 422
        return _render(get_campaign(campaign_id), request.form, str(refusal)), status
    db.session.commit()
    return redirect(target, 303)


def _save(campaign: Campaign, seen: int, then: str) -> str:
    """Save, carry out the button's action, and return the page to go on with."""
    before = campaign.edit_count
    if edit_content(campaign, read_content(request.form), seen):
        seen = campaign.edit_count
    action, _colon, target = then.partition(":")
    anchor = _act(campaign, seen, action, target)
    if campaign.edit_count != before:
        record("edit", "campaign", campaign.id, {"edit_count": campaign.edit_count}, user=get_current_user())
        flash(_("Guardado."), "success")
    if action in {"preview", "review"}:
        return url_for(f"campaigns.{action}", campaign_id=campaign.id)
    return url_for("campaigns.edit", campaign_id=campaign.id, _anchor=anchor or None)


def _act(campaign: Campaign, seen: int, action: str, target: str) -> str:
    if action == "add" and target in set(BlockType):
        return f"bloque-{add_block(campaign, BlockType(target), seen=seen).id}"
    if action == "confirm":
        confirm_translation(campaign, seen)
    if action in {"up", "down", "remove"} and target.isdecimal():
        block = get_block(campaign, int(target))
        if action == "remove":
            remove_block(campaign, block, seen)
            return "bloques"
        move_block(campaign, block, -1 if action == "up" else 1, seen)
        return f"bloque-{target}"
    return ""


def read_content(form: MultiDict[str, str]) -> Content:
    """Read the texts of the page: `words-es-subject`, `block-12-en-text`."""
    words = {
        language: VersionWords(**{name: form.get(f"words-{language}-{name}", "") for name, _label, _kind in WORDS})
        for language in Language
        if f"words-{language}-subject" in form
    }
    fields: dict[int, dict[str, dict[str, str]]] = {}
    for key, text in form.items():
        found = BLOCK_FIELD.fullmatch(key)
        if found:
            block = fields.setdefault(int(found["block"]), {})
            block.setdefault(found["field"], {})[found["language"]] = text
    return Content(words, fields)


def _render(campaign: Campaign, typed: Mapping[str, str] | None, refusal: str = "") -> str:
    return render_template(
        "campaigns/edit.html",
        campaign=campaign,
        states=find_language_states(campaign),
        sheet=make_sheet(campaign, typed),
        block_types=BLOCK_LABELS,
        refusal=refusal,
    )
