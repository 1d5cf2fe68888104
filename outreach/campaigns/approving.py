"""The second person's yes: what it freezes, when it lapses, and whether it still holds (H-23)."""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import select, update

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.accounts.rules import Permission, Role, is_allowed
from outreach.audiences.counting import count_recipients
from outreach.campaigns.composing import compose
from outreach.campaigns.errors import ApprovalError, ForbiddenMoveError, StaleEditError
from outreach.campaigns.findings import refuse_errors
from outreach.campaigns.memory.learning import learn
from outreach.campaigns.models import Approval, Campaign, Rendering
from outreach.campaigns.queries import get_institution
from outreach.campaigns.rendering import RenderedVersion, hash_versions, render_all
from outreach.campaigns.rules import CampaignState, Rendition
from outreach.campaigns.snapshots import take_snapshot
from outreach.campaigns.states import move, refuse_move
from outreach.campaigns.times import MEXICO_CITY, describe
from outreach.db import db
from outreach.translation import gettext as _

# The states whose way to APPROVED is a person's yes.
APPROVABLE = frozenset({CampaignState.DRAFT, CampaignState.IN_REVIEW})


def approve(campaign: Campaign, user: User, seen: int | None = None, planned: str | None = None) -> Approval:
    """Freeze every rendition of `campaign` and bind `user`'s yes to their hash; the campaign is approved.

    `seen` is the edit_count, and `planned` the departure (say_plan), that the person saw. Raises ApprovalError for the
    author or a role that may not approve, ChecksFailedError while there are errors, StaleEditError and
    ForbiddenMoveError if it changed meanwhile or somebody else was first.
    """
    is_author = user.id == campaign.author_id
    _refuse_person(campaign, user, is_author=is_author)
    looked_at = campaign.edit_count if seen is None else seen
    _refuse_other_than(campaign, looked_at, planned)
    if campaign.state not in APPROVABLE:
        raise _refuse_taken(campaign)
    people = count_recipients(campaign.choice, is_anew=True).will_receive
    refuse_errors(campaign)
    versions = render_all(compose(campaign))
    try:
        move(campaign, CampaignState.APPROVED)
    except ForbiddenMoveError as refusal:
        raise _refuse_taken(campaign) from refusal
    # The row is locked from here on, so an edit that was saved while the renditions were made shows in its count.
    _refuse_other_than(campaign, looked_at, planned)
    void(campaign)
    approval = Approval(
        campaign_id=campaign.id,
        user_id=user.id,
        content_sha256=_hash(campaign, versions),
        approved_at=clock.now(),
        is_self_approval=is_author,
        snapshot=take_snapshot(campaign, people),
        renderings=[
            Rendering(rendition=version.rendition, subject=version.subject, html=version.html, text=version.text)
            for version in versions
        ],
    )
    db.session.add(approval)
    db.session.flush()
    detail = {"approval": approval.id, "sha256": approval.content_sha256, "is_self_approval": is_author}
    record("approve", "campaign", campaign.id, detail, user=user)
    learn(campaign, approval.approved_at)
    return approval


def find_valid_approval(campaign: Campaign) -> Approval | None:
    """Return the approval that holds; None before there is one and after any edit."""
    statement = select(Approval).where(Approval.campaign_id == campaign.id, Approval.voided_at.is_(None))
    return db.session.scalars(statement.order_by(Approval.id.desc()).limit(1)).first()


def find_last_approval(campaign: Campaign) -> Approval | None:
    """Return the latest approval, whether it holds or lapsed."""
    statement = select(Approval).where(Approval.campaign_id == campaign.id).order_by(Approval.id.desc()).limit(1)
    return db.session.scalars(statement).first()


def void(campaign: Campaign) -> None:
    """Let every approval of `campaign` lapse; their renderings stay as evidence."""
    db.session.flush()
    db.session.execute(
        update(Approval)
        .where(Approval.campaign_id == campaign.id, Approval.voided_at.is_(None))
        .values(voided_at=clock.now())
    )


def is_what_was_approved(campaign: Campaign) -> bool:
    """Tell whether what would leave now (frozen renditions, sender, audiences, information) has the approved hash."""
    approval = find_valid_approval(campaign)
    if approval is None:
        return False
    frozen = [
        RenderedVersion(Rendition(kept.rendition), kept.subject, kept.html, kept.text)
        for kept in sorted(approval.renderings, key=lambda kept: kept.id)
    ]
    return _hash(campaign, frozen) == approval.content_sha256


def can_approve(campaign: Campaign, user: User) -> bool:
    """Tell whether `user` is somebody who may approve `campaign`; says nothing of its state or checks."""
    is_author = user.id == campaign.author_id
    return is_allowed(Role(user.role), Permission.APPROVE) and (not is_author or get_institution().is_one_person_office)


def say_plan(campaign: Campaign) -> str:
    """Return the departure that a page shows, as its form gives it back."""
    at = campaign.planned_at
    return f"{at.isoformat() if at else ''} {campaign.planned_zone} {campaign.is_local_time}"


def _refuse_taken(campaign: Campaign) -> ForbiddenMoveError:
    """Tell whoever presses second that somebody else was first."""
    approval = find_valid_approval(campaign)
    if approval is None:
        return refuse_move(campaign, CampaignState.APPROVED)
    return ForbiddenMoveError(
        _(
            "%(who)s ya dio el visto bueno a «%(name)s», el %(at)s.",
            who=approval.user.name,
            name=campaign.name,
            at=describe(approval.approved_at, MEXICO_CITY),
        )
    )


def _refuse_other_than(campaign: Campaign, looked_at: int, planned: str | None) -> None:
    if campaign.edit_count != looked_at or planned not in {None, say_plan(campaign)}:
        raise StaleEditError(
            _("La campaña «%(name)s» cambió mientras la revisaba: véala de nuevo.", name=campaign.name)
        )


def _refuse_person(campaign: Campaign, user: User, *, is_author: bool) -> None:
    if not is_allowed(Role(user.role), Permission.APPROVE):
        raise ApprovalError(_("Su rol no puede dar el visto bueno: pídalo a una persona con el rol de revisión."))
    if is_author and not get_institution().is_one_person_office:
        raise ApprovalError(
            _("Quien redactó «%(name)s» no puede darle el visto bueno: debe darlo otra persona.", name=campaign.name)
        )


def _hash(campaign: Campaign, versions: Sequence[RenderedVersion]) -> str:
    """Hash the renditions together with whom they come from, whom they go to, and what the report will say."""
    around = {
        "renditions": hash_versions(tuple(versions)),
        "sender": [campaign.sender.address, campaign.sender.name, campaign.sender.reply_to],
        "kind": campaign.kind_id,
        "audiences": [link.audience_id for link in campaign.audience_links],
        "both_to_all": campaign.sends_both_to_all,
        "information": {version.language: version.information for version in campaign.versions},
    }
    if campaign.choice.list_narrowing():
        around["people"] = campaign.choice.list_narrowing()
    return hashlib.sha256(json.dumps(around, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
