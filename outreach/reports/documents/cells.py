"""What may stand in a cell of a file that somebody opens in a spreadsheet or a word processor."""

import re
import unicodedata

# What XML 1.0 cannot hold (section 2.2); nobody can see it either.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA_STARTS = frozenset("=+-@＝＋－＠")
_FORMULA_SPACES = frozenset("\t\r\n")


def keep_printable(text: str) -> str:
    """Return `text` without the control characters that no document can hold."""
    return _UNPRINTABLE.sub("", text)


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet might take `text` for a formula (X-13), also behind spaces or in full-width signs."""
    if text[:1] in _FORMULA_SPACES and text:
        return True
    first = next((sign for sign in text if unicodedata.category(sign)[0] not in "ZC"), "")
    return first in _FORMULA_STARTS


def make_csv_safe(text: str) -> str:
    """Return the cell for a CSV file: what looks like a formula gets an apostrophe (X-13)."""
    return f"'{text}" if is_formula_like(text) else text
