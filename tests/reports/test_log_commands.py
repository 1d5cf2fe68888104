import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from outreach.cli import main

PASSWORD = "una clave de pruebas"
TABLE = """No.,Fecha,Información,Observaciones,Audiencia,Canal
1.,Jueves 1 de octubre de 2020.,Boletín de octubre.,Sin novedad,red-observacion,email
2.,Martes 31 de noviembre de 2020.,Convocatoria al foro.,,red-observacion,email
No.,Fecha,Información,Observaciones,Audiencia,Canal
3.,Lunes 9 y viernes 20 de noviembre de 2020.,Invitación al foro de,,aliados,other
,,vecinas y vecinos.,,,
"""


class Installation:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "OUTREACH_DATA_DIR": str(folder / "installation"),
            "OUTREACH_SECRET_KEY": "a secret for tests only",
            "OUTREACH_ADMIN_PASSWORD": PASSWORD,
        }
        self.run("init")

    def run(self, *arguments: str, code: int = 0) -> Result:
        answer = CliRunner().invoke(main, arguments, env=self.environment)
        assert answer.exit_code == code, (arguments, answer.output, answer.exception)
        return answer

    def read(self, *arguments: str) -> Any:  # noqa: ANN401 - what JSON holds
        return json.loads(self.run(*arguments, "--json").stdout)

    def write(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)


@pytest.fixture
def outreach(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_a_table_is_imported_with_the_contract_of_its_json(outreach: Installation) -> None:
    path = outreach.write("tabla.csv", TABLE)
    result = outreach.read("log", "import", path)
    assert set(result) == {"rows", "dispatches", "imported", "findings"}
    assert (result["rows"], result["dispatches"], result["imported"]) == (3, 3, 3)
    assert [(finding["row"], finding["code"]) for finding in result["findings"]] == [(2, "impossible-date")]
    assert set(result["findings"][0]) == {"row", "code", "message"}
    assert outreach.read("log", "import", path)["imported"] == 0
    lines = outreach.read("log", "list")
    assert [line["sent_on"] for line in lines] == ["2020-10-01", "2020-11-09", "2020-11-20"]
    assert lines[0]["note"] == "Observaciones: Sin novedad"
    assert lines[1]["information"] == "Invitación al foro de vecinas y vecinos."
    assert (lines[1]["audience"], lines[1]["channel"], lines[1]["origin"]) == ("aliados", "otro", "imported")
    assert len(outreach.read("log", "list", "--audience", "aliados")) == 2


def test_the_findings_are_told_to_a_person_in_words(outreach: Installation) -> None:
    told = outreach.run("log", "import", outreach.write("tabla.csv", TABLE), "--stated-total", "7").stdout
    assert "3 filas, 3 envíos; nuevos en la bitácora: 3 (importación 1)." in told
    assert "Fila 2 [impossible-date] no entró: 31 de noviembre no existe; ¿30 de noviembre o 31 de" in told
    assert "Toda la tabla [stated-total] El informe dice 7, y la tabla tiene 3 filas y 4 fechas." in told
    assert "Audiencias nuevas: aliados." in told


def test_what_rows_do_not_say_comes_from_the_options(outreach: Installation) -> None:
    path = outreach.write("tabla.csv", "No.,Fecha\n1.,Lunes 5 de octubre de 2020\n2.,Abril 2025\n")
    result = outreach.read(
        *("log", "import", path, "--audience", "osc", "--channel", "other", "--sender", "avisos@example.org"),
        *("--information", "Estadísticas", "--period", "2020-10", "2020-12", "--programme-key", "2025-24A000"),
    )
    codes = [(finding["row"], finding["code"]) for finding in result["findings"]]
    assert codes == [(2, "month-only-date"), (2, "outside-period")]
    (line, month) = outreach.read("log", "list")
    assert {line["programme_key"], month["programme_key"]} == {"2025-24A000"}
    assert (line["audience"], line["channel"], line["sender"]) == ("osc", "otro", "avisos@example.org")
    assert (line["information"], line["is_month_only"]) == ("Estadísticas", False)
    assert (month["sent_on"], month["is_month_only"]) == ("2025-04-01", True)
    report = outreach.run("report", "--period", "2025-04", "--format", "csv").stdout
    assert "Abril 2025" in report


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        ("Uno,Dos\na,b\n", [], "Ninguna columna tiene fechas"),
        ("", [], "vacío"),
        ("Fecha\n2025-04-09\n", ["--information-column", "Asunto"], "No hay una columna «Asunto»"),
        ("Fecha\n2025-04-09\n", ["--audience", "nadie"], "No existe la audiencia «nadie»"),
        ("Fecha\n2025-04-09\n", ["--period", "2025-12-31", "2025-01-01"], "termina"),
    ],
)
def test_a_table_that_cannot_be_taken_is_refused(
    outreach: Installation, content: str, options: list[str], sentence: str
) -> None:
    answer = outreach.run("log", "import", outreach.write("tabla.csv", content), *options, code=1)
    assert sentence in answer.stderr
    assert outreach.read("log", "imports") == []


def test_an_import_is_undone_and_the_log_stays_whole(outreach: Installation) -> None:
    outreach.run("log", "import", outreach.write("tabla.csv", TABLE))
    assert "Se anularon 3 líneas." in outreach.run("log", "undo-import", "1").stdout
    assert outreach.read("log", "list") == []
    assert outreach.read("log", "import", str(outreach.folder / "tabla.csv"))["imported"] == 3
    verified = outreach.read("log", "verify")
    assert (verified["lines"], verified["problems"]) == (9, [])
    assert "ya se deshizo" in outreach.run("log", "undo-import", "1", code=1).stderr
    assert outreach.run("log", "verify", "--anchor", verified["head"])
    assert "no está íntegra" in outreach.run("log", "verify", "--anchor", "0" * 64, code=1).stderr


def test_a_line_is_added_corrected_and_withdrawn(outreach: Installation) -> None:
    evidence = outreach.write("captura.txt", "visto")
    added = outreach.read(
        *("log", "add", "--on", "2025-03-03", "--audience", "osc", "--channel", "whatsapp"),
        *("--information", "Convocatoria", "--reach", "40", "--reach-source", "Integrantes del grupo"),
        *("--evidence", evidence, "--kind", "convocatoria"),
    )
    (line,) = outreach.read("log", "list")
    assert line["id"] == added["id"]
    assert (line["reach"], line["evidence"], line["origin"], line["accepted"]) == (40, "captura.txt", "by_hand", 0)
    corrected = outreach.read(
        "log", "correct", str(added["id"]), "--information", "Convocatoria al foro", "--reason", "Faltaba"
    )
    (line,) = outreach.read("log", "list")
    assert (line["id"], line["information"], line["corrects_id"]) == (
        corrected["id"],
        "Convocatoria al foro",
        added["id"],
    )
    outreach.run("log", "void", str(corrected["id"]), "--reason", "No ocurrió")
    assert outreach.read("log", "list") == []
    assert outreach.read("log", "verify")["lines"] == 3


def test_other_channels_are_never_in_the_count_of_e_mails(outreach: Installation) -> None:
    for channel in ("email", "whatsapp", "telefono"):
        outreach.run(
            *("log", "add", "--on", "2025-03-03", "--channel", channel, "--information", f"Aviso por {channel}")
        )
    report = outreach.run("report", "--period", "2025-T1", "--channel", "email", "--format", "json").stdout
    assert json.loads(report)["total"] == 1
    everything = json.loads(outreach.run("report", "--period", "2025-T1", "--format", "json").stdout)
    assert "tres correos" not in everything["sentence"]


def test_the_exported_log_is_known_when_it_comes_back(outreach: Installation) -> None:
    outreach.run("log", "import", outreach.write("tabla.csv", TABLE))
    for suffix in ("csv", "xlsx"):
        exported = str(outreach.folder / f"bitacora.{suffix}")
        outreach.run("log", "export", "-o", exported)
        assert outreach.read("log", "import", exported)["imported"] == 0
