"""Pictures made harmless: decoded under limits, turned upright, reduced, and written anew without what they carried.

What was not a pixel does not survive: EXIF with its places and times, comments, previews, and whatever hides behind
the picture's end (X-21). An SVG is a program and an animation never rests (H-05): both are refused.
"""

import threading
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from outreach.media.errors import UploadError
from outreach.media.rules import JPEG, MOST_PIXELS, PNG, FileType
from outreach.translation import gettext as _

# Pillow refuses by itself from twice this number on, before it reserves any memory.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_PHOTOGRAPHS = {"JPEG", "MPO"}
_JPEG_QUALITY = 85
# Drawings and letters stay sharp as PNG; past this size (bytes) it is a photograph and becomes a JPEG.
_LARGE_PNG = 250_000
_LONGEST_SHAPE = 50
# A large picture takes some 300 MB while it is decoded.
_DECODING = threading.BoundedSemaphore(2)
_MARKS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is served, its size in pixels, and whether something shines through it."""

    content: bytes
    type: FileType
    width: int
    height: int
    is_transparent: bool


def looks_like_picture(content: bytes) -> bool:
    """Tell whether the first bytes are those of a picture that can be taken."""
    return content.startswith(_MARKS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def clean_picture(content: bytes, most_width: int, most_height: int) -> Picture:
    """Return the picture alone, no larger than given (pixels); raise UploadError for what is not a whole, still one."""
    if not looks_like_picture(content):
        raise UploadError(_("El archivo no es una imagen JPG, PNG, GIF o WebP: guárdela en uno de esos formatos."))
    try:
        with _DECODING, Image.open(BytesIO(content), formats=_FORMATS) as image:
            is_photograph = image.format in _PHOTOGRAPHS
            _refuse_excess(image)
            _refuse_motion(image, is_photograph=is_photograph)
            return _write(_reduce(image, (most_width, most_height)), is_photograph=is_photograph)
    except UploadError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_many_pixels() from problem
    except Exception as problem:  # a damaged file makes the decoders raise whatever they meet
        raise UploadError(
            _("La imagen está dañada o incompleta: ábrala, guárdela de nuevo como JPG o PNG y vuelva a subirla.")
        ) from problem


def _refuse_excess(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if max(width, height) > _LONGEST_SHAPE * min(width, height):
        raise UploadError(_("La imagen es demasiado larga y angosta para un correo: recórtela."))


def _refuse_motion(image: Image.Image, *, is_photograph: bool) -> None:
    """Refuse an animation; the further pictures of a camera's file (MPO) are left out like everything else."""
    if not is_photograph and getattr(image, "n_frames", 1) > 1:
        raise UploadError(_("La imagen es una animación y en el correo distrae a quien lee: suba un cuadro fijo."))


def _too_many_pixels() -> UploadError:
    return UploadError(
        _("La imagen pasa de %(most)s megapixeles: redúzcala antes de subirla.", most=MOST_PIXELS // 1_000_000)
    )


def _reduce(image: Image.Image, most: tuple[int, int]) -> Image.Image:
    """Return the picture upright, in sRGB, inside `most`."""
    image.draft("RGB", (most[0] * 2, most[1] * 2))
    upright = ImageOps.exif_transpose(image)
    colours = _to_srgb(upright)
    colours.thumbnail(most, Image.Resampling.LANCZOS)
    return colours


def _to_srgb(image: Image.Image) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image.convert(mode)
        return turned if turned is not None else image.convert(mode)
    return image.convert(mode)


def _write(image: Image.Image, *, is_photograph: bool) -> Picture:
    is_transparent = image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255  # noqa: PLR2004 - opaque
    bare = Image.new("RGBA" if is_transparent else "RGB", image.size)
    bare.paste(image)
    content, kind = b"", PNG
    if is_transparent or not is_photograph:
        content = _save(bare, "PNG", optimize=True)
    if not is_transparent and (is_photograph or len(content) > _LARGE_PNG):
        content, kind = _save(bare, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True), JPEG
    return Picture(content, kind, bare.width, bare.height, is_transparent)


def _save(image: Image.Image, name: str, **options: object) -> bytes:
    target = BytesIO()
    image.save(target, name, **options)
    return target.getvalue()
