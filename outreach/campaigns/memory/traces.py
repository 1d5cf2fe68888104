"""How similar sentences are found without comparing all: by numbers for two neighbouring words, figures all alike."""

import re
import unicodedata
from hashlib import blake2b
from itertools import pairwise

from outreach.campaigns.rules import Language

MOST_TRACES = 24  # of one text
_FEW_WORDS = 3
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+")
# Two of these beside each other say nothing of what a sentence is about.
_LITTLE_WORDS = frozenset(
    {
        *("a", "al", "con", "de", "del", "e", "el", "en", "la", "las", "lo", "los", "o", "para", "por", "que", "se"),
        *("su", "un", "una", "y", "and", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with"),
    }
)


def list_traces(text: str, language: Language) -> list[int]:
    """Return the traces of a text, at most `MOST_TRACES`: of the whole of it, then of its pairs of words.

    Accents, capitals and figures make no difference. A text of few words also leaves a trace of each.
    """
    words = fold(text).split()
    wanted = [" ".join(words)]
    wanted += [
        f"{one} {other}" for one, other in pairwise(words) if not (one in _LITTLE_WORDS and other in _LITTLE_WORDS)
    ]
    if len(words) <= _FEW_WORDS:
        wanted += [word for word in words if word not in _LITTLE_WORDS]
    numbers = dict.fromkeys(_count(f"{language}:{each}") for each in wanted if each)
    return list(numbers)[:MOST_TRACES]


def fold(text: str) -> str:
    """Return the words of `text` in lower case without accents, every figure the same, single spaces between."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return " ".join(_WORD.findall(_FIGURE.sub("0", plain)))


def _count(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)
