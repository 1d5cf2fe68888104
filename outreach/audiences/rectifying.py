"""What staff change about somebody at the person's wish: their words, and in the end their whole row (P-22, P-23)."""

from dataclasses import dataclass

from sqlalchemy import select, update

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.audiences.columns import clean_text
from outreach.audiences.errors import PersonError
from outreach.audiences.history import get_history
from outreach.audiences.models import Consent, Contact, ImportChange, ImportProblem
from outreach.audiences.rules import SuppressionReason
from outreach.audiences.service import BY_STAFF, Evidence, suppress, unsubscribe
from outreach.db import db
from outreach.translation import gettext as _

# The address of somebody whose row was erased: nothing is sent to it, and nobody can have it.
ERASED = "suprimida-{number}@erased.invalid"
_TEXTS = ("name", "institution", "position", "title", "country", "timezone")


@dataclass(frozen=True, slots=True)
class PersonWords:
    """What a person's row says, as a form holds it; an empty language is no preference."""

    name: str = ""
    institution: str = ""
    position: str = ""
    title: str = ""
    language: str = ""
    country: str = ""
    timezone: str = ""


def rectify(contact: Contact, words: PersonWords, user: User) -> list[str]:
    """Correct what is known of somebody, and return the names of what changed; the trail keeps them, not the values."""
    wanted: dict[str, str | None] = {name: clean_text(getattr(words, name).strip()) for name in _TEXTS}
    wanted["language"] = words.language or None
    for name in _TEXTS:
        most = getattr(Contact.__table__.c[name].type, "length", 0)
        if len(wanted[name] or "") > most:
            raise PersonError(_("Un dato pasa de %(most)s caracteres: acórtelo.", most=most))
    changed = sorted(name for name, value in wanted.items() if getattr(contact, name) != value)
    if not changed:
        return []
    for name in changed:
        setattr(contact, name, wanted[name])
    contact.updated_at = clock.now()
    record("rectify", "contact", contact.id, {"fields": changed}, user)
    db.session.flush()
    return changed


def erase(contact: Contact, grounds: str, user: User) -> None:
    """Take out everything that tells who somebody is; the figures of what was sent stay, under a row without a name.

    The address stays excluded, as a keyed hash. Raises PersonError for somebody erased before.
    """
    if is_erased(contact):
        raise PersonError(_("Los datos de esta persona ya se suprimieron."))
    unsubscribe(contact, None, Evidence(BY_STAFF, _("supresión de datos")), user)
    suppress(contact.email_key, SuppressionReason.OPPOSITION, "", user)
    get_history().forget(contact.id)
    _forget_imports(contact)
    db.session.execute(update(Consent).where(Consent.contact_id == contact.id).values(source=BY_STAFF, text=""))
    contact.email = contact.email_key = ERASED.format(number=contact.id)
    for name in _TEXTS:
        setattr(contact, name, "")
    contact.language, contact.attributes, contact.updated_at = None, {}, clock.now()
    record("erase", "contact", contact.id, {"grounds": grounds[:200]}, user)
    db.session.flush()


def is_erased(contact: Contact) -> bool:
    """Tell whether this row is what remains of somebody."""
    return contact.email_key == ERASED.format(number=contact.id)


def _forget_imports(contact: Contact) -> None:
    """Files that were brought in remember rows that were refused, and what they overwrote."""
    changes = update(ImportChange).where(ImportChange.contact_id == contact.id)
    db.session.execute(changes.values(before=None, stamped_at=contact.created_at))
    numbers = select(ImportChange.import_id).where(ImportChange.contact_id == contact.id)
    named = ImportProblem.kind == "kept"
    problems = select(ImportProblem).where(ImportProblem.import_id.in_(numbers), named)
    for problem in db.session.scalars(problems):
        if str(contact.id) in problem.cells[1:]:
            problem.cells = []
