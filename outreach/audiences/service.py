"""What is written about audiences and the people in them; nothing here commits."""

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import select

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.audiences.errors import AudienceError
from outreach.audiences.keys import hash_email
from outreach.audiences.models import Audience, Consent, Contact, Subscription, Suppression
from outreach.audiences.queries import find_audience, find_subscription, find_suppression
from outreach.audiences.rules import ConsentAction, SuppressionReason
from outreach.config import current_config
from outreach.db import db
from outreach.mail.addresses import parse_address
from outreach.translation import gettext as _

UNSUBSCRIBED = "unsubscribed"
# Where a withdrawal came from, as the consent keeps it.
ONE_CLICK = "one-click"
UNSUBSCRIBE_PAGE = "unsubscribe-page"
BY_STAFF = "by-staff"
# Where the trail says that a reader's own wish came from: their network address is nobody's business (P-10).
THEMSELVES = "public"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 60
_LONGEST_NOTE = 400


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that somebody agreed or withdrew: where, the words they saw, and the day (P-10)."""

    source: str
    text: str = ""
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class AudienceNames:
    """An audience's name and the report's words for it, in both languages."""

    name_es: str
    name_en: str
    phrase_es: str
    phrase_en: str


def add_audience(slug: str, names: AudienceNames, user: User | None) -> Audience:
    """Add an audience; raise AudienceError if the slug is malformed or taken, or a name is empty."""
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG:
        raise AudienceError(
            _("La clave «%(slug)s» no sirve: use letras minúsculas, cifras y guiones, como red-observacion.", slug=slug)
        )
    if find_audience(slug):
        raise AudienceError(_("Ya hay una audiencia con la clave «%(slug)s»: elija otra.", slug=slug))
    columns = ("name_es", "name_en", "phrase_es", "phrase_en")
    if not all(getattr(names, column).strip() for column in columns):
        raise AudienceError(
            _("Faltan textos de la audiencia: el nombre y la frase del informe van en los dos idiomas.")
        )
    audience = Audience(
        slug=slug, created_at=clock.now(), **{column: getattr(names, column).strip() for column in columns}
    )
    db.session.add(audience)
    db.session.flush()
    record("add", "audience", audience.id, {"slug": slug}, user)
    return audience


def subscribe(contact: Contact, audience: Audience, evidence: Evidence, user: User | None = None) -> Subscription:
    """Put a contact in an audience at the contact's own wish, also after leaving it; nothing changes if it is there."""
    found = find_subscription(contact.id, audience.id)
    if found and found.ended_at is None:
        return found
    now = clock.now()
    if found:
        found.started_at, found.ended_at, found.end_reason = now, None, ""
    else:
        found = Subscription(audience_id=audience.id, contact_id=contact.id, started_at=now)
        db.session.add(found)
    _add_consent(found, ConsentAction.GRANT, evidence)
    record("subscribe", "contact", contact.id, {"audiences": [audience.id]}, user, None if user else THEMSELVES)
    db.session.flush()
    return found


def unsubscribe(contact: Contact, audience: Audience | None, evidence: Evidence, user: User | None = None) -> int:
    """End a contact's place in an audience, or in all of them if None; return how many ended, 0 the second time.

    `user` is the member of staff who did it; None when the person did.
    """
    query = select(Subscription).where(Subscription.contact_id == contact.id, Subscription.ended_at.is_(None))
    if audience:
        query = query.where(Subscription.audience_id == audience.id)
    lasting = db.session.scalars(query.with_for_update()).all()
    for subscription in lasting:
        subscription.ended_at, subscription.end_reason = clock.now(), UNSUBSCRIBED
        _add_consent(subscription, ConsentAction.WITHDRAW, evidence)
    if lasting:
        audiences = [subscription.audience_id for subscription in lasting]
        record("unsubscribe", "contact", contact.id, {"audiences": audiences}, user, None if user else THEMSELVES)
    db.session.flush()
    return len(lasting)


def suppress(email_key: str, reason: SuppressionReason, note: str = "", user: User | None = None) -> Suppression:
    """Let an address get nothing from now on, whoever imports it; the first reason stays if it is there already."""
    found = find_suppression(email_key)
    if found:
        return found
    email_hash = hash_email(current_config().secret_key, email_key)
    suppression = Suppression(email_hash=email_hash, reason=reason, note=note[:_LONGEST_NOTE], created_at=clock.now())
    db.session.add(suppression)
    db.session.flush()
    record("suppress", "suppression", suppression.id, {"reason": reason.value}, user)
    return suppression


def lift_suppression(email_key: str, note: str, user: User) -> bool:
    """Let an address get mail again; only what staff excluded by hand or the mail server bounced may be lifted.

    Returns False if the address was not excluded; raises AudienceError if the person opposed or complained.
    """
    found = find_suppression(email_key)
    if found is None:
        return False
    if found.reason in {SuppressionReason.OPPOSITION, SuppressionReason.COMPLAINT}:
        raise AudienceError(_("La persona pidió no recibir nada; solo ella puede volver a suscribirse."))
    record("lift", "suppression", found.id, {"reason": found.reason, "note": note[:_LONGEST_NOTE]}, user)
    db.session.delete(found)
    db.session.flush()
    return True


def add_contact(email: str, name: str = "", language: str | None = None) -> Contact:
    """Add somebody, or return who has that address already; raise AddressError if it is none."""
    address = parse_address(email)
    found = db.session.scalar(select(Contact).where(Contact.email_key == address.key))
    if found:
        return found
    now = clock.now()
    contact = Contact(
        email=address.display,
        email_key=address.key,
        email_hash=hash_email(current_config().secret_key, address.key),
        name=name,
        language=language,
        attributes={},
        created_at=now,
        updated_at=now,
    )
    db.session.add(contact)
    db.session.flush()
    return contact


def _add_consent(subscription: Subscription, action: ConsentAction, evidence: Evidence) -> None:
    db.session.add(
        Consent(
            contact_id=subscription.contact_id,
            audience_id=subscription.audience_id,
            action=action,
            recorded_at=clock.now(),
            given_on=evidence.given_on,
            source=evidence.source,
            text=evidence.text,
            text_sha256=hash_text(evidence.text),
        )
    )


def hash_text(text: str) -> str:
    """Return the SHA-256 of a consent's words, in hexadecimal."""
    return sha256(text.encode()).hexdigest()
