"""In whose place a message can be seen: people who would receive it, or an example person."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import AuditEntry, User
from outreach.audiences.models import Contact, Subscription, Suppression
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.audiences.selection import RECEIVES, select_everybody
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import Rendition
from outreach.db import db
from outreach.translation import gettext as _
from outreach.translation import speaking

MOST_SHOWN = 10
_MOST_ASKED = 40  # some of them may be left out
# A name is looked for among this many people of an audience, the newest; an address among all.
_NEWEST = 5000
_SEEN_FOR = timedelta(hours=1)
_LAST_LETTER = "\uffff"


def list_readers(campaign: Campaign, words: str = "") -> Sequence[Contact]:
    """Return a few people in the campaign's audiences: by the beginning of their address, or words of their name."""
    wanted = words.strip().lower()
    if not wanted:
        return _keep_receiving(campaign, _list_newest(campaign, None, _MOST_ASKED))
    by_address = (
        select(Contact)
        .where(Contact.email_key >= wanted, Contact.email_key < wanted + _LAST_LETTER, _belongs(campaign))
        .order_by(Contact.email_key)
        .limit(_MOST_ASKED)
    )
    found = list(db.session.scalars(by_address))
    if len(found) < _MOST_ASKED:
        known = {contact.id for contact in found}
        named = and_(*(Contact.name.icontains(word, autoescape=True) for word in wanted.split()))
        found += [each for each in _list_newest(campaign, named, _MOST_ASKED) if each.id not in known]
    return _keep_receiving(campaign, found)


def find_reader(campaign: Campaign, wanted: str) -> Contact | None:
    """Return whoever has this public id, if they would receive the campaign."""
    try:
        number = UUID(wanted)
    except ValueError:
        return None
    found = db.session.scalars(select(Contact).where(Contact.public_id == number)).all()
    return next(iter(_keep_receiving(campaign, found)), None)


def note_seen(campaign: Campaign, reader: Contact, user: User) -> bool:
    """Keep in the trail that `user` saw the message in a person's place, once an hour; tell whether it was added."""
    seen = exists().where(
        AuditEntry.subject == "contact",
        AuditEntry.subject_id == reader.id,
        AuditEntry.user_id == user.id,
        AuditEntry.action == "preview_as",
        AuditEntry.at > clock.now() - _SEEN_FOR,
    )
    if db.session.scalar(select(seen)):
        return False
    record("preview_as", "contact", reader.id, {"campaign": campaign.id}, user=user)
    return True


def fill_in(campaign: Campaign, reader: Contact | None, rendition: Rendition) -> Mapping[str, str]:
    """Return the values of a reader's placeholders, or those of an example person; addresses lead nowhere."""
    fixed = {"sistema.baja": "https://example.org/baja", "sistema.preferencias": "https://example.org/preferencias"}
    if campaign.audiences:
        fixed |= {"sistema.audiencia": campaign.audiences[0].name_es, "sistema.audience": campaign.audiences[0].name_en}
    if reader is None:
        with speaking("en" if rendition is Rendition.EN else "es"):
            return {**_make_up_reader(), **fixed}
    personal = {name: getattr(reader, column) for name, column in PERSONAL_FIELDS.items()}
    return {**reader.attributes, **personal, **fixed}


def _keep_receiving(campaign: Campaign, found: Sequence[Contact]) -> Sequence[Contact]:
    """Return those of a few people whom the campaign's choice lets receive it, at most `MOST_SHOWN`."""
    if not found or not campaign.audience_links:
        return []
    among = select(Contact.id).where(Contact.id.in_([contact.id for contact in found]))
    chosen = select_everybody(campaign.choice, among).subquery()
    receiving = set(db.session.scalars(select(chosen.c.contact_id).where(chosen.c.reason == RECEIVES)))
    return [contact for contact in found if contact.id in receiving][:MOST_SHOWN]


def _belongs(campaign: Campaign) -> ColumnElement[bool]:
    audience_ids = [link.audience_id for link in campaign.audience_links]
    return and_(
        exists().where(
            Subscription.contact_id == Contact.id,
            Subscription.audience_id.in_(audience_ids),
            Subscription.ended_at.is_(None),
        ),
        ~exists().where(Suppression.email_hash == Contact.email_hash),
    )


def _list_newest(campaign: Campaign, condition: ColumnElement[bool] | None, limit: int) -> Sequence[Contact]:
    """Return some of the newest people of each audience."""
    parts = [
        select(Subscription.contact_id)
        .where(Subscription.audience_id == link.audience_id, Subscription.ended_at.is_(None))
        .order_by(Subscription.contact_id.desc())
        .limit(_NEWEST if condition is not None else 2 * limit)
        for link in campaign.audience_links
    ]
    if not parts:
        return []
    places = [Contact.id.in_(select(part.subquery().c.contact_id)) for part in parts]
    statement = select(Contact).where(or_(*places), ~exists().where(Suppression.email_hash == Contact.email_hash))
    if condition is not None:
        statement = statement.where(condition)
    return db.session.scalars(statement.order_by(Contact.name, Contact.id).limit(limit)).all()


def _make_up_reader() -> Mapping[str, str]:
    return {
        "nombre": _("Ana Pérez"),
        "institucion": _("Colegio de Ejemplo"),
        "cargo": _("coordinadora"),
        "tratamiento": _("Dra."),
        "pais": _("México"),
    }
