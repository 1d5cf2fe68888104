"""What an audit sees in the text of a row: quotes without their pair, doubled words, meetings, numbered sessions."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from outreach.reports.names_of_days import fold_word

_DOUBLED = re.compile(r"\b([^\W\d_]{2,})\s+\1\b", re.IGNORECASE)
_PAIRS = {"”": "“", "»": "«"}
_QUOTES = re.compile("[“”«»]")
# How a row begins that tells of something done with people in a room or on a line, and not of something sent.
_NO_DISPATCH = re.compile(
    r"(reunion(es)?|encuentros?|llamadas?|videollamadas?|videoconferencias?|teleconferencias?|entrevistas?|visitas?"
    r"|recorridos?|mesas? de trabajo|sesion(es)? de trabajo|asistencia a|participacion en|firma del?|atencion a"
    r"|acuerdo con|gestion(es)? (con|ante|para)|se (reunio|asistio|participo|realizo|llevo a cabo|sostuvo))\b"
)
_WORDS_OF_TEN = {
    **dict.fromkeys(("primera", "primer", "primero"), 1),
    **dict.fromkeys(("segunda", "segundo"), 2),
    **dict.fromkeys(("tercera", "tercer", "tercero"), 3),
    **dict.fromkeys(("cuarta", "cuarto"), 4),
    **dict.fromkeys(("quinta", "quinto"), 5),
    **dict.fromkeys(("sexta", "sexto"), 6),
    **dict.fromkeys(("septima", "septimo"), 7),
    **dict.fromkeys(("octava", "octavo"), 8),
    **dict.fromkeys(("novena", "noveno"), 9),
}
_TENS = {"decima": 10, "decimo": 10, "vigesima": 20, "vigesimo": 20, "trigesima": 30, "trigesimo": 30}
_ODD_TENS = {"undecima": 11, "undecimo": 11, "duodecima": 12, "duodecimo": 12}
_ORDINAL_WORDS = "|".join(sorted((*_WORDS_OF_TEN, *_TENS, *_ODD_TENS), key=len, reverse=True))
_TEN_WORDS = "decim[oa]|vigesim[oa]|trigesim[oa]"
_ORDINAL = rf"(?:\d{{1,3}}\s?[ao]*\.?|(?:(?:{_TEN_WORDS})\s?)?(?:{_ORDINAL_WORDS}))"
_SORT = r"(?:ordinaria|extraordinaria|urgente|solemne|especial)"
_SESSION = re.compile(
    rf"\b(?P<sessions>sesion(?:es)?\s+{_ORDINAL}\s+{_SORT}(?:\s*(?:,|y|e)\s+(?:{_ORDINAL}\s+)?{_SORT})*"
    rf"|{_ORDINAL}\s+sesion\s+{_SORT})\s+(?:de\s+la|de\s+las|de\s+los|del|de)\s+(?P<body>.+)"
)
_NUMBERED = re.compile(rf"(?P<number>{_ORDINAL})\s+(?:sesion\s+)?(?P<sort>{_SORT})")
_RESUMED = "reanudacion"


@dataclass(frozen=True, slots=True)
class Session:
    """One numbered session of a body, its words folded: the same session has the same three."""

    number: int
    sort: str
    body: str


def find_doubled_word(text: str) -> str:
    """Return the first word that stands twice in a row, as written; empty when there is none."""
    found = _DOUBLED.search(text)
    return found[0] if found else ""


def has_unbalanced_quotes(text: str) -> bool:
    """Tell whether a quote is opened and not closed, closed and not opened, or opened again inside the same kind."""
    if text.count('"') % 2:
        return True
    open_quotes: list[str] = []
    for sign in _QUOTES.findall(text):
        if sign in _PAIRS.values():
            if sign in open_quotes:
                return True
            open_quotes.append(sign)
        elif not open_quotes or open_quotes.pop() != _PAIRS[sign]:
            return True
    return bool(open_quotes)


def is_no_dispatch(text: str) -> bool:
    """Tell whether a row seems to tell of a meeting or a call and not of something that was sent."""
    return bool(_NO_DISPATCH.match(_fold(text)))


def list_sessions(text: str) -> Iterator[Session]:
    """Yield the numbered sessions that a text invites to; one that is resumed another day is no second one."""
    folded = _fold(text)
    found = None if _RESUMED in folded else _SESSION.search(folded)
    if not found:
        return
    body = " ".join(re.sub(r"\W+", " ", found["body"]).split())
    for numbered in _NUMBERED.finditer(found["sessions"]):
        number = _read_ordinal(numbered["number"])
        if number:
            yield Session(number, numbered["sort"], body)


@lru_cache(maxsize=4096)  # each check goes through all texts of a quarter, and so does the next page
def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).translate({ord("ª"): "a", ord("º"): "o", ord("°"): "o"})
    return " ".join(fold_word(plain).split()).lstrip("«“\"'¡¿ ")


def _read_ordinal(text: str) -> int:
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits[0])
    number = 0
    for word in re.findall(rf"{_ORDINAL_WORDS}|{_TEN_WORDS}", text):
        number += _WORDS_OF_TEN.get(word, 0) + _TENS.get(word, 0) + _ODD_TENS.get(word, 0)
    return number
