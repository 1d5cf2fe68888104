"""Files to bring: good ones, and ones that mean harm."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

TINY_PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
WORD_TYPES = b'<Types><Override PartName="/word/document.xml" ContentType="x"/></Types>'


def make_picture(
    size: tuple[int, int] = (40, 20),
    kind: str = "PNG",
    mode: str = "RGB",
    colour: object = (180, 20, 90),
    **options: object,
) -> bytes:
    """Draw a picture of one colour."""
    target = BytesIO()
    Image.new(mode, size, colour).save(target, kind, **options)  # type: ignore[arg-type] # any colour of the mode
    return target.getvalue()


def make_photograph(size: tuple[int, int] = (1600, 1200), kind: str = "JPEG", **options: object) -> bytes:
    """Make a picture of many colours."""
    target = BytesIO()
    Image.effect_mandelbrot(size, (-2.2, -1.4, 1.0, 1.4), 60).convert("RGB").save(target, kind, **options)
    return target.getvalue()


def make_camera_picture() -> bytes:
    """Make a photograph that lies on its side and says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camara de Ejemplo"
    exif.get_ifd(0x8825)[1] = "N"
    target = BytesIO()
    Image.new("RGB", (400, 200), (10, 90, 160)).save(target, "JPEG", exif=exif)
    return target.getvalue()


def make_animation() -> bytes:
    """Make a picture that moves."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    target = BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return target.getvalue()


def make_bomb(width: int = 10_000, height: int = 5_000) -> bytes:
    """Make a small file that is a PNG of fifty megapixels when it is opened."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * (1 + width // 8) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def make_word(extra: dict[str, bytes] | None = None, types: bytes = WORD_TYPES) -> bytes:
    """Make what a Word document is at the least."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        parts = {"[Content_Types].xml": types, "word/document.xml": b"<document>Bases</document>", **(extra or {})}
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def make_calendar() -> bytes:
    """Make a calendar with one date."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ejemplo//ES", "BEGIN:VEVENT", "UID:1@example.org"]
    lines += ["DTSTAMP:20260301T000000Z", "DTSTART:20260312T180000Z", "SUMMARY:Taller", "END:VEVENT", "END:VCALENDAR"]
    return "\r\n".join([*lines, ""]).encode()
