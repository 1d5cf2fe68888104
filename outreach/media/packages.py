"""Word, Excel and PowerPoint files: ZIP packages, of which only the list of parts is unpacked (X-21)."""

import zipfile
from io import BytesIO

from outreach.media.errors import UploadError
from outreach.media.rules import EXCEL, SLIDES, WORD, FileType
from outreach.translation import gettext as _

MARK = b"PK\x03\x04"

_MAIN_PARTS = {"word/document.xml": WORD, "xl/workbook.xml": EXCEL, "ppt/presentation.xml": SLIDES}
_TYPES_PART = "[Content_Types].xml"
_MOST_PARTS = 3000
_MOST_UNPACKED = 150 * 1024 * 1024
_MOST_TIMES_LARGER = 100
_LARGEST_LIST = 1024 * 1024
_END_MARK = b"PK\x05\x06"
_END_LENGTH = 22


def recognise_package(content: bytes) -> FileType:
    """Return what a ZIP package is; raise UploadError if it is no document, is damaged, or runs programs."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            _refuse_excess(parts, len(content))
            names = {part.filename for part in parts}
            kind = next((kind for name, kind in _MAIN_PARTS.items() if name in names), None)
            if kind is None or _TYPES_PART not in names:
                raise _not_a_document()
            _refuse_programs(names, _read_list(package))
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        OSError,
        ValueError,
        RuntimeError,
    ) as problem:
        raise UploadError(_("El documento está dañado o lleva contraseña: guárdelo de nuevo y súbalo.")) from problem
    if content[-_END_LENGTH:][:4] != _END_MARK:
        raise UploadError(_("El documento lleva algo más después de su final: guárdelo de nuevo y súbalo."))
    return kind


def _read_list(package: zipfile.ZipFile) -> bytes:
    if package.getinfo(_TYPES_PART).file_size > _LARGEST_LIST:
        raise _not_a_document()
    with package.open(_TYPES_PART) as part:
        return part.read(_LARGEST_LIST + 1)


def _refuse_excess(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or unpacked > size * _MOST_TIMES_LARGER:
        raise UploadError(_("El documento ocupa demasiado al abrirse: quítele imágenes o expórtelo como PDF."))


def _refuse_programs(names: set[str], types: bytes) -> None:
    runs = any("vbaproject" in name.lower() or "/activex/" in name.lower() for name in names)
    if runs or b"macroEnabled" in types or b"vbaProject" in types:
        raise UploadError(_("El documento lleva macros, que un correo no debe repartir: guárdelo sin macros."))


def _not_a_document() -> UploadError:
    return UploadError(_("El archivo comprimido no es un documento de Word, Excel o PowerPoint: súbalo sin comprimir."))
