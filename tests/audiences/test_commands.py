import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from outreach.accounts.rules import Role
from outreach.app import create_app
from outreach.audiences.seeding import seed_audiences
from outreach.cli import main
from outreach.config import Config
from outreach.db import db
from outreach.schema import upgrade
from signing import make_user

Outreach = Callable[..., Result]

FILE = (
    "Correo;Nombre;Idioma\n"
    "ana@example.org;Íñigo Muñoz;Español\n"
    "mal;Nadie;\n"
    "beto@example.org;=1+1;english\n"
    "Ana@Example.org;;\n"
).encode("cp1252")


@pytest.fixture
def outreach(tmp_path: Path) -> Outreach:
    """Run a command of an installation with the five audiences and two accounts."""
    environment = {
        "OUTREACH_DATA_DIR": str(tmp_path),
        "OUTREACH_DATABASE_URL": f"sqlite:///{tmp_path / 'outreach.db'}",
        "OUTREACH_SECRET_KEY": "a secret for tests only",
        "OUTREACH_BASE_URL": "https://correo.example.org",
    }
    with _installation(environment).app_context():
        upgrade(db.engine)
        seed_audiences()
        make_user(Role.ADMINISTRATOR)
        make_user(Role.READER)
        db.engine.dispose()

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)

    return run


def _installation(environment: dict[str, str]) -> Flask:
    return create_app(Config.from_environment(environment))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "personas.csv"
    path.write_bytes(FILE)
    return path


def read_json(result: Result) -> object:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def import_file(outreach: Outreach, path: Path, *more: str) -> Result:
    return outreach("contacts", "import", path, "--audience", "diaspora", *more)


def test_the_import_prints_the_contract_and_a_dry_run_the_same(outreach: Outreach, people: Path) -> None:
    dry = read_json(import_file(outreach, people, "--dry-run", "--json"))
    assert read_json(import_file(outreach, people, "--json")) == dry
    assert isinstance(dry, dict)
    assert list(dry) == ["rows", "new", "updated", "subscribed", "refused", "kept_out"]
    assert (dry["rows"], dry["new"], dry["updated"], dry["subscribed"]) == (4, 2, 1, 2)
    assert [entry["row"] for entry in dry["refused"]] == [3]


def test_the_import_speaks_in_sentences(outreach: Outreach, people: Path) -> None:
    result = import_file(outreach, people, "--source", "Foro")
    assert result.exit_code == 0
    assert "4 filas: 2 nuevas, 1 se actualiza, 1 con error." in result.stdout
    assert "Fila 3: La dirección «mal»" in result.stdout
    assert "Se suscribieron 2 personas" in result.stdout


def test_a_file_refused_as_a_whole_writes_nothing(outreach: Outreach, tmp_path: Path) -> None:
    path = tmp_path / "padron.csv"
    path.write_text("correo,curp\na@example.org,X\n", encoding="utf-8")
    result = import_file(outreach, path)
    assert result.exit_code == 1
    assert "curp" in result.stderr
    rows = read_json(outreach("audiences", "--json"))
    assert isinstance(rows, list)
    assert not any(row["subscribed"] for row in rows)


def test_readers_import_nobody(outreach: Outreach, people: Path) -> None:
    assert import_file(outreach, people, "--by", "consulta@example.org").exit_code == 1


def test_an_unknown_audience_is_refused(outreach: Outreach, people: Path) -> None:
    result = outreach("contacts", "import", people, "--audience", "diasporra")
    assert "red-observacion" in result.stderr


def test_the_export_comes_back_without_a_change(outreach: Outreach, people: Path, tmp_path: Path) -> None:
    import_file(outreach, people)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert "2 personas" in outreach("contacts", "export", "--audience", "diaspora", "-o", first).stdout
    again = read_json(outreach("contacts", "import", first, "--audience", "osc", "--json"))
    assert isinstance(again, dict)
    assert (again["new"], again["updated"], again["subscribed"]) == (0, 2, 2)
    outreach("contacts", "export", "-o", second)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"\xef\xbb\xbfcorreo,nombre")
    assert "'=1+1" in first.read_text(encoding="utf-8")


def test_audiences_are_listed_and_added(outreach: Outreach, people: Path) -> None:
    import_file(outreach, people)
    rows = read_json(outreach("audiences", "--json"))
    assert isinstance(rows, list)
    expected = {"slug": "diaspora", "name": "Diáspora", "subscribed": 2, "excluded": 0}
    assert rows[4] == expected
    names = ("--name-es", "Prensa", "--name-en", "Press", "--phrase-es", "a medios", "--phrase-en", "to the press")
    assert "prensa" in outreach("audiences", "add", "prensa", *names).stdout
    assert outreach("audiences", "add", "prensa", *names).exit_code == 1
    assert "prensa" in outreach("audiences").stdout


@pytest.mark.parametrize(
    "command", [("contacts",), ("contacts", "import"), ("contacts", "export"), ("audiences",), ("audiences", "add")]
)
def test_every_help_has_an_example(outreach: Outreach, command: tuple[str, ...]) -> None:
    assert "Example: outreach " in outreach(*command, "--help").stdout
