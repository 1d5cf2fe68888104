"""The whole job through the command line, and each way in which it can be asked for something impossible."""

import re
import signal
import time
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

import making
from journeys.conftest import CommandLine
from outreach.reports.periods import quarter_of
from smtp_counting import CountingServer
from smtp_servers import Fault, ScriptedServer

PEOPLE = "correo,nombre,idioma\nana@example.org,Ana,es\nbob@example.org,Bob,en\neve@example.org,,\n"
HOME = ZoneInfo(making.ZONE)


def _write_campaign(outreach: CommandLine, text: str = making.BILINGUAL, audiences: str = '"diaspora"') -> str:
    return outreach.write("campaña.toml", text.format(audiences=audiences))


def _prepare(outreach: CommandLine, text: str = making.BILINGUAL) -> str:
    outreach.run("contacts", "import", outreach.write("personas.csv", PEOPLE), "--audience", "diaspora")
    number = str(outreach.read("campaigns", "import", _write_campaign(outreach, text))["id"])
    outreach.run("campaigns", "approve", number, "--by", "revision@example.org")
    return number


def _read_ledger(outreach: CommandLine, number: str) -> dict[str, int]:
    ledger: dict[str, int] = outreach.read("campaigns", "status", number)["ledger"]
    assert ledger["intended"] == sum(number for part, number in ledger.items() if part != "intended")
    return ledger


def _today() -> Any:  # noqa: ANN401
    return datetime.now(HOME).date()


def _current_quarter() -> str:
    quarter = quarter_of(_today())
    return f"{quarter.first_on.year}-T{(quarter.first_on.month + 2) // 3}"


def test_the_whole_job_ends_with_the_reports_line(outreach: CommandLine, mail_server: CountingServer) -> None:
    result = outreach.read("contacts", "import", outreach.write("personas.csv", PEOPLE), "--audience", "diaspora")
    assert result == {"rows": 3, "new": 3, "updated": 0, "subscribed": 3, "refused": [], "kept_out": []}
    outreach.run(
        "contacts", "import", outreach.write("más.csv", "email;name\nANA@example.org;Ana\n"), "--audience", "osc"
    )
    number = str(outreach.read("campaigns", "import", _write_campaign(outreach, audiences='"osc", "diaspora"'))["id"])
    outreach.run("campaigns", "check", number)
    refusal = outreach.refuse("campaigns", "approve", number, "--by", "administracion@example.org")
    assert "otra persona" in refusal
    outreach.run("campaigns", "approve", number, "--by", "revision@example.org")
    outreach.run("campaigns", "schedule", number, "--now")
    outreach.run("tick")
    outreach.run("tick")
    assert _read_ledger(outreach, number) == {
        "intended": 3, "pending": 0, "sent": 3, "failed": 0, "skipped": 0, "uncertain": 0,
    }  # fmt: skip
    assert {address: mail_server.read(address)["Subject"] for address in mail_server.count()} == {
        "ana@example.org": "Hola, Ana",
        "bob@example.org": "Hello, Bob",
        "eve@example.org": "Hola, vecina, vecino / Hello, neighbour",
    }
    log = outreach.read("log", "list")
    assert [(line["audience"], line["information"], line["channel"], line["kind"]) for line in log] == [
        ("osc", "Boletín de prueba.", "email", "boletin"),
        ("diaspora", "Boletín de prueba.", "email", "boletin"),
    ]
    assert {line["sent_on"] for line in log} == {_today().isoformat()}
    _check_reports(outreach)


def _check_reports(outreach: CommandLine) -> None:
    import json  # noqa: PLC0415

    report = json.loads(outreach.run("report", "--period", _current_quarter(), "--format", "json", "-o", "-"))
    assert report["total"] == 2
    assert "se enviaron dos correos electrónicos" in report["sentence"]
    (table,) = report["tables"]
    assert table["columns"] == ["No.", "Fecha de envío", "Información"]
    assert [row[0] for row in table["rows"]] == ["1.", "2."]
    english = json.loads(
        outreach.run("report", "--period", _current_quarter(), "--lang", "en", "--format", "json", "-o", "-")
    )
    assert english["tables"][0]["rows"][0][2] == "Test newsletter."
    for name in ("csv", "html", "md", "docx"):
        path = outreach.folder / f"informe.{name}"
        outreach.run("report", "--period", _current_quarter(), "--format", name, "-o", str(path))
        assert path.stat().st_size > 100


def test_what_a_mail_offers_works_without_a_session(outreach: CommandLine, mail_server: CountingServer) -> None:
    number = _prepare(outreach)
    outreach.run("campaigns", "schedule", number, "--now")
    outreach.run("tick")
    mail = mail_server.read("bob@example.org")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.search(r"<(https://correo\.example\.org/baja/[^>]+)>", str(mail["List-Unsubscribe"]))
    assert found
    for part in ("plain", "html"):
        assert urlsplit(found[1]).path in _read_part(mail, part)
    assert "Bob" in _read_part(mail, "plain")
    assert 'lang="en"' in _read_part(mail, "html")


def _read_part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_the_running_program_sends_what_becomes_due_and_stops_when_told(
    outreach: CommandLine, mail_server: CountingServer
) -> None:
    number = _prepare(outreach)
    program = outreach.start("run", "--port", str(_find_free_port()))
    try:
        soon = (datetime.now(HOME) + timedelta(seconds=15)).strftime("%Y-%m-%dT%H:%M:%S")
        outreach.run("campaigns", "schedule", number, "--at", soon)
        assert outreach.read("campaigns", "status", number)["state"] == "scheduled"
        deadline = time.monotonic() + 100
        while len(mail_server.received) < 3 and time.monotonic() < deadline and program.poll() is None:
            time.sleep(0.1)
        assert sorted(mail_server.count().values()) == [1, 1, 1], outreach.read("campaigns", "status", number)
        assert datetime.now(HOME).strftime("%Y-%m-%dT%H:%M:%S") >= soon
    finally:
        started = time.monotonic()
        program.send_signal(signal.SIGTERM)
        _, errors = program.communicate(timeout=30)
    assert time.monotonic() - started < 10
    assert program.returncode == 0, errors
    outreach.run("tick")
    assert _read_ledger(outreach, number)["sent"] == 3


def _find_free_port() -> int:
    import socket  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("vacío.csv", b"", "vac"),
        ("lista.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        ("sin-correo.csv", b"nombre,idioma\nAna,es\n", "correo"),
    ],
)
def test_a_file_that_is_no_list_of_people_is_refused_in_a_sentence(
    outreach: CommandLine, name: str, content: bytes, sentence: str
) -> None:
    refusal = outreach.refuse("contacts", "import", outreach.write(name, content), "--audience", "diaspora")
    assert sentence in refusal
    assert len(refusal.splitlines()) == 1
    assert {entry["subscribed"] for entry in outreach.read("audiences")} == {0}


def test_fifty_malformed_addresses_are_named_and_the_rest_enters(outreach: CommandLine) -> None:
    rows = [f"persona{number}@example.org" if number % 2 else f"persona{number}@@example" for number in range(100)]
    path = outreach.write("personas.csv", "correo\n" + "\n".join(rows) + "\n")
    rehearsal = outreach.read("contacts", "import", path, "--audience", "osc", "--dry-run")
    result = outreach.read("contacts", "import", path, "--audience", "osc")
    assert rehearsal == result
    assert (result["rows"], result["new"], len(result["refused"])) == (100, 50, 50)
    assert [refused["row"] for refused in result["refused"]] == list(range(2, 101, 2))
    assert all(refused["reason"] for refused in result["refused"])


@pytest.mark.parametrize(
    ("changed", "into", "sentence"),
    [
        ('es = "Hola, {{{{nombre|vecina, vecino}}}}"', 'es = "Hola\\nBcc: otra@example.org"', "salto de línea"),
        ('"boletin"', '"folleto"', "folleto"),
        ('"votochilango@iecm.mx"', '"otra@example.org"', "otra@example.org"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_in_a_sentence(
    outreach: CommandLine, changed: str, into: str, sentence: str
) -> None:
    assert changed in making.BILINGUAL
    text = making.BILINGUAL.replace(changed, into)
    refusal = outreach.refuse("campaigns", "import", _write_campaign(outreach, text))
    assert sentence in refusal
    assert len(refusal.splitlines()) == 1


def test_a_placeholder_that_nobody_has_is_found_by_the_check(outreach: CommandLine) -> None:
    outreach.run("contacts", "import", outreach.write("personas.csv", PEOPLE), "--audience", "diaspora")
    text = making.BILINGUAL.replace("{{{{nombre|ti}}}}", "{{{{apodo|ti}}}}")
    number = str(outreach.read("campaigns", "import", _write_campaign(outreach, text))["id"])
    assert "apodo" in outreach.refuse("campaigns", "check", number)
    assert "apodo" in outreach.refuse("campaigns", "approve", number, "--by", "revision@example.org")


def test_people_who_read_english_get_spanish_only_after_a_warning(
    outreach: CommandLine, mail_server: CountingServer
) -> None:
    outreach.run("contacts", "import", outreach.write("personas.csv", PEOPLE), "--audience", "diaspora")
    number = str(outreach.read("campaigns", "import", _write_campaign(outreach, making.SPANISH))["id"])
    assert "inglés" in outreach.run("campaigns", "check", number)
    outreach.run("campaigns", "approve", number, "--by", "revision@example.org")
    outreach.run("campaigns", "schedule", number, "--now")
    outreach.run("tick")
    assert mail_server.read("bob@example.org")["Subject"] == "Convocatoria de prueba"


def test_a_time_that_has_passed_is_refused(outreach: CommandLine) -> None:
    number = _prepare(outreach)
    assert "2020" in outreach.refuse("campaigns", "schedule", number, "--at", "2020-03-03T09:00")
    assert outreach.read("campaigns", "status", number)["state"] == "approved"


def test_a_mail_server_that_is_down_is_named_and_nobody_is_lost(
    outreach: CommandLine, mail_server: CountingServer
) -> None:
    number = _prepare(outreach)
    outreach.run("campaigns", "schedule", number, "--now")
    url = outreach.environment["OUTREACH_SMTP_URL"]
    outreach.environment["OUTREACH_SMTP_URL"] = f"smtp://127.0.0.1:{_find_free_port()}"
    refusal = outreach.refuse("tick")
    assert "servidor de correo" in refusal
    assert len(refusal.splitlines()) == 1
    assert _read_ledger(outreach, number)["pending"] == 3
    outreach.environment["OUTREACH_SMTP_URL"] = url
    outreach.run("tick")
    assert _read_ledger(outreach, number)["sent"] == 3
    assert sorted(mail_server.count().values()) == [1, 1, 1]


def test_a_refused_sender_pauses_the_campaign_and_says_why(outreach: CommandLine) -> None:
    number = _prepare(outreach)
    outreach.run("campaigns", "schedule", number, "--now")
    with ScriptedServer({"mail": "550 5.7.1 Sender not allowed"}) as server:
        outreach.environment["OUTREACH_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        outreach.run("tick")
    status = outreach.read("campaigns", "status", number)
    assert status["state"] == "paused"
    assert "Sender not allowed" in status["reason"]
    assert _read_ledger(outreach, number)["pending"] == 3


def test_an_answer_lost_after_the_dot_is_uncertain_until_a_person_decides(outreach: CommandLine) -> None:
    number = _prepare(outreach)
    outreach.run("campaigns", "schedule", number, "--now")
    with ScriptedServer({"dot": [Fault.DROP]}) as server:
        outreach.environment["OUTREACH_SMTP_URL"] = f"smtp://127.0.0.1:{server.port}?connections=1"
        outreach.run("tick")
        outreach.run("tick")
    ledger = _read_ledger(outreach, number)
    assert (ledger["sent"], ledger["uncertain"], ledger["pending"]) == (2, 1, 0)
    (delivery,) = outreach.read("deliveries", "list", "--campaign", number, "--outcome", "uncertain")
    assert delivery["message_id"].startswith("<c")
    resolve = ("deliveries", "resolve", str(delivery["id"]), "--as", "sent", "--by", "revision@example.org")
    outreach.refuse(*resolve, code=2)
    outreach.run(*resolve, "--reason", "Está en el registro del servidor, 9:04")
    assert _read_ledger(outreach, number)["sent"] == 3


def test_wrong_settings_are_all_named_at_once(outreach: CommandLine) -> None:
    outreach.environment.update(OUTREACH_TIMEZONE="Marte", OUTREACH_SMTP_URL="correo", OUTREACH_LANGUAGE="nah")
    refusal = outreach.refuse("audiences")
    assert all(name in refusal for name in ("OUTREACH_TIMEZONE", "OUTREACH_SMTP_URL", "OUTREACH_LANGUAGE"))


def test_before_init_every_command_says_what_to_do(outreach: CommandLine, tmp_path: Path) -> None:
    outreach.environment["OUTREACH_DATA_DIR"] = str(tmp_path / "nowhere")
    assert "outreach init" in outreach.refuse("audiences")


def test_init_again_changes_nothing(outreach: CommandLine) -> None:
    before = outreach.read("audiences")
    outreach.run("init")
    assert outreach.read("audiences") == before
    assert [entry["slug"] for entry in before] == [
        "red-observacion", "autoridades-academicas", "osc", "ciudadania", "diaspora",
    ]  # fmt: skip
