"""The campaign pages in a real Chromium: hostile content runs nothing, and nothing needs a script."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Dialog

from browsing import OpenPage, serving, sign_in
from campaigns.campaign_samples import make_ready_campaign
from outreach.accounts.rules import Role
from outreach.accounts.service import add_user
from outreach.app import create_app
from outreach.campaigns.content import edit_block, edit_version
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import Language
from outreach.campaigns.wording import VersionWords
from outreach.config import Config
from outreach.db import Base, db
from signing import PASSWORD

HOSTILE = """<script>top.hit=1</script><img src=x onerror="top.hit=1;alert(1)"><a href="javascript:alert(1)">x</a>
[y](javascript:alert(1)) <svg onload=alert(1)>
</textarea><script>alert(1)</script> {{nombre|<script>alert(1)</script>}}"""
pytestmark = pytest.mark.browser


@pytest.fixture
def served(config: Config, tmp_path: Path) -> Iterator[tuple[Flask, str]]:
    """Serve an installation with an administrator and one campaign on loopback."""
    app = create_app(replace(config, database_url=f"sqlite:///{tmp_path / 'pages.db'}", base_url="http://127.0.0.1"))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        add_user("admin@example.org", "Ana Pérez", Role.ADMINISTRATOR, PASSWORD)
        make_ready_campaign()
        db.session.commit()
    with serving(app) as address:
        yield app, address


def test_hostile_content_runs_nothing_on_any_page(served: tuple[Flask, str], open_page: OpenPage) -> None:
    app, address = served
    with app.app_context():
        campaign = get_campaign(1)
        edit_version(
            campaign, Language.ES, VersionWords("<script>alert(1)</script>", '"><svg onload=alert(1)>', "<b>x")
        )
        edit_block(campaign, campaign.blocks[0], {"text": {"es": HOSTILE, "en": HOSTILE}})
        db.session.commit()
    page = open_page(address)
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    sign_in(page, "admin@example.org", "/campanas")
    for path in ("", "/editar", "/vista-previa?version=both", "/revisar", "/visto-bueno"):
        page.goto(f"/campanas/1{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.hit") is None, path
    assert dialogs == []
    page.goto("/campanas/1/vista-previa/es.html")
    assert page.evaluate("window.origin") == "null"
    assert page.locator("script, svg, [onerror], [onload]").count() == 0


def test_blocks_are_written_moved_and_kept_without_a_script_on_a_phone(
    served: tuple[Flask, str], open_page: OpenPage
) -> None:
    app, address = served
    page = open_page(address, java_script_enabled=False, viewport={"width": 360, "height": 780})
    sign_in(page, "admin@example.org", "/campanas")
    page.goto("/campanas/1/editar")
    page.get_by_label("Asunto · Español").fill("Escrito sin guardar")
    page.get_by_role("button", name="Bajar el bloque 1").click()
    assert page.get_by_label("Asunto · Español").input_value() == "Escrito sin guardar"
    page.get_by_role("button", name="+ Línea divisoria").click()
    page.get_by_label("Asunto · English").press("Enter")
    assert "Guardado." not in page.locator("#main").inner_text()
    with app.app_context():
        campaign = get_campaign(1)
        assert [block.type for block in campaign.blocks] == ["button", "text", "divider"]
        assert campaign.versions[0].subject == "Escrito sin guardar"
