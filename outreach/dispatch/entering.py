"""Lines of the log that the system did not send: entered by hand, or brought in from an old report's table."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date

from sqlalchemy import exists, func, insert, select
from sqlalchemy.orm import aliased

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import User
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.chain import CONTENT_COLUMNS, make_content_key, seal_new_lines
from outreach.dispatch.errors import LogLineError
from outreach.dispatch.models import Dispatch
from outreach.dispatch.rules import Channel, Origin
from outreach.translation import gettext as _

LONGEST_INFORMATION = 2000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as it enters the log; a month of which nobody knows the day has its first day and `is_month_only`."""

    sent_on: date
    information_es: str
    channel: Channel
    audience_id: int | None = None
    kind_id: int | None = None
    sender: str = ""
    information_en: str = ""
    is_month_only: bool = False
    printed_date: str = ""
    is_audience_guessed: bool = False
    programme_key: str = ""
    note: str = ""
    reach: int | None = None
    reach_source: str = ""
    evidence_name: str = ""
    evidence_sha256: str = ""
    import_row: int | None = None

    @property
    def content_key(self) -> str:
        """What tells that another table brings the same dispatch."""
        return make_content_key({name: getattr(self, name) for name in CONTENT_COLUMNS})


_COLUMNS = tuple(column.name for column in fields(NewLine))


def enter_line(line: NewLine, user: User | None) -> Dispatch:
    """Write one line by hand; raise LogLineError for what cannot be: no text, a day to come, a reach from nowhere."""
    check_text(line.information_es, line.information_en)
    check_day(line.sent_on)
    check_reach(line.reach, line.reach_source)
    dispatch = Dispatch(**asdict(line), origin=Origin.BY_HAND, created_at=clock.now(), content_key=line.content_key)
    db.session.add(dispatch)
    db.session.flush()
    seal_new_lines(db.session.connection())
    db.session.refresh(dispatch)
    record("enter", "dispatch", dispatch.id, {"channel": line.channel.value}, user)
    return dispatch


def enter_lines(lines: Sequence[NewLine], import_id: int) -> None:
    """Write the lines of an import, a few hundred at a time."""
    now = clock.now()
    for start in range(0, len(lines), _AT_ONCE):
        rows = [
            {
                **{name: getattr(line, name) for name in _COLUMNS},
                "content_key": line.content_key,
                "import_id": import_id,
                "origin": Origin.IMPORTED,
                "created_at": now,
            }
            for line in lines[start : start + _AT_ONCE]
        ]
        db.session.execute(insert(Dispatch), rows)
    seal_new_lines(db.session.connection())


def count_known(keys: Collection[str]) -> Counter[str]:
    """Count, by content key, the dispatches that the log holds already; what was withdrawn does not count.

    A dispatch that was corrected is still known by the words it had before.
    """
    known: Counter[str] = Counter()
    asked = sorted(set(keys))
    original = func.coalesce(Dispatch.original_id, Dispatch.id)
    latest, correction = aliased(Dispatch), aliased(Dispatch)
    stands = exists().where(
        (latest.id == original) | (latest.original_id == original),
        latest.sent_on.is_not(None),
        ~exists().where(correction.corrects_id == latest.id),
    )
    for start in range(0, len(asked), _AT_ONCE):
        query = select(Dispatch.content_key, func.count(original.distinct())).where(
            Dispatch.content_key.in_(asked[start : start + _AT_ONCE]), stands
        )
        for key, number in db.session.execute(query.group_by(Dispatch.content_key)):
            known[key] = number
    return known


def check_text(spanish: str, english: str) -> None:
    """Raise LogLineError for a line without its Spanish text, or with one that no report could print."""
    if not spanish.strip():
        raise LogLineError(_("Falta la información: escriba qué se envió, como lo dirá el informe."))
    if max(len(spanish), len(english)) > LONGEST_INFORMATION:
        raise LogLineError(
            _("La información pasa de %(limit)s caracteres: escríbala más corta.", limit=LONGEST_INFORMATION)
        )


def check_day(day: date) -> None:
    """Raise LogLineError for a day to come."""
    if day > clock.day_in(current_config().timezone, clock.now()):
        raise LogLineError(_("La fecha %(day)s todavía no llega: escriba el día en que se envió.", day=day.isoformat()))


def check_reach(reach: int | None, source: str) -> None:
    """Raise LogLineError for a reach below zero, or one that nobody says the source of."""
    if reach is not None and reach < 0:
        raise LogLineError(_("El alcance no puede ser menor que cero."))
    if reach is not None and not source.strip():
        raise LogLineError(_("Falta la fuente del alcance: escriba de dónde viene la cifra."))
