from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from media_samples import TINY_PDF, make_picture
from outreach.accounts.models import User
from outreach.db import db
from outreach.media import storage
from outreach.media.errors import UploadError
from outreach.media.models import StoredFile
from outreach.media.queries import find_file, list_stored
from outreach.media.rules import LARGEST_FILE, describe_size, find_key, list_keys, make_reference
from outreach.media.service import keep_document, keep_picture, note_use, remove_unused, sweep
from outreach.translation import speaking
from signing import make_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ana(app: Flask) -> User:
    assert app
    return make_user()


def test_a_picture_is_kept_with_its_measures_and_who_brought_it(ana: User, now: datetime) -> None:
    kept = keep_picture(make_picture((300, 150)), "jacarandas.png", ana)
    assert (kept.width, kept.height, kept.extension, kept.name) == (300, 150, "png", "jacarandas.png")
    assert (kept.uploaded_by, kept.uploaded_at, len(kept.key)) == (ana, now, 22)
    assert storage.find_path(kept.sha256).stat().st_size == kept.size
    assert storage.find_path(kept.sha256).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x", "x"),
        ("..\\..\\x.png", "x.png"),
        ("/etc/passwd", "passwd"),
        ("a\r\nb.png", "a b.png"),
        ("", "archivo"),
    ],
)
def test_the_name_of_the_original_is_only_shown(ana: User, name: str, shown: str) -> None:
    kept = keep_picture(make_picture(), name, ana)
    assert kept.name == shown
    assert storage.find_path(kept.sha256).name == kept.sha256


def test_the_same_content_is_kept_once(ana: User) -> None:
    first, second = (keep_picture(make_picture(), name, ana) for name in ("una.png", "otra.png"))
    assert first is second
    assert db.session.query(StoredFile).count() == 1


def test_a_file_to_download_is_not_offered_as_a_picture(ana: User) -> None:
    keep_document(make_picture(), "cartel.png", ana)
    keep_document(TINY_PDF, "bases.pdf", ana)
    assert list_stored(is_picture=True).total == 0
    assert keep_picture(make_picture(), "cartel.png", ana).width == 40
    assert list_stored(is_picture=True).total == 1


def test_pictures_are_found_by_their_name_and_their_texts(ana: User) -> None:
    kept = keep_picture(make_picture(), "IMG_1.png", ana)
    note_use(kept, {"es": "Una jacaranda", "en": ""})
    assert [found.key for found in list_stored(is_picture=True, words="jacaranda").items] == [kept.key]
    assert [found.key for found in list_stored(is_picture=True, words="img_").items] == [kept.key]
    assert list_stored(is_picture=True, words="ahuehuete").items == []


@pytest.mark.parametrize(("content", "words"), [(b"", "vacío"), (b"x" * (LARGEST_FILE + 1), "caben 10 MB")])
def test_an_empty_or_a_huge_file_is_refused(ana: User, content: bytes, words: str) -> None:
    for keep in (keep_picture, keep_document):
        with pytest.raises(UploadError, match=words):
            keep(content, "x.pdf", ana)


def test_what_nothing_uses_goes_after_two_months(ana: User, now: datetime) -> None:
    used, unused = (keep_picture(make_picture(colour=colour), "x.png", ana) for colour in ("red", "blue"))
    unused_path = storage.find_path(unused.sha256)
    key = unused.key
    assert remove_unused({used.key}, now + timedelta(days=59)) == 0
    assert remove_unused({used.key}, now + timedelta(days=61)) == 1
    db.session.commit()
    assert find_file(key) is None
    assert find_file(used.key) is used
    assert sweep(datetime(2200, 1, 1, tzinfo=UTC)) == 1
    assert not unused_path.exists()
    assert storage.find_path(used.sha256).exists()


def test_what_left_a_text_stays_for_some_weeks(ana: User, now: datetime) -> None:
    kept = keep_picture(make_picture(), "x.png", ana)
    for day in range(0, 400, 5):
        assert remove_unused({kept.key}, now + timedelta(days=day)) == 0
    left = now + timedelta(days=400)
    assert remove_unused(set(), left + timedelta(days=20)) == 0
    assert remove_unused(set(), left + timedelta(days=31)) == 1


def test_a_reference_is_told_from_an_address() -> None:
    key = "A" * 22
    assert find_key(make_reference(key)) == key
    assert find_key("https://www.example.org/x.png") is None
    assert find_key(f"archivo:{key}x") is None
    assert list_keys(f'{{"es": "{make_reference(key)}"}}') == {key}


def test_sizes_are_said_in_words() -> None:
    assert [describe_size(size) for size in (1, 840_000, 1_240_000)] == ["1 KB", "840 KB", "1.2 MB"]
    with speaking("en"):
        assert describe_size(1_240_000) == "1.2 MB"
