"""Everything that is known of somebody, as a story for the page and as a file for the person (P-21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.support import LazyProxy
from sqlalchemy import select

from outreach.accounts.models import AuditEntry, User
from outreach.audiences.history import Received, get_history
from outreach.audiences.models import Contact
from outreach.audiences.queries import find_suppression, list_consents, list_subscriptions
from outreach.audiences.rules import ConsentAction
from outreach.audiences.wording import ACTIONS, CONSENT_ACTIONS, SOURCES, pick_name
from outreach.db import db

SHOWN = 100
_LONGEST_ACCESS = 100_000


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: what, in words, with the detail that stands below it, and the delivery if it is one."""

    at: datetime
    what: LazyProxy | str
    detail: str = ""
    words: str = ""
    received: Received | None = None


def list_events(contact: Contact) -> list[Event]:
    """Return what happened to somebody, the latest first, at most SHOWN of each sort."""
    events = [Event(contact.created_at, ACTIONS["add"])]
    events += [
        Event(row.at, row.label, row.name, received=row) for row in get_history().list_received(contact.id, SHOWN)
    ]
    events += [
        Event(
            consent.recorded_at,
            CONSENT_ACTIONS[ConsentAction(consent.action)],
            f"{pick_name(audience)} · {SOURCES.get(consent.source, consent.source)}",
            consent.text,
        )
        for consent, audience in list_consents(contact.id)[:SHOWN]
    ]
    events += [
        Event(entry.at, ACTIONS[entry.action], name or "")
        for entry, name in _list_entries(contact)
        if entry.action in ACTIONS
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _list_entries(contact: Contact) -> Sequence[tuple[AuditEntry, str | None]]:
    """Return the trail about somebody, and about the exclusion of their address while it lasts."""
    suppression = find_suppression(contact.email_key)
    query = select(AuditEntry, User.name).outerjoin(User, User.id == AuditEntry.user_id)
    about = (AuditEntry.subject == "contact") & (AuditEntry.subject_id == contact.id)
    if suppression:
        about |= (AuditEntry.subject == "suppression") & (AuditEntry.subject_id == suppression.id)
    rows = db.session.execute(query.where(about).order_by(AuditEntry.id.desc()).limit(SHOWN))
    return [(entry, name) for entry, name in rows]


def gather(contact: Contact) -> dict[str, Any]:
    """Return everything on somebody as JSON: row, places, consents, exclusion, messages and the trail about them."""
    suppression = find_suppression(contact.email_key)
    return {
        "person": _describe_row(contact),
        "audiences": [
            {
                "audience": place.audience.slug,
                "since": place.started_at.isoformat(),
                "until": place.ended_at.isoformat() if place.ended_at else None,
            }
            for place in list_subscriptions(contact.id)
        ],
        "consents": [
            {
                "audience": audience.slug,
                "action": consent.action,
                "recorded_at": consent.recorded_at.isoformat(),
                "given_on": consent.given_on.isoformat() if consent.given_on else None,
                "source": consent.source,
                "text": consent.text,
            }
            for consent, audience in list_consents(contact.id)
        ],
        "excluded": {"since": suppression.created_at.isoformat(), "reason": suppression.reason}
        if suppression
        else None,
        "messages": [
            {"campaign": row.name, "at": row.at.isoformat(), "result": row.outcome}
            for row in get_history().list_received(contact.id, _LONGEST_ACCESS)
        ],
        "trail": [{"at": entry.at.isoformat(), "action": entry.action} for entry, _name in _list_entries(contact)],
    }


def _describe_row(contact: Contact) -> dict[str, Any]:
    names = ("email", "name", "institution", "position", "title", "language", "country", "timezone", "attributes")
    return {name: getattr(contact, name) for name in names} | {
        "created_at": contact.created_at.isoformat(),
        "updated_at": contact.updated_at.isoformat(),
    }
