"""What an audit finds in a table of dispatches: a code, the row and a sentence that says what to look at."""

from dataclasses import dataclass
from enum import StrEnum

from babel.support import LazyProxy

from outreach.translation import lazy_gettext as _l

WHOLE_TABLE = 0


class Code(StrEnum):
    """The codes of findings. The first nine are the contract of `log import --json` (design §7).

    A row with IMPOSSIBLE_DATE is refused, and so is one with MALFORMED_DATE that holds no date at all; every other row
    enters, and the finding is something to look at.
    """

    IMPOSSIBLE_DATE = "impossible-date"
    WEEKDAY_MISMATCH = "weekday-mismatch"
    OUTSIDE_PERIOD = "outside-period"
    OUT_OF_ORDER = "out-of-order"
    DUPLICATE_ROW = "duplicate-row"
    MALFORMED_DATE = "malformed-date"
    MONTH_ONLY_DATE = "month-only-date"
    NOT_A_DISPATCH = "not-a-dispatch"
    MISSING_INFORMATION = "missing-information"
    # The total that the text around the table states is not that of its rows, or not that of its dates.
    STATED_TOTAL = "stated-total"
    # One session of a body, by its number and sort, on two days of a year.
    SESSION_ON_TWO_DAYS = "session-on-two-days"
    UNBALANCED_QUOTES = "unbalanced-quotes"
    DOUBLED_WORD = "doubled-word"
    # A date or a text that ends, or a date that is written, unlike most of its table.
    UNEVEN_DATE = "uneven-date"
    UNEVEN_STOP = "uneven-stop"
    # A cell with several dates in a table of one date a row: each is a dispatch.
    SEVERAL_DATES = "several-dates"
    # A cell that had to be cut short, or a word for a channel or kind that nobody knows, kept as a note.
    KEPT_AS_NOTE = "kept-as-note"


LABELS: dict[Code, LazyProxy] = {
    Code.IMPOSSIBLE_DATE: _l("Fecha que no existe"),
    Code.WEEKDAY_MISMATCH: _l("Día de la semana que no corresponde"),
    Code.OUTSIDE_PERIOD: _l("Fuera del periodo"),
    Code.OUT_OF_ORDER: _l("Fuera de orden"),
    Code.DUPLICATE_ROW: _l("Fila repetida"),
    Code.MALFORMED_DATE: _l("Fecha mal escrita"),
    Code.MONTH_ONLY_DATE: _l("Solo el mes"),
    Code.NOT_A_DISPATCH: _l("Quizá no es un envío"),
    Code.MISSING_INFORMATION: _l("Sin información"),
    Code.STATED_TOTAL: _l("Total que no coincide"),
    Code.SESSION_ON_TWO_DAYS: _l("Misma sesión en dos días"),
    Code.UNBALANCED_QUOTES: _l("Comillas sin pareja"),
    Code.DOUBLED_WORD: _l("Palabra doble"),
    Code.UNEVEN_DATE: _l("Fecha escrita de otro modo"),
    Code.UNEVEN_STOP: _l("Punto final desigual"),
    Code.SEVERAL_DATES: _l("Varias fechas en una fila"),
    Code.KEPT_AS_NOTE: _l("Guardado como nota"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: `row` is the row's number in the table (below the headings, from 1), WHOLE_TABLE for none."""

    row: int
    code: Code
    message: str
    is_refusal: bool = False

    def as_json(self) -> dict[str, object]:
        """Return it under the names of the command line's contract (design §7)."""
        return {"row": self.row, "code": self.code.value, "message": self.message}
