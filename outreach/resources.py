"""Where the files that stand outside the package are: beside it in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _find_folder(in_wheel: str, in_checkout: str) -> Path:
    installed = _PACKAGE / in_wheel
    return installed if installed.is_dir() else _PACKAGE.parent / in_checkout


EMAIL_TEMPLATES = _find_folder("_email", "templates/email")
MIGRATIONS = _find_folder("_migrations", "migrations")
TRANSLATIONS = _PACKAGE / "translations"
