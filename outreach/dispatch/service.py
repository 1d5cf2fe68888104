"""What a person decides about deliveries; nothing here commits."""

from outreach import clock
from outreach.accounts.audit import record as record_audit
from outreach.accounts.models import User
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.errors import ResolutionError
from outreach.dispatch.models import Attempt, Delivery
from outreach.dispatch.recording import mark_accepted
from outreach.dispatch.rules import FailReason, Outcome
from outreach.dispatch.tallies import resolve_one
from outreach.translation import gettext as _


def resolve(delivery: Delivery, outcome: Outcome, user: User, reason: str) -> None:
    """Let a person say what became of an uncertain delivery, SENT or FAILED, and how they know.

    Raises ResolutionError when it is not uncertain, or when no reason is given. The day of a delivery resolved as sent
    is the day its final dot left.
    """
    if delivery.outcome != Outcome.UNCERTAIN:
        raise ResolutionError(
            _("La entrega %(number)s no está en duda: solo se resuelven las inciertas.", number=delivery.id)
        )
    if not reason.strip():
        raise ResolutionError(_("Falta el motivo: escriba dónde comprobó qué pasó con el mensaje."))
    at = delivery.finished_at or clock.now()
    delivery.outcome = outcome
    delivery.reason = FailReason.RESOLVED
    delivery.finished_at = at
    db.session.add(
        Attempt(delivery_id=delivery.id, at=clock.now(), outcome=outcome, stage="resolved", reply=reason.strip()[:1024])
    )
    db.session.flush()
    resolve_one(db.session.connection(), delivery.dispatch_id, outcome)
    if outcome == Outcome.SENT:
        mark_accepted(db.session.connection(), [(delivery.dispatch_id, at)], current_config().timezone)
    record_audit("resolve", "delivery", delivery.id, {"outcome": outcome}, user)
