"""`outreach campaigns test`: to colleagues only, with a clear word."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from campaigns.campaign_samples import make_campaign, make_person
from outreach.accounts.rules import Role
from outreach.app import create_app
from outreach.cli import main, running
from outreach.config import Config
from outreach.db import Base, db
from smtp_servers import ScriptedServer


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    monkeypatch.setenv("OUTREACH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OUTREACH_SECRET_KEY", "a secret for tests only")
    monkeypatch.setattr(running, "check_revision", lambda _engine: None)
    with ScriptedServer() as started:
        monkeypatch.setenv("OUTREACH_SMTP_URL", f"smtp://127.0.0.1:{started.port}")
        with create_app(Config.from_environment(os.environ)).app_context():
            Base.metadata.create_all(db.engine)
            make_person(Role.ADMINISTRATOR, "admin@example.org")
            make_campaign()
            db.session.commit()
            yield started
            db.session.remove()
            db.engine.dispose()


def test_a_colleague_gets_each_version(server: ScriptedServer) -> None:
    result = CliRunner().invoke(main, ["campaigns", "test", "1", "--to", "ana@example.org", "--json"])
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"id": 1, "sent": 3, "problems": []})
    assert server.count_for("ana@example.org") == 3


def test_somebody_who_is_no_colleague_gets_nothing(server: ScriptedServer) -> None:
    result = CliRunner().invoke(main, ["campaigns", "test", "1", "--to", "vecina@example.org"])
    assert (result.exit_code, server.taken) == (1, [])
    assert "No hay ninguna cuenta" in result.stderr


def test_a_refusing_mail_server_is_told_on_standard_error(server: ScriptedServer) -> None:
    server.script = {"rcpt": "550 5.1.1 nobody here"}
    result = CliRunner().invoke(main, ["campaigns", "test", "1", "--to", "ana@example.org", "--language", "en"])
    assert result.exit_code == 1
    assert "nobody here" in result.stderr
