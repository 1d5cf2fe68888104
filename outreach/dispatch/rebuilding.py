"""The mail of one delivery, written again from the frozen rendering and the values of its reader."""

import json
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import AuditEntry, User
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.audiences.tokens import make_token
from outreach.campaigns.approving import is_what_was_approved
from outreach.campaigns.rules import Rendition
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.claiming import Claim
from outreach.dispatch.errors import MailError
from outreach.dispatch.letters import LetterBox
from outreach.dispatch.models import Delivery
from outreach.dispatch.rules import Outcome
from outreach.errors import OutreachError
from outreach.translation import gettext as _

OPENED = "open-mail"
_NOTED_FOR = timedelta(minutes=10)
_MASK = "••••••"


@dataclass(frozen=True, slots=True)
class RebuiltMail:
    """A message as its reader has it; `doubts` say in sentences what may differ from what left."""

    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    size: int
    doubts: tuple[str, ...]


def rebuild_mail(delivery: Delivery) -> RebuiltMail:
    """Return the mail of a delivery; raise MailError if it was never meant to leave or cannot be written any more.

    The reader's key to the unsubscribe page is hidden: whoever looks could use it in their place.
    """
    if delivery.outcome == Outcome.SKIPPED:
        raise MailError(_("A esta persona no se le escribió: la entrega se omitió."))
    claim = _make_claim(delivery)
    try:
        letter = LetterBox(db.engine, current_config()).write(claim)
    except (OutreachError, NoResultFound, StopIteration) as problem:
        raise MailError(_("Este correo ya no se puede escribir de nuevo: %(problem)s", problem=problem)) from problem
    message = message_from_bytes(letter.content, EmailMessage, policy=policy.default)
    token = make_token(current_config().secret_key, bytes.fromhex(claim.contact), claim.audience_id)
    return RebuiltMail(
        subject=str(message["Subject"]),
        headers=tuple((name, str(value).replace(token, _MASK)) for name, value in message.items()),
        text=_read_part(message, "plain").replace(token, _MASK),
        html=_read_part(message, "html").replace(token, _MASK),
        size=len(letter.content),
        doubts=tuple(_list_doubts(delivery)),
    )


def _make_claim(delivery: Delivery) -> Claim:
    contact = delivery.contact
    if delivery.dispatch.audience_id is None:
        raise MailError(_("El envío de esta entrega no tiene audiencia."))
    return Claim(
        delivery_id=delivery.id,
        campaign_id=delivery.campaign_id,
        dispatch_id=delivery.dispatch_id,
        audience_id=delivery.dispatch.audience_id,
        contact=contact.public_id.hex,
        email=contact.email,
        rendition=Rendition(delivery.rendition),
        attempts=delivery.attempts,
        **{column: getattr(contact, column) for column in PERSONAL_FIELDS.values()},
        attributes=json.dumps(contact.attributes),
    )


def _read_part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def _list_doubts(delivery: Delivery) -> list[str]:
    doubts = []
    if delivery.finished_at and delivery.contact.updated_at > delivery.finished_at:
        doubts.append(_("Los datos de esta persona cambiaron después del envío: aquí se ve con los de ahora."))
    if not is_what_was_approved(delivery.campaign):
        doubts.append(_("El remitente o las audiencias cambiaron después del envío: se ven los de ahora."))
    return doubts


def note_opening(delivery: Delivery, user: User) -> bool:
    """Write to the trail that `user` opened somebody's mail, once in ten minutes; tell whether it was written."""
    since = clock.now() - _NOTED_FOR
    noted = select(AuditEntry.id).where(
        AuditEntry.subject == "delivery",
        AuditEntry.subject_id == delivery.id,
        AuditEntry.action == OPENED,
        AuditEntry.user_id == user.id,
        AuditEntry.at > since,
    )
    if db.session.scalar(noted.limit(1)) is not None:
        return False
    record(OPENED, "delivery", delivery.id, user=user)
    return True
