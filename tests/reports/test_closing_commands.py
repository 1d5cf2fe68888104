"""The commands that close a period, count goals and write a whole section."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from log_samples import MORNING
from outreach.app import create_app
from outreach.audiences.models import Audience
from outreach.cli import main
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.models import Dispatch
from outreach.dispatch.rules import Channel, Origin
from outreach.reports.periods import parse_day

ENVIRONMENT = {"OUTREACH_SECRET_KEY": "a secret for tests only", "OUTREACH_ADMIN_PASSWORD": "una clave muy larga"}


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of an installation with two e-mails in the first quarter of 2024."""
    folder = tmp_path / "outreach"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**ENVIRONMENT, "OUTREACH_DATA_DIR": str(folder)}.items():
            patch.setenv(name, value)
        assert CliRunner().invoke(main, ["init"]).exit_code == 0
        with create_app(Config.from_environment(os.environ)).app_context():
            _add("2024-01-15", "Boletín de enero")
            _add("2024-03-01", "Boletín de marzo")
            db.session.commit()
            db.engine.dispose()
        yield folder


def _add(day: str, text: str) -> None:
    diaspora = db.session.scalars(select(Audience.id).where(Audience.slug == "diaspora")).one()
    line = {"channel": Channel.EMAIL, "origin": Origin.BY_HAND, "created_at": MORNING, "audience_id": diaspora}
    db.session.add(Dispatch(sent_on=parse_day(day), information_es=text, **line))


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.usefixtures("environment")
def test_a_period_is_closed_verified_and_reopened() -> None:
    closed = _run("close", "--period", "2024-T1", "--json")
    assert closed.exit_code == 0
    described = json.loads(closed.stdout)
    assert (described["figures"]["dispatches"], described["broken"], described["changes"]) == (2, [], 0)
    again = _run("close", "--period", "2024-T1")
    assert again.exit_code == 1
    assert "ya está cerrado" in again.stderr
    assert "cerrado" in _run("closings").stdout
    assert _run("close", "--period", "2024-T1", "--reopen", "Falta una línea").exit_code == 0
    assert [each["reopened"] for each in json.loads(_run("closings", "--json").stdout)] == [True]
    assert _run("close", "--period", "2024-T1", "--reopen", "Otra vez").exit_code == 1
    assert "SHA-256: " in _run("close", "--period", "2024-T1").stdout
    assert [each["version"] for each in json.loads(_run("closings", "--json").stdout)] == [2, 1]


@pytest.mark.usefixtures("environment")
def test_goals_are_added_counted_and_retired() -> None:
    added = _run(
        "goals", "add", "Tres correos", "--period", "2024", "--number", "3", "--audience", "diaspora",
        "--programme-key", "2024-24A000",
    )  # fmt: skip
    assert added.stdout == "1\n"
    _run("goals", "add", "Uno al mes", "--period", "2024-T1", "--number", "1", "--monthly", "--kind", "boletin")
    first, second = sorted(json.loads(_run("goals", "list", "--json").stdout), key=lambda goal: goal["id"])
    assert (first["wanted"], first["performed"], first["missing"], first["standing"]) == (3, 2, 1, "missed")
    assert (second["wanted"], second["missing_months"]) == (3, ["2024-01", "2024-02", "2024-03"])
    assert "Tres correos" in _run("goals", "list").stdout
    assert _run("goals", "add", "X", "--period", "2024", "--number", "1", "--kind", "nada").exit_code == 1
    assert _run("goals", "add", "X", "--period", "2024", "--number", "1", "--audience", "nada").exit_code == 1
    assert _run("goals", "retire", "1").exit_code == 0
    assert _run("goals", "retire", "1").exit_code == 1


def test_a_whole_section_is_written_and_numbered(environment: Path) -> None:
    read = json.loads(
        _run(
            "report", "--period", "2024-T1", "--section", "--chapter", "3", "--first-table", "4", "--format", "json"
        ).stdout
    )
    assert [table["caption"].split(" ")[1] for table in read["tables"]] == ["3.4", "3.5", "3.6"]
    assert {"matrix", "chart", "comparison"} <= {part["key"] for part in read["parts"]}
    target = environment / "seccion.pdf"
    assert _run("report", "--period", "2024-T1", "--section", "-o", str(target)).exit_code == 0
    assert target.read_bytes().startswith(b"%PDF")
    counted = _run("report", "--period", "2024-T1", "--count", "people", "--format", "json").stdout
    assert "se alcanzó a cero personas" in json.loads(counted)["sentence"]
    assert _run("report", "--period", "2024-T1", "--chapter", "tres").exit_code == 2


def test_a_caption_keeps_its_own_number_until_the_report_gives_one(environment: Path) -> None:
    layout = environment / "formato.toml"
    for caption, options, expected in (
        ("Tabla 3.2 Envíos", [], "Tabla 3.2 Envíos"),
        ("Tabla 3.2 Envíos", ["--chapter", "5"], "Tabla 5.1 Envíos"),
        ("Tabla {number} Envíos", [], "Tabla 1 Envíos"),
        ("Tabla {number} Envíos", ["--chapter", "5.1", "--first-table", "7"], "Tabla 5.1.7 Envíos"),
        ("Estadísticas enviadas", [], "Estadísticas enviadas"),
    ):
        layout.write_text(f'columns = ["Fecha"]\nfields = ["date"]\ncaption = "{caption}"\n', encoding="utf-8")
        output = _run("report", "--period", "2024", "--layout", str(layout), "--format", "json", *options).stdout
        assert json.loads(output)["tables"][0]["caption"] == expected


@pytest.mark.parametrize(
    "arguments", [["close"], ["closings"], ["goals", "list"], ["goals", "add"], ["goals", "retire"]]
)
def test_every_command_shows_an_example(arguments: list[str]) -> None:
    assert "Example: outreach " in _run(*arguments, "--help").stdout
