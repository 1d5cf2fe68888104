from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from outreach.audiences.importing import ImportOptions, ImportResult, import_contacts
from outreach.audiences.models import Audience
from outreach.audiences.queries import get_audience
from outreach.audiences.seeding import seed_audiences

BringIn = Callable[..., ImportResult]


@pytest.fixture
def diaspora(app: Flask) -> Audience:
    assert app
    seed_audiences()
    return get_audience("diaspora")


@pytest.fixture
def bring_in(diaspora: Audience, tmp_path: Path) -> BringIn:
    """Import a text, or the bytes of a file, into the diaspora."""

    def bring(content: str | bytes, name: str = "personas.csv", **options: object) -> ImportResult:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_contacts(path, diaspora, ImportOptions(**options))  # type: ignore[arg-type] # keywords of a test

    return bring
