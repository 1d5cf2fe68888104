"""The dispatch log as a file: CSV and XLSX that can be brought in again, and JSON for programs."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from outreach.dispatch.log import LogLine
from outreach.reports.documents.formats import MEDIA_TYPES, Document, Format, FormatError
from outreach.reports.documents.plain import write_csv_text
from outreach.reports.documents.workbook import Cell, Workbook
from outreach.translation import gettext as _

LOG_FORMATS = (Format.CSV, Format.JSON, Format.XLSX)
_LINES_IN_A_PIECE = 200
_WIDTHS = (8, 12, 80, 26, 12, 30, 18, 12, 12)


def describe_line(line: LogLine, language: str) -> dict[str, Any]:
    """Return one dispatch as values for JSON; audience, channel, kind and origin are keys, not names."""
    return {
        "id": line.id,
        "sent_on": line.sent_on.isoformat(),
        "information": line.information(language),
        "information_es": line.information_es,
        "information_en": line.information_en,
        "audience": line.audience,
        "channel": line.channel.value,
        "sender": line.sender,
        "kind": line.kind,
        "origin": line.origin.value,
        "accepted": line.accepted,
        "campaign_id": line.campaign_id,
        "is_month_only": line.is_month_only,
        "programme_key": line.programme_key,
        "reach": line.reach,
        "reach_source": line.reach_source,
        "note": line.note,
        "evidence": line.evidence_name,
        "is_audience_guessed": line.is_audience_guessed,
        "corrects_id": line.corrects_id,
        "import_id": line.import_id,
    }


def iterate_log(lines: Iterable[LogLine], chosen: Format, language: str) -> Iterator[bytes]:
    """Yield the log as pieces of a file; CSV and JSON are written while the log is read."""
    if chosen is Format.JSON:
        yield from _iterate_json(lines, language)
    elif chosen is Format.CSV:
        yield from _iterate_csv(lines, language)
    elif chosen is Format.XLSX:
        yield _write_xlsx(lines, language)
    else:
        raise FormatError(
            _("La bitácora no se escribe en %(format)s: pídala en csv, json o xlsx.", format=chosen.value)
        )


def name_log_file(chosen: Format) -> Document:
    """Return the name and type of the log's file, without its content."""
    name = _("bitacora")
    return Document(b"", MEDIA_TYPES[chosen], f"{name}.{chosen}")


def _headings() -> list[str]:
    texts = (
        _("No."),
        _("Fecha"),
        _("Información"),
        _("Audiencia"),
        _("Canal"),
        _("Cuenta"),
        _("Tipo"),
        _("Origen"),
        _("Mensajes aceptados"),
    )
    return list(texts)


def _cells(line: LogLine, language: str) -> list[Cell]:
    text = line.information(language)
    keys = (line.audience, line.channel.value, line.sender, line.kind, line.origin.value)
    return [line.id, line.sent_on, text, *keys, line.accepted]


def _iterate_csv(lines: Iterable[LogLine], language: str) -> Iterator[bytes]:
    yield ("\ufeff" + write_csv_text([_headings()])).encode()
    for piece in _gather(lines):
        yield write_csv_text([str(cell) for cell in _cells(line, language)] for line in piece).encode()


def _iterate_json(lines: Iterable[LogLine], language: str) -> Iterator[bytes]:
    before = "["
    for piece in _gather(lines):
        texts = [json.dumps(describe_line(line, language), ensure_ascii=False) for line in piece]
        yield (before + "\n" + ",\n".join(texts)).encode()
        before = ","
    yield b"[]\n" if before == "[" else b"\n]\n"


def _write_xlsx(lines: Iterable[LogLine], language: str) -> bytes:
    book = Workbook(_("Bitácora de envíos"), "")
    book.add_table(_("Bitácora"), _headings(), _WIDTHS, (_cells(line, language) for line in lines))
    return book.close()


def _gather(lines: Iterable[LogLine]) -> Iterator[list[LogLine]]:
    piece: list[LogLine] = []
    for line in lines:
        piece.append(line)
        if len(piece) == _LINES_IN_A_PIECE:
            yield piece
            piece = []
    if piece:
        yield piece
