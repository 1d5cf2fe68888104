"""The pages between a draft and its approval: what the checks say, who asks, and the second person's answer."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.accounts.access import get_current_user, may, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.audiences.counting import count_recipients
from outreach.campaigns import service
from outreach.campaigns.approving import APPROVABLE, approve, can_approve, find_last_approval, say_plan
from outreach.campaigns.blueprint import blueprint
from outreach.campaigns.checklist import list_checks
from outreach.campaigns.comparing import Change, compare
from outreach.campaigns.composing import compose
from outreach.campaigns.errors import CampaignError
from outreach.campaigns.findings import list_findings
from outreach.campaigns.forms import ApprovalForm, ReturnForm
from outreach.campaigns.labels import RENDITION_LABELS
from outreach.campaigns.models import Approval, Campaign
from outreach.campaigns.planning.departure import read_departure
from outreach.campaigns.planning.notices import Outlook, look_at
from outreach.campaigns.planning.service import confirm
from outreach.campaigns.planning.wording import say_departure
from outreach.campaigns.progress import find_language_states
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rendering import list_renditions
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.snapshots import put_into_words, take_snapshot
from outreach.campaigns.waiting import must_wait, render_waiting
from outreach.db import db
from outreach.translation import gettext as _
from outreach.translation import ngettext


@blueprint.get("/<int:campaign_id>/revisar")
@requires()
def review(campaign_id: int) -> str:
    """Show the summary, the sum of its readers, and what the checks found."""
    campaign = get_campaign(campaign_id)
    departure = read_departure(campaign)
    if must_wait(campaign, departure):
        return render_waiting(campaign, _("Revisar: %(name)s", name=campaign.name))
    findings = list_findings(campaign)
    count = count_recipients(campaign.choice)
    return render_template(
        "campaigns/review.html",
        campaign=campaign,
        states=find_language_states(campaign),
        count=count,
        findings=findings,
        checks=list_checks(campaign, findings),
        settings=put_into_words(take_snapshot(campaign, count.will_receive)["settings"]),
        departure=say_departure(departure) if departure else "",
        can_submit=campaign.state == CampaignState.DRAFT and may(Permission.WRITE),
    )


@blueprint.post("/<int:campaign_id>/revisar")
@requires(Permission.WRITE)
def submit(campaign_id: int) -> Response:
    """Hand the campaign to whoever approves."""
    campaign = get_campaign(campaign_id)
    try:
        service.submit(campaign)
    except CampaignError as refusal:
        db.session.rollback()
        flash(str(refusal), "danger")
        return redirect(url_for("campaigns.review", campaign_id=campaign_id), 303)
    record("submit", "campaign", campaign.id, {"edit_count": campaign.edit_count}, user=get_current_user())
    db.session.commit()
    flash(_("La campaña espera ahora el visto bueno de otra persona."), "success")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@blueprint.get("/<int:campaign_id>/visto-bueno")
@requires(Permission.APPROVE)
def approval(campaign_id: int) -> str:
    """Show everything that the second person answers for."""
    campaign = get_campaign(campaign_id)
    if must_wait(campaign, read_departure(campaign)):
        return render_waiting(campaign, _("Visto bueno: %(name)s", name=campaign.name))
    return _render_approval(campaign, _ask(campaign), ReturnForm())


@blueprint.post("/<int:campaign_id>/visto-bueno")
@requires(Permission.APPROVE)
def confirm_approval(campaign_id: int) -> Response | tuple[str, int]:
    """Approve exactly what was shown."""
    campaign = get_campaign(campaign_id)
    form = ApprovalForm()
    if form.validate_on_submit():
        try:
            approve(campaign, get_current_user(), _read_count(form.edit_count.data), form.planned.data or None)
            _keep_reason(campaign, form.reason.data or "")
        except CampaignError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash(_("La campaña tiene visto bueno: ahora se puede programar."), "success")
            return redirect(url_for("campaigns.schedule", campaign_id=campaign_id), 303)
    form.edit_count.data, form.planned.data = str(campaign.edit_count), say_plan(campaign)
    form.has_looked.data = False
    return _render_approval(campaign, form, ReturnForm(formdata=None)), 422


@blueprint.post("/<int:campaign_id>/devolver")
@requires(Permission.APPROVE)
def return_to_author(campaign_id: int) -> Response | tuple[str, int]:
    """Give the campaign back with a note."""
    campaign = get_campaign(campaign_id)
    form = ReturnForm()
    if form.validate_on_submit():
        try:
            service.return_to_author(campaign, form.note.data, get_current_user())
        except CampaignError as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            record("return", "campaign", campaign.id, user=get_current_user())
            db.session.commit()
            flash(_("La campaña volvió a borrador con su nota."), "success")
            return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
    return _render_approval(campaign, _ask(campaign), form), 422


def _ask(campaign: Campaign) -> ApprovalForm:
    """Return an empty form about the campaign as it is now."""
    form = ApprovalForm(formdata=None)
    form.edit_count.data, form.planned.data = str(campaign.edit_count), say_plan(campaign)
    return form


def _keep_reason(campaign: Campaign, reason: str) -> None:
    """Record why whoever approves lets the campaign leave in a restricted period, if they said so."""
    outlook = _look(campaign)
    if reason.strip() and outlook is not None:
        confirm(campaign, outlook.asks, get_current_user(), reason)


def _look(campaign: Campaign) -> Outlook | None:
    departure = read_departure(campaign)
    return look_at(campaign, departure) if departure else None


def _render_approval(campaign: Campaign, form: ApprovalForm, return_form: ReturnForm) -> str:
    last = find_last_approval(campaign)
    lapsed = last if last and last.voided_at else None
    count = count_recipients(campaign.choice)
    outlook = _look(campaign)
    return render_template(
        "campaigns/approval.html",
        campaign=campaign,
        form=form,
        return_form=return_form,
        renditions={each: RENDITION_LABELS[each] for each in list_renditions(compose(campaign))},
        count=count,
        request_sentence=_describe_request(campaign, count.will_receive),
        checks=list_checks(campaign, list_findings(campaign)),
        asks=outlook.asks if outlook else [],
        notes=service.list_returns(campaign, lapsed.approved_at if lapsed else None),
        may_approve=can_approve(campaign, get_current_user()),
        is_open=campaign.state in APPROVABLE,
        lapsed=lapsed,
        changes=_compare(lapsed, campaign, count.will_receive) if lapsed else None,
    )


def _describe_request(campaign: Campaign, people: int) -> str:
    """Say who wants to send what to how many, and when."""
    departure = read_departure(campaign)
    if departure is None:
        return ngettext(
            "%(author)s quiere enviar «%(name)s» a %(num)s persona, en una fecha por decidir.",
            "%(author)s quiere enviar «%(name)s» a %(num)s personas, en una fecha por decidir.",
            people,
            author=campaign.author.name,
            name=campaign.name,
        )
    return ngettext(
        "%(author)s quiere enviar «%(name)s» a %(num)s persona %(at)s.",
        "%(author)s quiere enviar «%(name)s» a %(num)s personas %(at)s.",
        people,
        author=campaign.author.name,
        name=campaign.name,
        at=say_departure(departure),
    )


def _compare(lapsed: Approval, campaign: Campaign, people: int) -> tuple[Change, ...] | None:
    """Return what changed since an approval; None for one from before its content was kept."""
    if not lapsed.snapshot:
        return None
    before, after = lapsed.snapshot, take_snapshot(campaign, people)
    return compare(
        {**before, "settings": put_into_words(before["settings"])},
        {**after, "settings": put_into_words(after["settings"])},
    )


def _read_count(text: str) -> int:
    return int(text) if text.isdecimal() else abort(400)
