"""English is complete: every text that the sources say in Spanish has its English, with the same placeholders."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "outreach"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trimmed": "true"}}
KEYWORDS = {
    "_": None, "gettext": None, "_l": None, "lazy": None, "lazy_gettext": None, "ngettext": (1, 2),
}  # fmt: skip
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def _walk_sources() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for found in extract_from_dir(SOURCES, METHODS, OPTIONS, KEYWORDS):
        yield f"{found[0]}:{found[1]}", found[2]


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with SOURCES.joinpath("translations", "en", "LC_MESSAGES", "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def test_no_english_text_is_missing(catalogue: Catalog) -> None:
    texts = list(_walk_sources())
    assert len(texts) > 300
    missing = [(where, text) for where, text in texts if not _has_english(catalogue, text)]
    assert missing == []


def _has_english(catalogue: Catalog, text: str | tuple[str, ...]) -> bool:
    message = catalogue.get(text if isinstance(text, str) else text[0])
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def test_each_english_text_keeps_the_placeholders_of_the_spanish(catalogue: Catalog) -> None:
    messages = [message for message in catalogue if message.id]
    assert [message.id for message in messages if not _keeps_placeholders(message)] == []


def _keeps_placeholders(message: Message) -> bool:
    spanish = message.id if isinstance(message.id, str) else message.id[-1]
    english = message.string if isinstance(message.string, str) else (message.string or [""])[-1]
    return set(_PLACEHOLDER.findall(spanish)) - {"num"} == set(_PLACEHOLDER.findall(english)) - {"num"}
