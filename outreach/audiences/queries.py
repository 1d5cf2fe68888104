"""Reads about audiences and the people in them."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.orm import joinedload

from outreach.audiences.facets import list_fields
from outreach.audiences.keys import hash_email
from outreach.audiences.models import Audience, Consent, Contact, ContactImport, Subscription, Suppression
from outreach.audiences.rules import ImportState
from outreach.config import current_config
from outreach.db import db
from outreach.errors import NotFoundError
from outreach.translation import gettext as _

_STREAM_BY = 1_000


_lasts = Subscription.ended_at.is_(None)


def find_audience(slug: str) -> Audience | None:
    """Return the audience with this slug."""
    return db.session.scalar(select(Audience).where(Audience.slug == slug))


def get_audience(slug: str) -> Audience:
    """Return the audience with this slug; raise NotFoundError, naming those that exist."""
    found = find_audience(slug)
    if found is None:
        known = ", ".join(db.session.scalars(select(Audience.slug).order_by(Audience.id)))
        raise NotFoundError(_("No existe la audiencia «%(slug)s»: elija entre %(known)s.", slug=slug, known=known))
    return found


def list_named() -> Sequence[Audience]:
    """Return every audience, oldest first, without counting anybody."""
    return db.session.scalars(select(Audience).order_by(Audience.id)).all()


def find_subscription(contact_id: int, audience_id: int) -> Subscription | None:
    """Return a contact's place in an audience, ended or not."""
    return db.session.scalar(
        select(Subscription).where(Subscription.contact_id == contact_id, Subscription.audience_id == audience_id)
    )


def find_suppression(email_key: str) -> Suppression | None:
    """Return why an address gets nothing."""
    email_hash = hash_email(current_config().secret_key, email_key)
    return db.session.scalar(select(Suppression).where(Suppression.email_hash == email_hash))


def find_contact(email_key: str) -> Contact | None:
    """Return whoever has the address with this key."""
    return db.session.scalar(select(Contact).where(Contact.email_key == email_key))


def find_contact_by_public_id(public_id: UUID) -> Contact | None:
    """Return whoever has this public id."""
    return db.session.scalar(select(Contact).where(Contact.public_id == public_id))


def get_contact(contact_id: int) -> Contact:
    """Return a contact; raise NotFoundError."""
    found = db.session.get(Contact, contact_id)
    if found is None:
        raise NotFoundError(_("No hay ninguna persona con el número %(number)s.", number=contact_id))
    return found


def list_subscriptions(contact_id: int) -> Sequence[Subscription]:
    """Return a contact's places, ended ones too, in the audiences' order."""
    query = select(Subscription).options(joinedload(Subscription.audience))
    return db.session.scalars(
        query.where(Subscription.contact_id == contact_id).order_by(Subscription.audience_id)
    ).all()


def list_consents(contact_id: int) -> Sequence[Row[Consent, Audience]]:
    """Return what a contact agreed to and withdrew, latest first, each with its audience."""
    query = select(Consent, Audience).join(Audience, Audience.id == Consent.audience_id)
    return db.session.execute(query.where(Consent.contact_id == contact_id).order_by(Consent.id.desc())).all()


def list_audience_imports(audience_id: int, limit: int = 10) -> Sequence[ContactImport]:
    """Return the latest files that were brought into an audience."""
    entered = ContactImport.state.in_((ImportState.ENTERING, ImportState.DONE, ImportState.UNDOING, ImportState.UNDONE))
    query = select(ContactImport).where(ContactImport.audience_id == audience_id, entered)
    return db.session.scalars(query.order_by(ContactImport.id.desc()).limit(limit)).all()


def stream_contacts(audience: Audience | None) -> Iterator[Contact]:
    """Yield the people of an audience who have not left it, or everybody, by address, a thousand at a time."""
    query = select(Contact)
    if audience:
        query = query.join(Subscription, Subscription.contact_id == Contact.id).where(
            Subscription.audience_id == audience.id, _lasts
        )
    last = ""
    while page := db.session.scalars(
        query.where(Contact.email_key > last).order_by(Contact.email_key).limit(_STREAM_BY)
    ).all():
        last = page[-1].email_key
        yield from page
        for contact in page:
            db.session.expunge(contact)


def list_attribute_names(audience_ids: Sequence[int] | None) -> list[str]:
    """Return the names of the attributes that anybody subscribed to these audiences has; of everybody if None."""
    return [name for name in list_fields() if db.session.scalar(select(_has_attribute(name, audience_ids)))]


def _has_attribute(name: str, audience_ids: Sequence[int] | None) -> ColumnElement[bool]:
    found = select(Contact.id).where(func.coalesce(Contact.attributes[name].as_string(), "") != "")
    return (found if audience_ids is None else found.where(_has_place(audience_ids))).exists()


def _has_place(audience_ids: Sequence[int]) -> ColumnElement[bool]:
    return exists().where(Subscription.contact_id == Contact.id, Subscription.audience_id.in_(audience_ids), _lasts)
