"""The guides for staff: what they name is on the pages, what they show is there, and both languages tell the same."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PIL import Image

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDES = {"es": DOCS / "guia.md", "en": DOCS / "guide.md"}
_PICTURE = re.compile(r"^!\[(?P<alt>.*)\]\((?P<path>[^)]+)\)$", re.MULTILINE)
_NAME = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_TROUBLE = re.compile(r"^\| [«“](.+)[»”] \| .+ \|$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"%\(\w+\)s")
_LARGEST_PICTURE = 100_000
_LARGEST_SUM = 2_500_000


def read(language: str) -> str:
    return GUIDES[language].read_text(encoding="utf-8")


def list_texts(language: str) -> list[re.Pattern[str]]:
    """Return what the pages say in one language; a value in it may be anything, if there are words beside it."""
    with ROOT.joinpath("outreach/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    texts: set[str] = set()
    for message in catalogue:
        forms = message.id if language == "es" else message.string
        texts.update([forms] if isinstance(forms, str) else forms or [])
    said = [_PLACEHOLDER.split(_join(text)) for text in texts]
    return [re.compile(".+".join(map(re.escape, parts))) for parts in said if re.search(r"[^\W\d]{3}", "".join(parts))]


def _join(text: str) -> str:
    return " ".join(text.split())


def find_unknown(language: str, named: list[str]) -> list[str]:
    """Return which of these no page says."""
    texts = list_texts(language)
    return [name for name in named if not any(text.fullmatch(_join(name)) for text in texts)]


@pytest.mark.parametrize("language", GUIDES)
def test_every_name_in_bold_is_a_name_on_a_page(language: str) -> None:
    named = _NAME.findall(read(language))
    assert len(named) > 100
    assert find_unknown(language, named) == []


def test_a_name_that_no_page_has_is_found() -> None:
    assert find_unknown("es", ["Guardar", "Guardar ya mismo"]) == ["Guardar ya mismo"]
    assert find_unknown("en", ["Guardar"]) == ["Guardar"]


@pytest.mark.parametrize("language", GUIDES)
def test_every_trouble_is_a_sentence_of_the_program(language: str) -> None:
    sentences = _TROUBLE.findall(read(language))
    assert len(sentences) > 10
    assert find_unknown(language, sentences) == []


@pytest.mark.parametrize("language", GUIDES)
def test_every_picture_is_there_small_and_told_in_words(language: str) -> None:
    shown = list(_PICTURE.finditer(read(language)))
    assert len(shown) > 25
    for each in shown:
        path = DOCS / each["path"]
        assert path.parent == DOCS / "pictures" / language
        assert len(each["alt"]) > 30, each["path"]
        assert 500 < path.stat().st_size < _LARGEST_PICTURE, each["path"]
        with Image.open(path) as picture:
            assert picture.width <= 1280, each["path"]


def test_no_picture_is_shown_nowhere() -> None:
    shown = {DOCS / each["path"] for language in GUIDES for each in _PICTURE.finditer(read(language))}
    kept = {path for path in DOCS.joinpath("pictures").rglob("*") if path.is_file()}
    assert kept == shown
    assert sum(path.stat().st_size for path in kept) < _LARGEST_SUM


def outline(language: str) -> list[str]:
    """Return what a guide is made of, in its order: headings by their level, pictures by their name, tables, lists."""
    parts = []
    for line in read(language).splitlines():
        if found := _PICTURE.match(line):
            parts.append(Path(found["path"]).name)
        elif found := re.match(r"#+ |\||- |\d\. ", line):
            parts.append(found.group())
    return parts


def test_both_languages_have_the_same_structure_and_pictures() -> None:
    assert outline("es") == outline("en")


@pytest.mark.parametrize("language", GUIDES)
def test_every_link_within_a_guide_arrives(language: str) -> None:
    text = read(language)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", text)
    assert len(links) > 10
    for link in links:
        assert link.removeprefix("#") in anchors if link.startswith("#") else (DOCS / link).is_file(), link
