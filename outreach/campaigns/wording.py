"""What a version says outside its blocks, and what such lines may hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from outreach.campaigns.blocks import FieldKind, Fields, read_block, tidy
from outreach.campaigns.errors import ContentError
from outreach.campaigns.rules import BlockType
from outreach.mail.headers import HeaderError, check_header_text
from outreach.translation import gettext as _

LONGEST_LINE = 400
LONGEST_INFORMATION = 2000

# what would end a header line; `check_header_text` also finds it in disguise.
_BREAKING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class VersionWords:
    """The subject, the preheader, and the text of the report's row, in one language."""

    subject: str = ""
    preheader: str = ""
    information: str = ""


def clean_words(words: VersionWords) -> VersionWords:
    """Return the words as they are kept; raise ContentError for a subject or preheader that a header cannot hold."""
    return VersionWords(
        _clean_line(words.subject, _("asunto")),
        _clean_line(words.preheader, _("texto de vista previa")),
        _limit(tidy(words.information, FieldKind.LINE), _("texto para el informe"), LONGEST_INFORMATION),
    )


def clean_fields(block_type: BlockType, fields: Fields, number: int) -> dict[str, dict[str, str]]:
    """Return a block's texts as they are kept; `number` (from 1) names the block in a refusal, a ContentError."""
    raw: Mapping[str, object] = {"type": block_type.value, **fields}
    return read_block(raw, number)[1]


def _clean_line(text: str, place: str) -> str:
    line = text.strip()
    if _BREAKING.search(line):
        raise ContentError(_("El %(place)s contiene un salto de línea: escríbalo en una sola línea.", place=place))
    try:
        check_header_text(line)
    except HeaderError as problem:
        raise ContentError(str(problem)) from problem
    return _limit(tidy(line, FieldKind.LINE), place, LONGEST_LINE)


def _limit(text: str, place: str, most: int) -> str:
    if len(text) > most:
        raise ContentError(
            _(
                "El %(place)s tiene %(length)s caracteres y caben %(most)s: acórtelo.",
                place=place,
                length=len(text),
                most=most,
            )
        )
    return text
