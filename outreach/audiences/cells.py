"""Cells of a CSV that a spreadsheet will open: text stays text (X-13)."""

import re

# What a spreadsheet takes for the beginning of a formula, full-width forms too, with any guards already before it.
_FORMULA = re.compile(r"\s*'*[=+\-@\t\r＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠]")


def guard_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs: an apostrophe stands before what looks like a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard_cell(text: str) -> str:
    """Take the apostrophe of `guard_cell` away again."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text
