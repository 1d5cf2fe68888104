"""Take the pictures of the guides anew: the demonstration is used as its people would, in a real Chromium.

    .venv/bin/python docs/take_pictures.py

Everything runs on this machine, in a folder of its own that is removed at the end; the people are invented.
The pictures go to docs/pictures/es and docs/pictures/en.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

from picturing.camera import Camera, open_chromium
from picturing.scenes import SCENES
from picturing.slow_post import SlowPost, receiving
from picturing.stage import Stage

_LOOPBACK = "127.0.0.1"
_READY = re.compile(r"Contraseña de las tres: (\S+)")
_PICTURES = Path(__file__).parent / "pictures"
_PATIENCE = 300


def main() -> None:
    """Do the job of the demonstration, go on with it through the pages, and keep what they look like."""
    with tempfile.TemporaryDirectory(prefix="outreach-pictures-") as name:
        folder = Path(name)
        password = _make_demonstration(folder)
        post = SlowPost()
        with (
            receiving(post) as smtp_port,
            _running(folder, smtp_port) as address,
            sync_playwright() as playwright,
            open_chromium(playwright) as browser,
        ):
            stage = Stage(browser, Camera(_PICTURES), address, password, post, folder)
            for scene in SCENES:
                print(scene.__name__, flush=True)
                scene(stage)


def _make_demonstration(folder: Path) -> str:
    """Let `outreach demo` make its people and campaigns in `folder`; give the password of its three accounts."""
    arguments = ["demo", "--port", str(_find_free_port())]
    with _started(arguments, folder, {"OUTREACH_LANGUAGE": "es"}) as program:
        assert program.stdout  # noqa: S101 - it was asked for
        for line in program.stdout:
            if found := _READY.search(line):
                return found.group(1)
    raise SystemExit("the demonstration ended before it was ready")


@contextmanager
def _running(folder: Path, smtp_port: int) -> Iterator[str]:
    """Run the whole program on what the demonstration made, and give its address."""
    port = _find_free_port()
    address = f"http://{_LOOPBACK}:{port}"
    settings = {
        "OUTREACH_DATA_DIR": str(folder / "outreach-demo"),
        "OUTREACH_BASE_URL": address,
        "OUTREACH_SMTP_URL": f"smtp://{_LOOPBACK}:{smtp_port}?connections=1",
    }
    with _started(["run", "--port", str(port)], folder, settings) as program:
        _wait_for(address, program)
        yield address


@contextmanager
def _started(arguments: list[str], folder: Path, settings: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run `outreach` for the length of the block; it is ended by its own number."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    program = subprocess.Popen(
        [sys.executable, "-m", "outreach", *arguments],
        env={**kept, "PYTHONUNBUFFERED": "1", **settings},
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield program
    finally:
        program.terminate()
        program.communicate(timeout=_PATIENCE)


def _wait_for(address: str, program: subprocess.Popen[str]) -> None:
    while program.poll() is None:
        try:
            urlopen(f"{address}/entrar", timeout=_PATIENCE).close()  # noqa: S310 - our own program
        except URLError:
            continue
        return
    raise SystemExit("the program ended before it answered")


def _find_free_port() -> int:
    with socket.create_server((_LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
