"""The command line as a person runs it, against a real mail server, on an installation in a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from browsing import chromium, open_page  # noqa: F401 - fixtures for the tests of this folder
from outreach.cli import main
from outreach.translation import speaking
from smtp_counting import CountingServer

PASSWORD = "una clave de pruebas"


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs `outreach` with the environment of one installation."""

    folder: Path
    environment: dict[str, str] = field(repr=False)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "outreach", *arguments],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        """Run a command that must succeed, and return what it printed."""
        answer = self._invoke(arguments)
        assert answer.exit_code == 0, (arguments, answer.output)
        return answer.stdout

    def read(self, *arguments: str) -> Any:  # noqa: ANN401 - what JSON holds
        """Run a command that must succeed and print JSON, and return it."""
        return json.loads(self.run(*arguments, "--json"))

    def refuse(self, *arguments: str, code: int = 1) -> str:
        """Run a command that must be refused, and return its sentence."""
        answer = self._invoke(arguments)
        assert answer.exit_code == code, (arguments, answer.output)
        return answer.stderr.strip()

    def _invoke(self, arguments: tuple[str, ...]) -> Result:
        """Run a command in this process: a new one would spend its time on importing the same modules again."""
        answer = CliRunner().invoke(main, arguments, env=self.environment)
        if answer.exception and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        return answer

    def write(self, name: str, content: str | bytes) -> str:
        """Write a file beside the installation, and return its path."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)


@pytest.fixture(params=["es", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Speak Spanish, and then English: what a test says with `_` is what its pages say."""
    with speaking(request.param):
        yield request.param


@pytest.fixture
def mail_server() -> Iterator[CountingServer]:
    with CountingServer() as server:
        yield server


@pytest.fixture
def outreach(tmp_path: Path, mail_server: CountingServer) -> CommandLine:
    """Give a fresh installation with an administrator, a writer and a reviewer."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    environment = {
        **kept,
        "OUTREACH_DATA_DIR": str(tmp_path / "installation"),
        "OUTREACH_SECRET_KEY": "a secret for tests only",
        "OUTREACH_BASE_URL": "https://correo.example.org",
        "OUTREACH_SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}?connections=2",
        "OUTREACH_ADMIN_EMAIL": "administracion@example.org",
        "OUTREACH_ADMIN_PASSWORD": PASSWORD,
        "OUTREACH_USER_PASSWORD": PASSWORD,
    }
    line = CommandLine(tmp_path, environment)
    line.run("init")
    line.run("users", "add", "redaccion@example.org", "--role", "redaccion")
    line.run("users", "add", "revision@example.org", "--role", "revision")
    return line
