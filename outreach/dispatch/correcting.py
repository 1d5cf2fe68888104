"""Corrections: nothing in the log is edited or deleted, a new line takes the place of the one it names."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.db import db
from outreach.dispatch.chain import make_content_key, seal_new_lines
from outreach.dispatch.entering import check_day, check_reach, check_text
from outreach.dispatch.errors import LogLineError
from outreach.dispatch.models import Dispatch, LogImport
from outreach.dispatch.rules import Channel, Origin
from outreach.errors import NotFoundError
from outreach.translation import gettext as _
from outreach.translation import lazy_gettext

_LONGEST_REASON = 400
# What a correction takes over from the line it corrects; its own place in the chain it gets itself.
_KEPT = (
    *("audience_id", "kind_id", "import_id", "import_row", "channel", "origin", "sender"),
    *("information_es", "information_en", "sent_on", "is_month_only", "printed_date", "is_audience_guessed"),
    *("programme_key", "note", "reach", "reach_source", "evidence_name", "evidence_sha256"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction says instead; None leaves it as it is."""

    sent_on: date | None = None
    information_es: str | None = None
    information_en: str | None = None
    audience_id: int | None = None
    kind_id: int | None = None
    channel: Channel | None = None
    sender: str | None = None
    programme_key: str | None = None
    reach: int | None = None
    reach_source: str | None = None

    def values(self) -> dict[str, Any]:
        """Return the columns that change."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def correct_line(line_id: int, change: Change, reason: str, user: User | None) -> Dispatch:
    """Write the line that takes the place of another; raise LogLineError if that cannot be."""
    line, values = get_line_in_force(line_id), change.values()
    changed = {name: value for name, value in values.items() if getattr(line, name) != value}
    _check_change(line, changed)
    if "sent_on" in changed:
        changed["is_month_only"] = False
    if "audience_id" in changed:
        changed["is_audience_guessed"] = False
    return _write(line, changed, reason, user)


def void_line(line_id: int, reason: str, user: User | None) -> Dispatch:
    """Write the line that withdraws another: it counts no more, and both stay readable."""
    return _write(get_line_in_force(line_id), {"sent_on": None}, reason, user)


def undo_import(import_id: int, reason: str, user: User | None) -> int:
    """Withdraw every line of an import that still counts, each by a line of its own; return how many there were."""
    found = db.session.get(LogImport, import_id)
    if found is None:
        raise NotFoundError(_("No existe la importación %(number)s.", number=import_id))
    if found.undone_at:
        raise LogLineError(_("La importación %(number)s ya se deshizo.", number=import_id))
    found.undone_at = clock.now()
    db.session.flush()
    connection = db.session.connection()
    condition = (Dispatch.import_id == import_id) & Dispatch.sent_on.is_not(None)
    voids = _select_copies({"sent_on": None}, _clean_reason(reason), found.undone_at).where(condition)
    counted = {"preserve_rowcount": True}  # an insert is not counted elsewhere than on SQLite unless asked for
    written = connection.execute(_insert_copies(voids), execution_options=counted).rowcount
    seal_new_lines(connection)
    db.session.expire_all()
    record("undo", "log_import", import_id, {"lines": written}, user)
    return written


def move_day(connection: Connection, dispatch_id: int, day: date, now: datetime) -> None:
    """Correct the day of a line of the system when a journal, read late, shows an acceptance on an earlier one."""
    belongs = (Dispatch.id == dispatch_id) | (Dispatch.original_id == dispatch_id)
    reason = _("Un registro leído después muestra que el primer mensaje se aceptó antes.")
    copies = _select_copies({"sent_on": day}, reason, now).where(belongs, Dispatch.sent_on > day)
    connection.execute(_insert_copies(copies))
    seal_new_lines(connection)


def get_line_in_force(line_id: int) -> Dispatch:
    """Return a line that counts; raise NotFoundError, or LogLineError naming what took its place."""
    line = db.session.get(Dispatch, line_id)
    if line is None or (line.sent_on is None and line.corrects_id is None):
        raise NotFoundError(_("No existe la línea %(number)s en la bitácora.", number=line_id))
    later = db.session.scalar(select(Dispatch).where(Dispatch.corrects_id == line_id))
    if later and later.sent_on:
        raise LogLineError(
            _(
                "La línea %(number)s ya se corrigió: corrija la %(later)s, que ocupa su lugar.",
                number=line_id,
                later=later.id,
            )
        )
    if later or line.sent_on is None:
        raise LogLineError(_("La línea %(number)s está anulada: ya no cuenta.", number=line_id))
    return line


def _write(line: Dispatch, changed: dict[str, Any], reason: str, user: User | None) -> Dispatch:
    kept = {name: getattr(line, name) for name in _KEPT}
    values = {**kept, **changed}
    correction = Dispatch(
        **values,
        corrects_id=line.id,
        original_id=line.original_id or line.id,
        created_at=clock.now(),
        reason=_clean_reason(reason),
        content_key=make_content_key(values),
    )
    db.session.add(correction)
    db.session.flush()
    seal_new_lines(db.session.connection())
    db.session.refresh(correction)
    verb = "correct" if values["sent_on"] else "void"
    record(verb, "dispatch", line.id, {"line": correction.id, "fields": sorted(changed)}, user)
    return correction


def _clean_reason(reason: str) -> str:
    if not reason.strip():
        raise LogLineError(_("Falta el motivo: escriba por qué se corrige o se anula."))
    return reason.strip()[:_LONGEST_REASON]


# What the mail server proved is not for a person to say otherwise.
_PROVEN = {
    "sent_on": lazy_gettext("la fecha"),
    "channel": lazy_gettext("el canal"),
    "sender": lazy_gettext("el remitente"),
    "reach": lazy_gettext("el alcance"),
}


def _check_change(line: Dispatch, changed: dict[str, Any]) -> None:
    if not changed:
        raise LogLineError(_("No hay nada que corregir: la línea ya dice eso."))
    proven = [str(_PROVEN[name]) for name in _PROVEN if name in changed]
    if line.origin == Origin.SYSTEM and proven:
        raise LogLineError(
            _(
                "La línea la envió el sistema y esto consta en el servidor de correo: no se corrige %(names)s.",
                names=", ".join(proven),
            )
        )
    check_text(changed.get("information_es", line.information_es), changed.get("information_en", ""))
    if "sent_on" in changed:
        check_day(changed["sent_on"])
    check_reach(changed.get("reach", line.reach), changed.get("reach_source", line.reach_source))


def _select_copies(changed: dict[str, Any], reason: str, now: datetime) -> Select[Any]:
    """Choose the lines that no correction replaced, as the rows of their corrections."""
    corrected = select(Dispatch.corrects_id).where(Dispatch.corrects_id.is_not(None)).correlate(None)
    kept = [
        literal(changed[name], getattr(Dispatch, name).type) if name in changed else getattr(Dispatch, name)
        for name in _KEPT
    ]
    original = func.coalesce(Dispatch.original_id, Dispatch.id)
    rest = (
        Dispatch.id,
        original,
        literal(now, Dispatch.created_at.type),
        literal(reason),
        literal(0),
        literal(""),
        literal(""),
    )
    return select(*kept, *rest).where(Dispatch.id.not_in(corrected))


def _insert_copies(copies: Select[Any]) -> Any:  # noqa: ANN401 - an insert from a select has no better name
    rest = ("corrects_id", "original_id", "created_at", "reason", "intended", "content_key", "previous_sha256")
    return insert(Dispatch).from_select([*_KEPT, *rest], copies)
