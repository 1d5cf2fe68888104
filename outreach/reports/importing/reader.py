"""A row of an old table, understood: what it says itself, what the options say for all, and what becomes a note."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from outreach.audiences.columns import fold_heading
from outreach.campaigns.models import Kind
from outreach.db import db
from outreach.dispatch.entering import LONGEST_INFORMATION
from outreach.dispatch.rules import Channel
from outreach.reports.findings import Code, Finding
from outreach.reports.importing.audiences import AudienceGuide
from outreach.reports.importing.columns import Column, ColumnPlan
from outreach.reports.periods import Period
from outreach.reports.printed_dates import PrintedDates, read_printed_dates
from outreach.translation import gettext as _

_CHANNELS = {
    **{channel.value: channel for channel in Channel},
    **dict.fromkeys(("correo", "correo_electronico", "correos", "e_mail", "mail"), Channel.EMAIL),
    **dict.fromkeys(("sitio", "pagina", "pagina_web", "sitio_web"), Channel.MICROSITE),
    **dict.fromkeys(("llamada", "telephone", "phone"), Channel.TELEPHONE),
    **dict.fromkeys(("other", "otra", "otros"), Channel.OTHER),
}
_LONGEST_SENDER = 254
_LONGEST_KEY = 60
_LONGEST_PRINTED_DATE = 200


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What holds for the rows that do not say it themselves; `audience` is a slug."""

    audience: str = ""
    channel: Channel = Channel.EMAIL
    sender: str = ""
    programme_key: str = ""
    information: str = ""
    information_column: str = ""
    period: Period | None = None
    stated_total: int | None = None
    accepts_guesses: bool = True


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row as it was understood; `audience` is a slug, empty for none."""

    row: int
    printed_date: str
    dates: PrintedDates
    information: str
    printed: str
    audience: str
    is_audience_guessed: bool
    channel: Channel
    sender: str
    kind_id: int | None
    programme_key: str
    note: str


class RowReader:
    """Reads rows one by one and keeps what had to become a note."""

    def __init__(self, plan: ColumnPlan, options: ImportOptions) -> None:
        self._plan = plan
        self._options = options
        self._kinds = _list_kinds()
        self.guide = AudienceGuide()
        self.findings: list[Finding] = []

    def read(self, number: int, cells: Sequence[str]) -> ImportedRow:
        """Understand a row; what it does not say comes from the options."""
        notes = [
            f"{heading}: {cells[place]}" if heading else cells[place]
            for place, heading in self._plan.notes.items()
            if place < len(cells) and cells[place]
        ]
        printed = self._cell(cells, Column.INFORMATION)
        printed_date = self._cell(cells, Column.DATE)
        information = self._fit(number, printed or self._options.information, LONGEST_INFORMATION, notes)
        audience, is_guessed = self._find_audience(cells, printed)
        return ImportedRow(
            row=number,
            printed_date=printed_date[:_LONGEST_PRINTED_DATE],
            dates=read_printed_dates(printed_date),
            information=information,
            printed=printed,
            audience=audience,
            is_audience_guessed=is_guessed,
            channel=self._find_channel(number, cells, notes),
            sender=self._fit(number, self._cell(cells, Column.SENDER) or self._options.sender, _LONGEST_SENDER, notes),
            kind_id=self._find_kind(number, cells, notes),
            programme_key=self._fit(
                number, self._cell(cells, Column.PROGRAMME_KEY) or self._options.programme_key, _LONGEST_KEY, notes
            ),
            note="\n".join(notes),
        )

    def _cell(self, cells: Sequence[str], column: Column) -> str:
        return self._plan.cell(cells, column)

    def _find_audience(self, cells: Sequence[str], text: str) -> tuple[str, bool]:
        named = self.guide.name(self._cell(cells, Column.AUDIENCE)) or self._options.audience
        if named:
            return named, False
        guessed = self.guide.guess(text) if self._options.accepts_guesses else ""
        return guessed, bool(guessed)

    def _find_channel(self, number: int, cells: Sequence[str], notes: list[str]) -> Channel:
        written = self._cell(cells, Column.CHANNEL)
        if not written:
            return self._options.channel
        channel = _CHANNELS.get(fold_heading(written))
        if channel is None:
            self._note(number, _("Canal"), written, notes)
        return channel or Channel.OTHER

    def _find_kind(self, number: int, cells: Sequence[str], notes: list[str]) -> int | None:
        written = self._cell(cells, Column.KIND)
        kind_id = self._kinds.get(fold_heading(written))
        if written and kind_id is None:
            self._note(number, _("Tipo"), written, notes)
        return kind_id

    def _fit(self, number: int, text: str, longest: int, notes: list[str]) -> str:
        if len(text) > longest:
            self._note(number, _("Texto completo"), text, notes)
        return text[:longest]

    def _note(self, number: int, name: str, text: str, notes: list[str]) -> None:
        notes.append(f"{name}: {text}")
        message = _("%(name)s «%(text)s» quedó entero en las notas de la línea.", name=name, text=text[:60])
        self.findings.append(Finding(number, Code.KEPT_AS_NOTE, message))


def _list_kinds() -> dict[str, int]:
    kinds: dict[str, int] = {}
    for kind in db.session.scalars(select(Kind)):
        for written in (kind.slug, kind.name_es, kind.name_en):
            kinds.setdefault(fold_heading(written), kind.id)
    return kinds
