from io import BytesIO

import pytest
from PIL import Image

from media_samples import (
    SVG,
    TINY_PDF,
    make_animation,
    make_bomb,
    make_camera_picture,
    make_photograph,
    make_picture,
)
from outreach.media.errors import UploadError
from outreach.media.pictures import Picture, clean_picture
from outreach.media.rules import JPEG, PNG


def clean(content: bytes, width: int = 1200, height: int = 2400) -> Picture:
    return clean_picture(content, width, height)


def reopen(picture: Picture) -> Image.Image:
    image = Image.open(BytesIO(picture.content))
    image.load()
    assert image.size == (picture.width, picture.height)
    return image


def test_a_large_photograph_becomes_as_wide_as_the_mail_twice() -> None:
    picture = clean(make_photograph((1600, 1200)))
    assert (picture.type, picture.width, picture.height) == (JPEG, 1200, 900)
    assert reopen(picture).format == "JPEG"


def test_a_small_picture_is_not_enlarged() -> None:
    picture = clean(make_picture((300, 100)))
    assert (picture.type, picture.width, picture.height) == (PNG, 300, 100)


def test_a_photograph_kept_as_png_becomes_a_jpeg() -> None:
    target = BytesIO()
    Image.effect_noise((900, 900), 80).convert("RGB").save(target, "PNG")
    picture = clean(target.getvalue())
    assert picture.type == JPEG
    assert len(picture.content) < len(target.getvalue())


def test_a_picture_stands_upright_and_forgets_where_it_was_taken() -> None:
    picture = clean(make_camera_picture())
    image = reopen(picture)
    assert (picture.width, picture.height) == (200, 400)
    assert dict(image.getexif()) == {}
    assert b"Camara" not in picture.content


def test_comments_and_texts_do_not_survive() -> None:
    dirty = make_photograph((60, 40), comment=b"<?php system($_GET['c']); ?>")
    assert b"php" in dirty
    assert b"php" not in clean(dirty).content


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04" + b"\x00" * 40, TINY_PDF])
def test_what_hides_behind_the_end_does_not_survive(tail: bytes) -> None:
    for content in (make_picture(kind="PNG"), make_picture(kind="GIF"), make_photograph((50, 50))):
        assert tail not in clean(content + tail).content


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_other_formats_become_one_that_every_mail_program_shows(kind: str) -> None:
    assert clean(make_picture(kind=kind)).type == PNG


def test_transparency_stays_and_is_known() -> None:
    picture = clean(make_picture(mode="RGBA", colour=(0, 0, 0, 0)))
    assert (picture.type, picture.is_transparent) == (PNG, True)
    assert reopen(picture).mode == "RGBA"
    assert not clean(make_picture(mode="RGBA", colour=(9, 9, 9, 255))).is_transparent


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_colours_of_print_and_greys_become_those_of_screens(mode: str) -> None:
    colour = (0, 90, 60, 20) if mode == "CMYK" else 90
    assert reopen(clean(make_picture(kind="JPEG", mode=mode, colour=colour))).mode == "RGB"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (make_bomb(), "megapixeles"),
        (make_bomb(60_000, 60_000)[:200], "megapixeles"),
        (make_animation(), "animación"),
        (SVG, "no es una imagen"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 50, "no es una imagen"),
        (b"MZ" + b"\x00" * 50, "no es una imagen"),
        (make_photograph()[:4000], "dañada"),
        (make_picture((200, 200))[:60], "dañada"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 100, "dañada"),
        (b"\xff\xd8\xff" + b"\x00" * 100, "dañada"),
        (make_picture((3000, 10)), "angosta"),
    ],
)
def test_what_is_no_whole_still_picture_is_refused_in_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(UploadError, match=words) as refusal:
        clean(content)
    assert str(refusal.value).endswith(".")


def test_a_bomb_is_small_as_a_file() -> None:
    assert len(make_bomb()) < 20_000
