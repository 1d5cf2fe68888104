"""A new campaign: first its kind, or an earlier campaign to copy, then its settings as those say."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach import clock
from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.forms import SettingsForm
from outreach.campaigns.models import Campaign, Kind
from outreach.campaigns.presets import begin_with_copy, begin_with_kind, copy_content, preset_information
from outreach.campaigns.queries import CampaignFilter, get_campaign, list_campaigns, list_kinds
from outreach.campaigns.service import create_campaign
from outreach.config import current_config
from outreach.db import db


@blueprint.get("/nueva")
@requires(Permission.WRITE)
def create() -> str:
    """Ask what the campaign begins with; with `tipo` or `de`, show its settings as they usually are, or were."""
    kind, origin = _find_kind(), _find_origin()
    if kind is None and origin is None:
        wanted = CampaignFilter(words=request.args.get("buscar", "")[:100])
        return render_template(
            "campaigns/choose_kind.html", kinds=list_kinds(), campaigns=list_campaigns(wanted), wanted=wanted
        )
    form = SettingsForm(formdata=None)
    form.offer()
    if origin is not None:
        form.fill(begin_with_copy(origin), 0)
    elif kind is not None:
        form.fill(begin_with_kind(kind), 0)
    return render_template("campaigns/create.html", form=form, origin=origin, kind=kind)


@blueprint.post("/nueva")
@requires(Permission.WRITE)
def open_draft() -> Response | tuple[str, int]:
    """Open a draft and go on to its editor."""
    form = SettingsForm()
    form.offer()
    origin = _find_origin()
    if form.validate():
        try:
            campaign = create_campaign(form.read(), get_current_user())
        except CampaignError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            _begin(campaign, origin)
            db.session.commit()
            return redirect(url_for("campaigns.edit", campaign_id=campaign.id), 303)
    return render_template("campaigns/create.html", form=form, origin=origin, kind=None), 422


def _begin(campaign: Campaign, origin: Campaign | None) -> None:
    if origin is None:
        preset_information(campaign, clock.day_in(current_config().timezone, clock.now()))
    else:
        copy_content(origin, campaign)
    detail = {"copied_from": origin.id} if origin else {}
    record("create", "campaign", campaign.id, detail, user=get_current_user())


def _find_kind() -> Kind | None:
    wanted = request.args.get("tipo", "")
    return next((kind for kind in list_kinds() if kind.slug == wanted), None)


def _find_origin() -> Campaign | None:
    wanted = request.values.get("de", type=int)
    return get_campaign(wanted) if wanted else None
