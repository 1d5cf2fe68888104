import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from log_samples import MORNING
from outreach.app import create_app
from outreach.audiences.models import Audience
from outreach.campaigns.models import Kind
from outreach.cli import main
from outreach.config import Config
from outreach.db import db
from outreach.dispatch.models import Dispatch
from outreach.dispatch.rules import Channel, Origin
from outreach.reports.periods import parse_day

ENVIRONMENT = {"OUTREACH_SECRET_KEY": "a secret for tests only", "OUTREACH_ADMIN_PASSWORD": "una clave muy larga"}
ROWS = (
    ("2026-01-15", "Boletín de enero", "red-observacion", Channel.EMAIL),
    ("2026-02-01", "=Convocatoria", "red-observacion", Channel.EMAIL),
    ("2026-02-10", "Aviso por WhatsApp", "diaspora", Channel.WHATSAPP),
    ("2026-05-02", "Pulso Migrante", "diaspora", Channel.EMAIL),
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder of an installation with four lines in its log; the tests here only read it."""
    folder = tmp_path_factory.mktemp("outreach")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**ENVIRONMENT, "OUTREACH_DATA_DIR": str(folder)}.items():
            patch.setenv(name, value)
        assert CliRunner().invoke(main, ["init"]).exit_code == 0
        with create_app(Config.from_environment(os.environ)).app_context():
            _add_lines()
            db.engine.dispose()
        yield folder


def _add_lines() -> None:
    kind = db.session.scalars(select(Kind).where(Kind.slug == "boletin")).one()
    audiences = {audience.slug: audience.id for audience in db.session.scalars(select(Audience))}
    for day, text, audience, channel in ROWS:
        line = Dispatch(
            sent_on=parse_day(day),
            information_es=text,
            audience_id=audiences[audience],
            kind_id=kind.id,
            channel=channel,
            origin=Origin.BY_HAND,
            created_at=MORNING,
            sender="correo@example.org",
        )
        db.session.add(line)
    db.session.commit()


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.usefixtures("environment")
def test_the_log_is_listed_as_json() -> None:
    lines = json.loads(_run("log", "list", "--json").stdout)
    assert [line["information"] for line in lines] == [text for _, text, _, _ in ROWS]
    assert {"id", "sent_on", "information", "audience", "channel", "sender", "kind", "origin"} <= set(lines[0])
    assert (lines[0]["sent_on"], lines[0]["audience"], lines[0]["kind"]) == ("2026-01-15", "red-observacion", "boletin")


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--period", "2026-T1"], 3),
        (["--from", "2026-02-01", "--to", "2026-02-10"], 2),
        (["--to", "2026-01-31"], 1),
        (["--audience", "diaspora"], 2),
        (["--audience", "diaspora", "--audience", "red-observacion"], 4),
        (["--channel", "whatsapp"], 1),
        (["--kind", "boletin"], 4),
        (["--sender", "nadie@example.org"], 0),
        (["--words", "pulso"], 1),
    ],
)
def test_the_log_is_filtered(options: list[str], count: int) -> None:
    assert len(json.loads(_run("log", "list", "--json", *options).stdout)) == count


@pytest.mark.usefixtures("environment")
def test_the_log_is_shown_as_plain_lines() -> None:
    output = _run("log", "list", "--period", "2026-T1").stdout
    assert "2026-01-15  email       red-observacion           Boletín de enero" in output
    assert output.endswith("3 envíos.\n")
    assert _run("log", "list", "--period", "2027").stdout == "No hay envíos que mostrar.\n"


@pytest.mark.usefixtures("environment")
def test_the_log_is_exported_safe_for_a_spreadsheet() -> None:
    head, *rows = csv.reader(io.StringIO(_run("log", "export").stdout_bytes.decode("utf-8-sig"), newline=""))
    assert head[1:7] == ["Fecha", "Información", "Audiencia", "Canal", "Cuenta", "Tipo"]
    assert [row[2] for row in rows] == ["Boletín de enero", "'=Convocatoria", "Aviso por WhatsApp", "Pulso Migrante"]


def test_the_log_is_exported_as_a_workbook(environment: Path) -> None:
    target = environment / "bitacora.xlsx"
    assert _run("log", "export", "-o", str(target)).exit_code == 0
    assert target.read_bytes().startswith(b"PK")
    assert _run("log", "export", "--format", "xlsx").exit_code == 2


@pytest.mark.usefixtures("environment")
def test_the_report_says_its_sentence_and_its_table() -> None:
    read = json.loads(_run("report", "--period", "2026-T1", "--format", "json", "--audience", "red-observacion").stdout)
    assert read["sentence"].startswith(
        "Durante el primer trimestre de 2026 se enviaron dos correos electrónicos a la Red"
    )
    assert read["total"] == 2
    assert read["tables"][0]["columns"] == ["No.", "Fecha de envío", "Información"]
    assert read["tables"][0]["rows"] == [
        ["1.", "15 de enero de 2026", "Boletín de enero."],
        ["2.", "1 de febrero de 2026", "=Convocatoria."],
    ]


@pytest.mark.usefixtures("environment")
def test_the_report_counts_only_e_mails_and_says_what_else_there_was() -> None:
    read = json.loads(_run("report", "--period", "2026", "--format", "json").stdout)
    assert read["total"] == 3
    assert read["sentence"].endswith("Además, se realizó un envío por otros medios.")
    assert len(read["tables"][0]["rows"]) == 4


@pytest.mark.usefixtures("environment")
def test_the_report_speaks_english() -> None:
    read = json.loads(_run("report", "--period", "2026-T2", "--lang", "en", "--format", "json").stdout)
    assert read["sentence"] == "During the second quarter of 2026, one e-mail was sent."
    assert read["tables"][0]["rows"] == [["1.", "May 2, 2026", "Pulso Migrante."]]
    assert "One row has no English text and is printed in Spanish." in read["warnings"]


def test_the_report_takes_a_layout_from_a_file_and_its_format_from_the_name(environment: Path) -> None:
    layout = environment / "formato.toml"
    layout.write_text('columns = ["Año", "Total"]\nfields = ["year", "count"]\nrows = "year"\n', encoding="utf-8")
    target = environment / "informe.docx"
    assert _run("report", "--period", "2026", "--layout", str(layout), "-o", str(target)).exit_code == 0
    (table,) = docx.Document(str(target)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Año", "Total"], ["2026", "4"]]


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["report", "--period", "2026-T9"], "«2026-T9» no es un periodo"),
        (["report", "--period", "2026", "--layout", "nada"], "No existe el formato de tabla «nada»"),
        (["report", "--period", "2026", "--layout", "nada.toml"], "No se puede leer el formato de tabla nada.toml"),
        (["report", "--period", "2026", "--audience", "nada"], "No existe la audiencia «nada»"),
        (["report", "--period", "2026", "-o", "/no/existe.md"], "No se puede escribir el archivo /no/existe.md"),
        (["log", "list", "--from", "2026-02-30"], "La fecha 2026-02-30 no existe"),
        (["log", "list", "--from", "2026-03-02", "--to", "2026-03-01"], "antes de empezar"),
        (["log", "list", "--kind", "nada"], "No existe el tipo de envío «nada»"),
    ],
)
def test_a_refusal_is_one_sentence(arguments: list[str], sentence: str) -> None:
    result = _run(*arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    "arguments",
    [
        ["report"],
        ["report", "--from", "2026-01-01"],
        ["report", "--period", "2026", "--from", "2026-01-01"],
        ["report", "--period", "2026", "--format", "docx"],
        ["report", "--period", "2026", "--format", "pdf"],
        ["log", "list", "--channel", "paloma"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert _run(*arguments).exit_code == 2


@pytest.mark.parametrize("arguments", [["log", "list"], ["log", "export"], ["report"], ["log"]])
def test_every_command_shows_an_example(arguments: list[str]) -> None:
    assert "Example: outreach " in _run(*arguments, "--help").stdout
