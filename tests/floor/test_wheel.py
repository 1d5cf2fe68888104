"""What is shipped works where nothing of this checkout is: built, installed in a clean environment, and run."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def _run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OUTREACH_", "PYTHON"))}
    answer = subprocess.run(  # noqa: S603 - our own program
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("outreach-*.whl")
    return built


def test_the_wheel_holds_templates_migrations_and_catalogues_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for template in ROOT.joinpath("templates", "email").rglob("*.*"):
        assert f"outreach/_email/{template.relative_to(ROOT / 'templates' / 'email')}" in names
    for migration in ROOT.joinpath("migrations", "versions").glob("*.py"):
        assert f"outreach/_migrations/versions/{migration.name}" in names
    assert "outreach/translations/en/LC_MESSAGES/messages.mo" in names
    assert [name for name in names if name.startswith("tests/") or "__pycache__" in name] == []


def test_the_whole_job_runs_from_the_wheel_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    _run(sys.executable, "-m", "venv", "clean", cwd=tmp_path)
    _run("clean/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path)
    output = _run("clean/bin/outreach", "demo", "--no-serve", cwd=tmp_path)
    assert "se enviaron cuatro correos electrónicos" in output
    assert tmp_path.joinpath("outreach-demo", "informe.docx").stat().st_size > 5_000
