"""What happened to one delivery, in the order it happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from outreach.accounts.models import AuditEntry, User
from outreach.db import db
from outreach.dispatch.history import list_history
from outreach.dispatch.labels import REASON_LABELS, STAGE_LABELS
from outreach.dispatch.ledger import list_attempts
from outreach.dispatch.models import Attempt, Delivery
from outreach.dispatch.rules import Outcome
from outreach.translation import gettext as _
from outreach.translation import lazy_gettext

_RESOLVED = "resolved"
_TRIES = {
    Outcome.QUEUED: (lazy_gettext("No pudo salir y volvió a la cola"), "neutral"),
    Outcome.WAITING: (lazy_gettext("El servidor de correo pidió esperar"), "warning"),
    Outcome.FAILED: (lazy_gettext("El servidor de correo lo rechazó"), "bad"),
    Outcome.UNCERTAIN: (lazy_gettext("Se perdió la respuesta del servidor de correo"), "warning"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: in words, with what the mail server said, and who did it where a person did."""

    at: datetime
    title: str
    tone: str = "neutral"
    detail: str = ""
    reply: str = ""
    by: str = ""
    line_id: int | None = None


def list_events(delivery: Delivery) -> list[Event]:
    """Return the delivery's release, its tries with the server's answers, its outcome, and what people did after."""
    attempts = list_attempts(delivery.id)
    tries = [_describe_try(attempt) for attempt in attempts if attempt.stage != _RESOLVED]
    is_resolved = any(attempt.stage == _RESOLVED for attempt in attempts)
    events = [
        *_describe_release(delivery),
        *tries,
        *([] if is_resolved else _describe_outcome(delivery)),
        *(_describe_word(attempt) for attempt in attempts if attempt.stage == _RESOLVED),
        *_list_corrections(delivery),
    ]
    return sorted(events, key=lambda event: event.at)


def _describe_release(delivery: Delivery) -> Iterator[Event]:
    if delivery.campaign.released_at and delivery.finished_at != delivery.campaign.released_at:
        yield Event(delivery.campaign.released_at, _("Entró a la cola al iniciar el envío"))


def _describe_try(attempt: Attempt) -> Event:
    title, tone = _TRIES[Outcome(attempt.outcome)]
    stage = STAGE_LABELS.get(attempt.stage, attempt.stage)
    return Event(attempt.at, str(title), tone, str(stage), attempt.reply)


def _describe_outcome(delivery: Delivery) -> Iterator[Event]:
    if delivery.finished_at is None:
        return
    if delivery.outcome == Outcome.SENT:
        yield Event(delivery.finished_at, _("El servidor de correo lo aceptó"), "good", reply=delivery.reply)
    elif delivery.outcome == Outcome.SKIPPED:
        why = REASON_LABELS.get(delivery.reason, delivery.reason)
        yield Event(delivery.finished_at, _("Se omitió"), detail=str(why))


def _describe_word(attempt: Attempt) -> Event:
    title = _("Una persona confirmó que salió")
    if attempt.outcome != Outcome.SENT:
        title = _("Una persona confirmó que no salió")
    tone = "good" if attempt.outcome == Outcome.SENT else "bad"
    return Event(attempt.at, title, tone, attempt.reply, by=_find_resolver(attempt.delivery_id))


def _find_resolver(delivery_id: int) -> str:
    query = (
        select(User.name)
        .join(AuditEntry, AuditEntry.user_id == User.id)
        .where(AuditEntry.subject == "delivery", AuditEntry.subject_id == delivery_id, AuditEntry.action == "resolve")
    )
    return db.session.scalar(query.limit(1)) or ""


def _list_corrections(delivery: Delivery) -> Iterator[Event]:
    """Say which later lines of the log took the place of the one that this delivery belongs to."""
    for line in list_history(delivery.dispatch):
        if line.corrects_id is not None:
            title = _("Se corrigió en la bitácora la línea de este envío")
            yield Event(line.created_at, title, detail=line.reason, line_id=line.id)
