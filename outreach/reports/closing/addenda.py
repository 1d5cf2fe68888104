"""What changed after a period was closed, as it prints: the closed figures stay, the changes stand apart."""

from collections.abc import Iterator
from dataclasses import dataclass

from outreach.dispatch.log import LogLine
from outreach.reports.closing.queries import Reading
from outreach.reports.dates import DateForm, write_day, write_moment, write_month_only
from outreach.reports.models import Closing
from outreach.reports.parts import Part
from outreach.reports.phrases import Phrases
from outreach.reports.tables import build_summary
from outreach.reports.wording import write_figures


@dataclass(frozen=True, slots=True)
class Speech:
    """The language of a document, its phrases, and the IANA zone of its hours."""

    language: str
    phrases: Phrases
    zone: str

    def word(self, name: str) -> str:
        """Return a word of the document."""
        return str(self.phrases["document"][name])

    def tell_changes(self, reading: Reading) -> str:
        """Say that a closed period changed, and in how many lines."""
        if reading.closing is None:
            return ""
        number = len(reading.added) + len(reading.removed)
        one, many = self.phrases["document"]["changed"]
        moment = write_moment(reading.closing.closed_at, self.zone, self.language)
        return str((one if number == 1 else many).format(moment=moment, number=write_figures(number, self.language)))

    def tell_closing(self, closing: Closing) -> str:
        """Say when and by whom the period was closed, and the hash of its figures."""
        moment = write_moment(closing.closed_at, self.zone, self.language)
        return self.word("closed").format(moment=moment, who=closing.closed_by.name, hash=closing.sha256)


def list_addenda(reading: Reading, speech: Speech) -> Iterator[Part]:
    """Yield the addendum of a closed period; nothing for an open one."""
    if reading.closing is None:
        return
    changes = [("added", line) for line in reading.added] + [("removed", line) for line in reading.removed]
    columns = [speech.word(name) for name in ("change", "date", "information", "audience")]
    rows = [_write_change(change, line, speech) for change, line in changes]
    notes = [speech.tell_closing(reading.closing)]
    if not changes:
        notes.append(speech.word("kept"))
    tables = (build_summary(None, columns, rows, has_total=False, is_text=True),) if changes else ()
    yield Part("addendum", speech.word("addendum"), tables=tables, notes=tuple(notes))


def _write_change(change: str, line: LogLine, speech: Speech) -> list[str]:
    language = speech.language
    day = (
        write_month_only(line.sent_on, language)
        if line.is_month_only
        else write_day(line.sent_on, DateForm(), language)
    )
    return [
        speech.word(change),
        day,
        line.information(language),
        line.audience_name(language) or speech.word("no_audience"),
    ]
