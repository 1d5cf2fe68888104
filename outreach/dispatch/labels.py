"""What outcomes and reasons are called on pages and in listings."""

from dataclasses import dataclass

from babel.support import LazyProxy

from outreach.dispatch.rules import PENDING, Outcome
from outreach.translation import lazy_gettext as _l

OUTCOME_LABELS = {
    Outcome.QUEUED: _l("en cola"),
    Outcome.CLAIMED: _l("en curso"),
    Outcome.WAITING: _l("en espera"),
    Outcome.SENT: _l("enviada"),
    Outcome.FAILED: _l("fallida"),
    Outcome.UNCERTAIN: _l("incierta"),
    Outcome.SKIPPED: _l("omitida"),
}

REASON_LABELS = {
    "": "",
    "unsubscribed": _l("se dio de baja"),
    "suppressed": _l("dirección en exclusión"),
    "cancelled": _l("la campaña se canceló"),
    "expired": _l("se acabó el tiempo para enviarla"),
    "recipient": _l("el servidor rechazó la dirección"),
    "message": _l("el servidor rechazó el mensaje"),
    "resolved": _l("lo resolvió una persona"),
}

STAGE_LABELS = {
    "claimed": _l("antes de empezar"),
    "connect": _l("al conectar con el servidor"),
    "greeting": _l("en el saludo del servidor"),
    "tls": _l("al cifrar la conexión"),
    "auth": _l("al iniciar sesión en el servidor"),
    "mail": _l("al decir quién envía"),
    "rcpt": _l("al decir para quién es"),
    "data": _l("antes del contenido"),
    "content": _l("durante el contenido"),
    "dot": _l("después del punto final"),
    "resolved": _l("lo resolvió una persona"),
}

OUTCOME_TONES = {
    Outcome.QUEUED: "neutral",
    Outcome.CLAIMED: "working",
    Outcome.WAITING: "warning",
    Outcome.SENT: "good",
    Outcome.FAILED: "bad",
    Outcome.UNCERTAIN: "warning",
    Outcome.SKIPPED: "neutral",
}


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """One figure of the ledger as a filter: its name on the page and the outcomes behind it."""

    label: LazyProxy
    outcomes: tuple[Outcome, ...]


# The keys are the ledger's figures, which are also what the page's address says.
LEDGER_FILTERS = {
    "pending": LedgerFilter(_l("Pendientes"), tuple(sorted(PENDING))),
    "sent": LedgerFilter(_l("Enviadas"), (Outcome.SENT,)),
    "failed": LedgerFilter(_l("Fallidas"), (Outcome.FAILED,)),
    "uncertain": LedgerFilter(_l("Inciertas"), (Outcome.UNCERTAIN,)),
    "skipped": LedgerFilter(_l("Omitidas"), (Outcome.SKIPPED,)),
}
