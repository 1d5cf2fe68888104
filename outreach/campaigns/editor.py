"""The page where both languages are written side by side.

The whole page is one form, and its buttons say what happens after saving: so adding or moving a block loses nothing
that was typed, and everything works without a script. Each text is saved by itself: where another person wrote
meanwhile, both texts are shown.
"""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.rules import Permission
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.labels import BLOCK_LABELS
from outreach.campaigns.models import Block, Campaign
from outreach.campaigns.panels import make_sheet
from outreach.campaigns.progress import find_language_states
from outreach.campaigns.queries import get_campaign, list_removed_blocks
from outreach.campaigns.rules import EDITABLE
from outreach.campaigns.writing.acting import Landing, act
from outreach.campaigns.writing.merging import Outcome, Typed, save_texts
from outreach.campaigns.writing.spots import find_spot, read_marks, write_marks
from outreach.db import db
from outreach.errors import OutreachError
from outreach.translation import gettext as _

_EXCERPT = 80


@blueprint.get("/<int:campaign_id>/editar")
@requires(Permission.WRITE)
def edit(campaign_id: int) -> Response | str:
    """Show both languages side by side."""
    campaign = get_campaign(campaign_id)
    if campaign.state not in EDITABLE:
        flash(_("Esta campaña ya no se puede cambiar."), "warning")
        return redirect(url_for("campaigns.show", campaign_id=campaign.id))
    return _render(campaign, {}, {})


@blueprint.post("/<int:campaign_id>/editar")
@requires(Permission.WRITE)
def update(campaign_id: int) -> Response | tuple[str, int]:
    """Save what was typed, then do what the button says unless something is left to decide."""
    campaign = get_campaign(campaign_id)
    before = campaign.edit_count
    typed = read_typed()
    try:
        outcome = save_texts(campaign, typed, get_current_user())
        landing = _act(campaign) if outcome.is_whole else Landing()
    except OutreachError as refusal:
        db.session.rollback()
        return _render(get_campaign(campaign_id), typed.texts, {}, str(refusal)), 422
    db.session.commit()
    if not outcome.is_whole:
        left = {**outcome.conflicts, **outcome.refusals, **outcome.orphans}
        shown = {name: typed.texts[name] for name in left}
        return _render(campaign, shown, outcome.refusals, summarise(campaign, outcome)), 409 if outcome.is_late else 422
    if campaign.edit_count != before:
        flash(_("Guardado."), "success")
    elif request.form.get("then") == "save":
        flash(_("Todo estaba ya guardado."), "success")
    return redirect(_find_next(campaign, landing), 303)


def read_typed() -> Typed:
    """Read the texts of a page, the marks of what it showed, and the edit it was made from."""
    texts = {name: text for name, text in request.form.items() if find_spot(name)}
    return Typed(texts, read_marks(request.form.get("seen", "")), request.form.get("edit_count", type=int, default=-1))


def summarise(campaign: Campaign, outcome: Outcome) -> str:
    """Return what is left for the person to decide, in a sentence or two."""
    sentences = list(dict.fromkeys(outcome.refusals.values()))
    if outcome.is_late:
        sentences.append(
            _(
                "Otra persona guardó la campaña «%(name)s» mientras tanto: compare lo que escribió y guarde de nuevo.",
                name=campaign.name,
            )
        )
    return " ".join(sentences)


def _act(campaign: Campaign) -> Landing:
    return act(campaign, request.form.get("then", "save"), get_current_user())


def _find_next(campaign: Campaign, landing: Landing) -> str:
    then = request.form.get("then", "save")
    if then in {"preview", "review"}:
        return url_for(f"campaigns.{then}", campaign_id=campaign.id)
    verb, _colon, target = then.partition(":")
    if verb == "attach":
        block, _colon, name = target.partition(":")
        return url_for("campaigns.attach", campaign_id=campaign.id, block_id=int(block), name=name)
    place = target if verb == "place" and target.isdecimal() else None
    anchor = landing.anchor or ("agregar" if place else None)
    return url_for("campaigns.edit", campaign_id=campaign.id, quitado=landing.removed_id, lugar=place, _anchor=anchor)


def _render(campaign: Campaign, typed: Mapping[str, str], refusals: Mapping[str, str], refusal: str = "") -> str:
    """Show the page; the texts of `typed` stand in their fields instead of what is saved."""
    removed = list_removed_blocks(campaign)
    return render_template(
        "campaigns/edit.html",
        campaign=campaign,
        states=find_language_states(campaign),
        sheet=make_sheet(campaign, typed, refusals),
        marks=write_marks(campaign),
        block_types=BLOCK_LABELS,
        removed=removed,
        read_first=_read_first,
        just_removed=next((block for block in removed if block.id == request.args.get("quitado", type=int)), None),
        place=request.args.get("lugar", type=int),
        refusal=refusal,
    )


def _read_first(block: Block) -> str:
    """Return the beginning of the first text of a block, by which a person knows it again."""
    texts = (text for texts in block.fields.values() for text in texts.values() if text)
    return str(next(texts, ""))[:_EXCERPT]
